import { expect, test } from 'vitest';
import { formatIndex, formatNumber } from '../../harness/checks/format.ts';

test('six significant digits say enough', () => {
  expect(
    [1 / 3, -1234567.8, 2, 1e-20 / 3, 0, Number.NaN, Number.NEGATIVE_INFINITY].map((x) => formatNumber(x)),
  ).toEqual(['0.333333', '-1234570', '2', '3.33333e-21', '0', 'NaN', '-Infinity']);
});

test('as many more as tell a number from another', () => {
  expect(formatNumber(1, 1.00000001)).toBe('1');
  expect(formatNumber(1.00000001, 1)).toBe('1.00000001');
  expect(formatNumber(1.0000012, 1)).toBe('1.0000012');
  expect(formatNumber(1 / 3, 1 / 3 + 1e-9)).toBe('0.3333333333');
  expect(formatNumber(1 / 3, 1 / 3 + 1e-7)).toBe('0.33333333');
  expect(formatNumber(1 / 3, 0.25)).toBe('0.333333');
  expect(formatNumber(1 / 3, 1 / 3)).toBe('0.333333');
  expect(formatNumber(1 + 2 ** -49, 1)).toBe('1.000000000000002');
  expect(formatNumber(0.1 + 0.2, 0.3)).toBe('0.30000000000000004');
});

test('an index', () => {
  expect([formatIndex([2, 0]), formatIndex([3]), formatIndex([])]).toEqual([' at entry [2, 0]', ' at entry [3]', '']);
});
