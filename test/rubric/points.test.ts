import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHundredths, hundredths, percentOf, shareOf } from '../../harness/rubric/points.ts';

const whole = fc.integer({ min: 0, max: 1_000_000 });

describe('hundredths', () => {
  it('goes there and back for every decimal with two places', () => {
    fc.assert(
      fc.property(whole, (value) => {
        expect(hundredths(fromHundredths(value))).toBe(value);
        expect(hundredths(Number(`${Math.floor(value / 100)}.${String(value % 100).padStart(2, '0')}`))).toBe(value);
        expect(String(fromHundredths(value))).toMatch(/^\d+(\.\d{1,2})?$/);
      }),
    );
  });
  it.each([0.001, 0.1 + 0.2, 1.005, Number.NaN, Number.POSITIVE_INFINITY, 1e300])('refuses %s', (value) => {
    expect(hundredths(value)).toBeUndefined();
  });
});

describe('shareOf', () => {
  it('agrees with exact fractions, rounded half up', () => {
    fc.assert(
      fc.property(whole, fc.integer({ min: 1, max: 1_000 }), fc.nat(), (value, of, nat) => {
        const part = nat % (of + 1);
        const exact = (2n * BigInt(value) * BigInt(part) + BigInt(of)) / (2n * BigInt(of));
        expect(shareOf(value, part / of)).toBe(Number(exact));
      }),
      { numRuns: 2_000 },
    );
  });
  it('rounds a half up, also where binary falls short of it', () => {
    expect(shareOf(1, 0.5)).toBe(1);
    expect(shareOf(3, 5 / 6)).toBe(3);
    expect(shareOf(3, 1 / 6)).toBe(1);
    expect(shareOf(100, 0.285)).toBe(29);
    expect(shareOf(100, 0.284999)).toBe(28);
    expect(shareOf(100, 1)).toBe(100);
    expect(shareOf(100, 0)).toBe(0);
  });
});

describe('percentOf', () => {
  it('agrees with exact arithmetic', () => {
    fc.assert(
      fc.property(whole, fc.integer({ min: 0, max: 10_000 }), (value, percent) => {
        const exact = (BigInt(value) * BigInt(percent) + 5_000n) / 10_000n;
        expect(percentOf(value, percent / 100)).toBe(Number(exact));
      }),
    );
  });
});
