import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  extrapolate,
  oneSidedSlopes,
  roundOff,
  type Sample,
  slopesAtKink,
  stepSizes,
} from '../../harness/numerics/derivative.ts';
import { Random } from '../../harness/numerics/random.ts';

// Always the same draws: a bound on rounding must not be missed by chance in somebody else's run.
fc.configureGlobal({ seed: 20260 });

type Scalar = (t: number) => number;

function sample(f: Scalar, x: number, scale = 1, store: Scalar = (v) => v): Sample[] {
  return stepSizes(scale).map((h) => ({ h, plus: store(f(x + h)), minus: store(f(x - h)) }));
}

function magnitude(samples: Sample[]): number {
  return Math.max(...samples.flatMap(({ plus, minus }) => [Math.abs(plus), Math.abs(minus)]));
}

/** Smooth functions with their derivatives, at points where they change over lengths of about 1. */
const FUNCTIONS: [string, Scalar, Scalar, [number, number]][] = [
  ['exp', Math.exp, Math.exp, [-2, 2]],
  ['1/x', (x) => 1 / x, (x) => -1 / x ** 2, [0.5, 3]],
  ['x^12', (x) => x ** 12, (x) => 12 * x ** 11, [0.5, 1.5]],
  ['x^3 - 2x', (x) => x ** 3 - 2 * x, (x) => 3 * x * x - 2, [-2, 2]],
  ['sin', Math.sin, Math.cos, [-4, 4]],
  ['sin 8x', (x) => Math.sin(8 * x), (x) => 8 * Math.cos(8 * x), [-4, 4]],
  ['log', Math.log, (x) => 1 / x, [0.5, 5]],
  ['tanh', Math.tanh, (x) => 1 - Math.tanh(x) ** 2, [-3, 3]],
  ['1/(1+25x²)', (x) => 1 / (1 + 25 * x * x), (x) => (-50 * x) / (1 + 25 * x * x) ** 2, [-1, 1]],
  ['sqrt', Math.sqrt, (x) => 0.5 / Math.sqrt(x), [0.5, 4]],
  ['constant', () => 3, () => 0, [-1, 1]],
  ['exp(-x²)', (x) => Math.exp(-x * x), (x) => -2 * x * Math.exp(-x * x), [-2, 2]],
];

describe.each(FUNCTIONS)('%s', (_, f, derivative, [lo, hi]) => {
  const point = fc.double({ min: lo, max: hi, noNaN: true });

  test('float64: the error estimate covers the error, which is at most 1e-10', () => {
    fc.assert(
      fc.property(point, (x) => {
        const samples = sample(f, x);
        // The rounding of x ± h enters f like noise of its own.
        const noise = roundOff(magnitude(samples) + Math.abs(x * derivative(x)), false);
        const { value, error, smooth } = extrapolate(samples, noise);
        const truth = derivative(x);
        expect(smooth).toBe(true);
        expect(Math.abs(value - truth)).toBeLessThanOrEqual(error);
        const size = Math.max(1, Math.abs(truth), magnitude(samples));
        expect(Math.abs(value - truth)).toBeLessThanOrEqual(1e-10 * size);
        expect(error).toBeLessThanOrEqual(1e-8 * size);
      }),
    );
  });

  test('float32 values: the estimate grows and still covers the error', () => {
    fc.assert(
      fc.property(point, (x) => {
        const samples = sample(f, x, 1, Math.fround);
        const { value, error } = extrapolate(samples, roundOff(magnitude(samples), true));
        expect(Math.abs(value - derivative(x))).toBeLessThanOrEqual(error);
        expect(error).toBeLessThanOrEqual(1e-2 * Math.max(1, Math.abs(derivative(x)), magnitude(samples)));
      }),
    );
  });

  test('a scale eight times off either way is survived', () => {
    fc.assert(
      fc.property(point, fc.constantFrom(1 / 8, 1 / 2, 2, 5), (x, scale) => {
        const samples = sample(f, x, scale).filter(({ plus, minus }) => Number.isFinite(plus + minus));
        fc.pre(lo - scale / 16 > 0 || lo < 0);
        const noise = roundOff(magnitude(samples) + Math.abs(x * derivative(x)), false);
        const { value, error } = extrapolate(samples, noise);
        expect(Math.abs(value - derivative(x))).toBeLessThanOrEqual(error);
      }),
    );
  });
});

test('noise that nobody declared makes the error grow', () => {
  const random = Random.fromSeed(1);
  let covered = 0;
  const rounds = 400;
  for (let round = 0; round < rounds; round++) {
    const x = 4 * random.uniform() - 2;
    const samples = sample(Math.exp, x, 1, (v) => v * (1 + 1e-7 * random.normal()));
    const { value, error } = extrapolate(samples, roundOff(magnitude(samples), false));
    if (Math.abs(value - Math.exp(x)) <= error) covered++;
    expect(Math.abs(value - Math.exp(x))).toBeLessThan(1e-2);
  }
  expect(covered / rounds).toBeGreaterThan(0.9);
});

