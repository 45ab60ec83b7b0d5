import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  alignDecimals,
  digitsToTellApart,
  formatNumber,
  formatPoints,
  formatTable,
} from '../../harness/reporters/numbers.ts';

describe('formatNumber', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [42, '42'],
    [123456789, '123456789'],
    [1 / 3, '0.333333'],
    [0.5, '0.5'],
    [-1234.56789, '-1234.57'],
    [1.25e-7, '1.25e-7'],
    [-6.02214076e23, '-6.02214e23'],
    [Number.NaN, 'NaN'],
    [-Infinity, '-Infinity'],
  ])('%d is %s', (x, text) => {
    expect(formatNumber(x)).toBe(text);
  });

  it('reads back within the digits asked for', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e308, max: 1e308, noNaN: true }), fc.integer({ min: 3, max: 17 }), (x, digits) => {
        const error = Math.abs(Number(formatNumber(x, digits)) - x);
        expect(error).toBeLessThanOrEqual(Math.abs(x) * 10 ** (1 - digits));
      }),
    );
  });
});

describe('digitsToTellApart', () => {
  it('is small where numbers differ clearly', () => {
    expect(digitsToTellApart([1.5, -1.5, 1.5])).toBe(6);
  });

  it('makes any two different numbers look different', () => {
    const double = fc.double({ noNaN: true, noDefaultInfinity: true });
    const neighbours = fc.tuple(double, fc.constantFrom(0, 1e-16, 3e-13, 1e-9)).map(([x, r]) => [x, x * (1 + r)]);
    fc.assert(
      fc.property(fc.oneof(neighbours, fc.array(double, { maxLength: 5 })), (numbers) => {
        const digits = digitsToTellApart(numbers);
        const shown = new Set(numbers.map((x) => formatNumber(x, digits)));
        expect(shown.size).toBe(new Set(numbers.map((x) => x + 0)).size);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('formatPoints', () => {
  it.each([
    [0.1 + 0.2, '0.3'],
    [62.5, '62.5'],
    [100, '100'],
    [9.99996, '9.9999'],
    [9.9999999, '9.9999'],
    [20 / 3, '6.6666'],
    [-2.5, '-2.5'],
  ])('%d is %s', (points, text) => {
    expect(formatPoints(points)).toBe(text);
  });

  it('never shows less than full marks as full marks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.double({ min: 1e-9, max: 1, noNaN: true }), (max, lost) => {
        expect(Number(formatPoints(max - lost))).toBeLessThan(max);
      }),
    );
  });
});

describe('formatTable', () => {
  it('gives expected and got the digits they need to differ', () => {
    const { rows } = formatTable([['a', 0.333333333, 0.333333334]], 3);
    expect(rows[0]![1]!.trim()).not.toBe(rows[0]![2]!.trim());
  });

  it('knows columns of numbers, with their words for what is no number', () => {
    const { numeric } = formatTable(
      [
        ['a', 1, 'NaN', null],
        ['b', 2.5, -1, null],
        [3, '-Infinity', 'Infinity', null],
      ],
      4,
    );
    expect(numeric).toEqual([false, true, true, false]);
  });

  it('fills short rows and drops cells without a column', () => {
    expect(formatTable([[1], [1, 2, 3]], 2).rows).toEqual([
      ['1', '–'],
      ['1', '2'],
    ]);
  });

  it('aligns decimal points in a font of equal widths', () => {
    const aligned = alignDecimals(['12', '-0.25', '3.14159', '1.5e-7', 'NaN', '–']);
    const longest = Math.max(...aligned.map((text) => text.length));
    expect(aligned.map((text) => text.padStart(longest))).toEqual([
      '12      ',
      '-0.25   ',
      ' 3.14159',
      ' 1.5e-7 ',
      '     NaN',
      '       –',
    ]);
  });
});
