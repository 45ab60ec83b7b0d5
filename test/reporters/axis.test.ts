import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axisOver, roundNumbers } from '../../harness/reporters/axis.ts';
import { lineChart } from '../../harness/reporters/line-chart.ts';

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

describe('axisOver', () => {
  it('places every value and every tick between its ends, whatever the values', () => {
    fc.assert(
      fc.property(fc.array(finite, { maxLength: 8 }), fc.boolean(), (values, mayBeLog) => {
        const axis = axisOver(values, 40, 540, mayBeLog);
        for (const value of values) {
          expect(axis.place(value)).toBeGreaterThanOrEqual(40);
          expect(axis.place(value)).toBeLessThanOrEqual(540);
        }
        expect(axis.ticks.length).toBeLessThanOrEqual(12);
        for (const { at } of axis.ticks) {
          expect(at).toBeGreaterThanOrEqual(39.9);
          expect(at).toBeLessThanOrEqual(540.1);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('is logarithmic only over more than three decades of positive values', () => {
    expect(axisOver([0.001, 10], 0, 1, true).log).toBe(true);
    expect(axisOver([0.1, 10], 0, 1, true).log).toBe(false);
    expect(axisOver([0, 1e6], 0, 1, true).log).toBe(false);
    expect(axisOver([0.001, 10], 0, 1).log).toBe(false);
  });

  it('writes round numbers', () => {
    expect(roundNumbers(0, 100)).toEqual([0, 20, 40, 60, 80, 100]);
    expect(roundNumbers(0.1, 0.35)).toEqual([0.1, 0.15, 0.2, 0.25, 0.3, 0.35]);
    expect(axisOver([0.02, 45], 0, 1, true).ticks.map(({ value }) => value)).toEqual([0.1, 1, 10]);
  });
});

describe('lineChart', () => {
  it('draws nothing but numbers into paths, and keeps spikes of long series', () => {
    const points = Array.from({ length: 10_000 }, (_, i): [number, number] => [i, i === 7777 ? 9 : 0]);
    const chart = lineChart('step', 'loss', [{ name: 'yours', points }]);
    expect(chart.lines[0]!.path).toMatch(/^M[-\d. ]+(L[-\d. ]+)+$/);
    expect(chart.lines[0]!.path.split('L').length).toBeLessThan(500);
    expect(chart.lines[0]!.path).toContain(` ${chart.top}L`);
  });

  it('leaves out what is not finite and says so of an empty series', () => {
    const chart = lineChart('x', 'y', [{ name: 'none', points: [[0, Number.NaN]] }]);
    expect(chart.lines[0]!.path).toBe('');
    expect(chart.description).toContain('none: no points');
  });
});