describe('kinks', () => {
  const relu: Scalar = (t) => Math.max(0, t) + Math.sin(t);

  test('at the point itself: noticed, and the error covers both one-sided slopes', () => {
    for (const offset of [0, 1e-9, -1e-7, 1e-6]) {
      const result = extrapolate(
        sample((t) => relu(t + offset), 0),
        roundOff(1, false),
      );
      expect(result.smooth).toBe(false);
      expect(result.error).toBeGreaterThan(0.4);
    }
  });

  test('the error covers the truth wherever the kink lies', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1, noNaN: true }), fc.boolean(), (distance, right) => {
        const x = right ? distance : -distance;
        const { value, error } = extrapolate(sample(relu, x), roundOff(1, false));
        const truth = (right ? 1 : 0) + Math.cos(x);
        expect(Math.abs(value - truth)).toBeLessThanOrEqual(error);
      }),
    );
  });

  test('beyond the two smallest steps it does no harm', () => {
    const { value, error } = extrapolate(sample(relu, 0.005), roundOff(1, false));
    expect(Math.abs(value - 1 - Math.cos(0.005))).toBeLessThan(1e-10);
    expect(error).toBeLessThan(5e-6);
  });
});

describe('slopes at a kink', () => {
  const bent =
    (jump: number, at: number): Scalar =>
    (t) =>
      Math.sin(t) + jump * Math.max(0, t - at);

  test('hold the slope of the side that x is on, wherever the kink lies within the smallest step', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1, max: 1, noNaN: true }),
        fc.double({ min: 0.05, max: 0.4, noNaN: true }),
        fc.boolean(),
        fc.double({ min: 1e-3, max: 10, noNaN: true }),
        (x, share, right, jump) => {
          const at = x + (right ? 1 : -1) * share * 2 ** -13;
          const f = bent(jump, at);
          const [least, greatest] = slopesAtKink(sample(f, x), f(x), roundOff(1, false))!;
          const slope = Math.cos(x) + (x > at ? jump : 0);
          expect(slope).toBeGreaterThanOrEqual(least);
          expect(slope).toBeLessThanOrEqual(greatest);
          // No wider than the kink, so that a wrong slope outside of it is still found.
          expect(greatest - least).toBeLessThan(1.01 * jump + 1e-6);
        },
      ),
    );
  });

  test('are none where the function is smooth', () => {
    for (const [, f, , [lo, hi]] of FUNCTIONS)
      for (const share of [0.1, 0.35, 0.8]) {
        const x = lo + share * (hi - lo);
        const samples = sample(f, x);
        expect(slopesAtKink(samples, f(x), roundOff(magnitude(samples), false))).toBeUndefined();
      }
  });

  test('are none where the function jumps, nor of two steps', () => {
    const step = sample((t) => (t > 1e-5 ? 1 : 0), 0);
    expect(slopesAtKink(step, 0, roundOff(1, false))).toBeUndefined();
    expect(slopesAtKink(sample(bent(1, 0), 0).slice(2), 0, roundOff(1, false))).toBeUndefined();
  });
});

test('slopes of the sides: good on the side without a kink, and a bad one shows by its error', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -1, max: 1, noNaN: true }),
      fc.double({ min: -13.5, max: -7.2, noNaN: true }),
      fc.boolean(),
      fc.double({ min: 0.01, max: 10, noNaN: true }),
      (x, power, right, jump) => {
        const at = x + (right ? 1 : -1) * 2 ** power;
        const f = (t: number): number => Math.sin(t) + jump * Math.max(0, t - at);
        const slope = Math.cos(x) + (right ? 0 : jump);
        const sides = oneSidedSlopes(sample(f, x), f(x), roundOff(1, false));
        const good = sides[right ? 1 : 0]!;
        expect(Math.abs(good.slope - slope)).toBeLessThanOrEqual(good.error);
        expect(good.error).toBeLessThan(1e-6);
        for (const side of sides) if (side.error < 1e-6) expect(Math.abs(side.slope - slope)).toBeLessThan(1e-5);
      },
    ),
  );
  expect(oneSidedSlopes(sample(Math.sin, 1).slice(2), Math.sin(1), 1e-16)).toEqual([]);
});

test('values that are not finite give no derivative', () => {
  const samples = sample(() => Number.NaN, 0);
  expect(extrapolate(samples, 0)).toEqual({ value: Number.NaN, error: Number.POSITIVE_INFINITY, smooth: false });
});

test('steps are powers of two, whatever the scale', () => {
  for (const scale of [1, 0.3, 17, 1e-5])
    for (const h of stepSizes(scale)) expect(Number.isInteger(Math.log2(h))).toBe(true);
  expect(() => stepSizes(0)).toThrow(RangeError);
});
