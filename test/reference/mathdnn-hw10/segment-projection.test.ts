import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isFloat32Quantised } from '../../../harness/numerics/compare.ts';
import exercise from '../../../reference/mathdnn-hw10/segment-projection/exercise.ts';
import {
  distance,
  distanceToSegment,
  greatest,
  rowsOf,
} from '../../../reference/mathdnn-hw10/segment-projection/geometry.ts';
import {
  edgeInputs,
  type Input,
  ordinaryInputs,
  rising,
} from '../../../reference/mathdnn-hw10/segment-projection/inputs.ts';
import { numbersOf, referenceOutcomes } from '../reference-outcomes.ts';

const SEEDS = [7, 31];
const inputsOf = (seed: number): Input[] => [...ordinaryInputs(seed), ...edgeInputs(seed)];
const number = fc.double({ min: -1e3, max: 1e3, noNaN: true });

describe('the distance from the segment', () => {
  test('is that of the nearest of many of its points', () => {
    fc.assert(
      fc.property(number, number, number, (x, t, a) => {
        const grid = Array.from({ length: 1001 }, (_, i) => distance([x, t], [a, i / 1000]));
        const nearest = Math.min(...grid);
        const found = distanceToSegment([x, t], a);
        expect(found).toBeLessThanOrEqual(nearest);
        // Between two points of the grid the distance falls by no more than half their distance.
        expect(nearest - found).toBeLessThanOrEqual(0.0005 + 1e-9);
      }),
    );
  });

  test('is 0 on the segment, and NaN is not lost', () => {
    for (const t of [0, 0.3, 1]) expect(distanceToSegment([-2, t], -2)).toBe(0);
    expect(distanceToSegment([-2, Number.NaN], -2)).toBeNaN();
    expect(greatest([1, Number.NaN, 2])).toBeNaN();
    expect(greatest([])).toBe(0);
  });
});

describe.each(SEEDS)('inputs of seed %i', (seed) => {
  const inputs = inputsOf(seed);

  test('reach the whole range: a negative, 0, inside and beyond [0, 1]; one point and many; all sides and the ends', () => {
    const a = inputs.map((input) => input.a);
    for (const holds of [
      (x: number) => x < -1,
      (x: number) => x === 0,
      (x: number) => x > 0.1 && x < 0.9,
      (x: number) => x > 1000,
    ]) {
      expect(a.some(holds)).toBe(true);
    }
    const sizes = inputs.map(({ y }) => y.shape[0]);
    for (const n of [1, 2, 300]) expect(sizes).toContain(n);
    const heights = inputs.flatMap(({ y }) => rowsOf(y).map(([, t]) => t));
    for (const holds of [
      (t: number) => t === 0,
      (t: number) => t === 1,
      (t: number) => t < -1e11,
      (t: number) => t > 1e11,
      (t: number) => t > 0 && t < 1e-4,
    ]) {
      expect(heights.some(holds)).toBe(true);
    }
    // A single point below, beside and above.
    const single = inputs.filter(({ y }) => y.shape[0] === 1).map(({ y }) => Math.sign(Math.floor(y.data[1]!)));
    expect(single.sort()).toEqual([-1, 0, 1]);
  });

  test('a program that stores its results as float32 is seen to, or they are exact', () => {
    for (const { id, y, a } of [...inputs, rising(seed, inputs[0]!.a)]) {
      const exact = rowsOf(y).flatMap(([, t]) => [a, Math.min(1, Math.max(0, t))]);
      const stored = exact.map(Math.fround);
      expect(isFloat32Quantised(stored) || exact.every((x, i) => x === stored[i]), id).toBe(true);
    }
  });

  test('the points in a row have neighbours on both sides of each end', () => {
    const heights = rowsOf(rising(seed, 1.5).y).map(([, t]) => t);
    for (const end of [0, 1, 2]) {
      expect(heights.filter((t) => t < end && t > end - 0.2).length).toBeGreaterThan(0);
      expect(heights.filter((t) => t > end && t < end + 0.2).length).toBeGreaterThan(0);
    }
  });
});

describe.each(SEEDS)('the reference under seed %i', async (seed) => {
  const cases = await referenceOutcomes('segment-projection', seed);

  test('gives the nearest point, by ternary search on the distance', () => {
    for (const [check, inputs] of [
      ['values', ordinaryInputs(seed)],
      ['edges', edgeInputs(seed)],
    ] as const) {
      for (const { id, y, a } of inputs) {
        const result = numbersOf(cases, `${check}/${id}`);
        rowsOf(y).forEach(([, t], i) => {
          expect(result[2 * i], id).toBe(a);
          let [lo, hi] = [0, 1];
          for (let step = 0; step < 200; step++) {
            const [p, q] = [lo + (hi - lo) / 3, hi - (hi - lo) / 3];
            // (y₁ − a)² is the same for all points of the segment. Far away the last digits of t − p are lost.
            const left = Math.abs(t) > 1e3 ? t < 0 : Math.abs(t - p) <= Math.abs(t - q);
            if (left) hi = q;
            else lo = p;
          }
          expect(Math.abs(result[2 * i + 1]! - (lo + hi) / 2), id).toBeLessThan(1e-12);
        });
      }
    }
  });
});

test('the same seed gives the same inputs, another seed others', () => {
  expect(inputsOf(7)).toEqual(inputsOf(7));
  expect(inputsOf(7)[0]).not.toEqual(inputsOf(8)[0]);
});

test('ids of checks and cases are unique', () => {
  const checks = exercise.checks(7);
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  const cases = checks.flatMap((check) => check.cases.map(({ id }) => id));
  expect(new Set(cases).size).toBe(cases.length);
});
