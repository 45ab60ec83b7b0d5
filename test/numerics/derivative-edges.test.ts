import { describe, expect, test } from 'vitest';
import { extrapolate, roundOff, type Sample, stepSizes } from '../../harness/numerics/derivative.ts';

const sample = (f: (t: number) => number, x: number, steps = stepSizes(1)): Sample[] =>
  steps.map((h) => ({ h, plus: f(x + h), minus: f(x - h) }));
// Only sums, products and quotients, which are the same to the last bit everywhere.
const rational = (t: number): number => (1 + 3 * t) / (1 + t * t);
const slope = (t: number): number => (3 - 2 * t - 3 * t * t) / (1 + t * t) ** 2;

test('step sizes', () => {
  expect(stepSizes(1)).toEqual([2 ** -4, 2 ** -7, 2 ** -10, 2 ** -13]);
  expect(stepSizes(8)).toEqual([2 ** -1, 2 ** -4, 2 ** -7, 2 ** -10]);
  expect(stepSizes(0.25)).toEqual([2 ** -6, 2 ** -9, 2 ** -12, 2 ** -15]);
  expect(stepSizes(3)).toEqual(stepSizes(4));
  for (const scale of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) expect(() => stepSizes(scale)).toThrow(RangeError);
});

test('round-off', () => {
  expect([roundOff(3, true), roundOff(-3, true), roundOff(3, false), roundOff(-3, false)]).toEqual([
    3 * 2 ** -24,
    3 * 2 ** -24,
    3 * 2 ** -49,
    3 * 2 ** -49,
  ]);
});

describe('few steps', () => {
  test('two or three are enough, one is not', () => {
    for (const count of [2, 3, 4]) {
      const { value, error, smooth } = extrapolate(sample(rational, 0.3, stepSizes(1).slice(0, count)), 1e-15);
      expect(Math.abs(value - slope(0.3))).toBeLessThanOrEqual(error);
      expect(error).toBeLessThan(10 ** (1 - 3 * count + 3));
      expect(smooth).toBe(true);
    }
    expect(() => extrapolate(sample(rational, 0.3, [0.1]), 0)).toThrow('at least two');
  });

  test('their order does not matter', () => {
    const samples = sample(rational, 0.3);
    expect(extrapolate([samples[2]!, samples[0]!, samples[3]!, samples[1]!], 1e-12)).toEqual(
      extrapolate(samples, 1e-12),
    );
  });
});

test('one value that is not finite is enough', () => {
  for (const which of [0, 3] as const) {
    for (const side of ['plus', 'minus'] as const) {
      const samples = sample(rational, 0.3);
      samples[which]![side] = Number.POSITIVE_INFINITY;
      expect(extrapolate(samples, 0)).toEqual({ value: Number.NaN, error: Number.POSITIVE_INFINITY, smooth: false });
    }
  }
});

describe('kinks', () => {
  test.each([
    [1, 0],
    [-3, 0.4],
    [0.01, -0.2],
  ])('a jump of the slope by 2·%s at the point: the error is half of it', (size, x) => {
    const kinked = (t: number): number => rational(t) + size * Math.abs(t - x);
    const { value, error, smooth } = extrapolate(sample(kinked, x), 1e-15);
    expect(smooth).toBe(false);
    expect(error).toBeCloseTo(Math.abs(size), 6);
    expect(value).toBeCloseTo(slope(x), 6);
  });

  test('curvature is none', () => {
    for (const size of [1, 100, 1e4]) {
      const { smooth } = extrapolate(
        sample((t) => size * t * t + rational(t), 0),
        size * 1e-16,
      );
      expect(smooth).toBe(true);
    }
  });

  test('noise is none', () => {
    const samples = sample(rational, 0.3).map(({ h, plus, minus }, i) => ({
      h,
      plus: plus + 1e-9 * [1, -1, 0.4, 0.9][i]!,
      minus: minus - 1e-9 * [0.2, 0.8, -1, 0.3][i]!,
    }));
    expect(extrapolate(samples, 1e-9).smooth).toBe(true);
  });
});

/** Worked out once: what the error estimate says for known disturbances. A change of the estimate shows here. */
describe('the estimate', () => {
  const disturbed = (size: number): Sample[] =>
    sample(rational, 0.3).map(({ h, plus, minus }, i) => ({
      h,
      plus: plus + size * [1, -0.7, 0.5, 0.9][i]!,
      minus: minus + size * [-0.3, 0.6, -0.8, -0.4][i]!,
    }));

  test.each<[number, number, number, number]>([
    // disturbance, noise stated, value, error
    [0, 0.000001, 1.7927786627520972, 0.00043221197311276447],
    [0, 1e-9, 1.792778385658261, 0.00000312791912032594],
    [0, 1e-12, 1.792778385658261, 3.3306669507441572e-9],
    [1e-12, 1e-12, 1.7927783863359699, 3.3301085529716924e-9],
    [1e-9, 1e-9, 1.792779063330154, 0.0000031280715885451877],
    [0.000001, 0.000001, 1.7926939770378199, 0.00042775483025606444],
    [0.001, 0.001, 1.7080929484663923, 0.3952729308840319],
    [1e-9, 1e-12, 1.792779063330154, 0.0000070977623644326995],
    [0.000001, 1e-9, 1.7926939770378199, 0.0009238298057863475],
    [0.001, 1e-9, 1.7080929484663923, 0.8913479063370524],
    [0.1, 1e-9, -6.675792765819339, 89.13888476190884],
  ])('disturbance %s, stated noise %s', (size, noise, value, error) => {
    const found = extrapolate(disturbed(size), noise);
    expect(found.value / value).toBeCloseTo(1, 10);
    expect(found.error / error).toBeCloseTo(1, 4);
  });
});
