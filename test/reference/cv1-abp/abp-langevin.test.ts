import { beforeAll, describe, expect, test } from 'vitest';
import type { Observation } from '../../../harness/model/observation.ts';
import { NdArray } from '../../../harness/model/value.ts';
import { inverse } from '../../../harness/numerics/linalg/lu.ts';
import { add, identity, matmul, scale, transpose } from '../../../harness/numerics/linalg/matrix.ts';
import { derive } from '../../../harness/numerics/random.ts';
import {
  drawChain,
  type LinearChain,
  lawAfter,
  likelihoodDrift,
  modesOf,
  standardised,
  standardisedSums,
} from '../../../reference/cv1-abp/abp-langevin/chain.ts';
import exercise from '../../../reference/cv1-abp/abp-langevin/exercise.ts';
import { explainStep, partsOf } from '../../../reference/cv1-abp/abp-langevin/explain-step.ts';
import { explainSteps } from '../../../reference/cv1-abp/abp-langevin/explain-steps.ts';
import { drawInputs, type Input } from '../../../reference/cv1-abp/abp-langevin/inputs.ts';
import { CHAIN, ONE_STEP, stepTruth } from '../../../reference/cv1-abp/abp-langevin/law-checks.ts';
import {
  groupSumsTest,
  meansTest,
  neighboursTest,
  shapeTest,
  squaresTest,
  tailsTest,
} from '../../../reference/cv1-abp/abp-langevin/laws.ts';
import { distance, numbersOf, referenceOutcomes } from '../reference-outcomes.ts';

const SEED = 31;

/** M, from its definition. */
function precision({ net, sigma }: LinearChain): NdArray {
  const w = net[0]!.kernel;
  return add(identity(w.shape[0]!), scale(matmul(w, transpose(w)), 1 / sigma ** 2));
}

/** One step of all chains, by the formula. */
function step(chain: LinearChain, z: Float64Array, noise: Float64Array): Float64Array {
  const { stepSize: s } = chain;
  const drift = likelihoodDrift({ ...chain, z: NdArray.of(z, chain.z.shape) });
  return z.map((x, i) => x + drift[i]! - (s ** 2 / 2) * x + s * noise[i]!);
}

function run(chain: LinearChain, steps: number, noise: (k: number) => Float64Array): Float64Array {
  let z: Float64Array = Float64Array.from(chain.z.data);
  for (let k = 0; k < steps; k++) z = step(chain, z, noise(k));
  return z;
}

describe('the law of the chain', () => {
  const chain = drawChain(SEED, 'test', CHAIN);
  const modes = modesOf(chain);
  const { n, d, s } = modes;
  const m = precision(chain);

  test.each([1, 3, 30])('after %i steps has the mean of a chain without noise', (steps) => {
    const still = run(chain, steps, () => new Float64Array(n * d));
    expect(distance(Array.from(standardised(modes, still, lawAfter(steps, s))), new Array(n * d).fill(0))).toBeLessThan(
      1e-10,
    );
  });

  test.each([1, 3, 30])('after %i steps has the covariance of A C Aᵀ + s² I', (steps) => {
    const a = add(identity(d), m, -(s ** 2) / 2);
    let covariance = NdArray.zeros([d, d]);
    for (let k = 0; k < steps; k++) {
      covariance = add(matmul(matmul(a, covariance), transpose(a)), scale(identity(d), s ** 2));
    }
    const { values, vectors } = modes;
    const spread = NdArray.zeros([d, d]);
    for (let k = 0; k < d; k++) spread.data[k * d + k] = lawAfter(steps, s)(values[k]!, 0, 0).deviation ** 2;
    const law = matmul(matmul(transpose(vectors), spread), vectors);
    expect(distance(Array.from(law.data), Array.from(covariance.data))).toBeLessThan(1e-12);
  });

  test('tends to mean M⁻¹Wᵀ(x − b)/σ² and covariance M⁻¹(I − s²M/4)⁻¹', () => {
    const limit = lawAfter(100_000, s);
    const stationary = inverse(matmul(m, add(identity(d), m, -(s ** 2) / 4)));
    const { values, vectors } = modes;
    for (let k = 0; k < d; k++) {
      const v = NdArray.of(vectors.data.slice(k * d, (k + 1) * d), [d, 1]);
      const variance = matmul(transpose(v), matmul(stationary, v)).data[0]!;
      expect(limit(values[k]!, 0, 0).deviation ** 2).toBeCloseTo(variance, 10);
      expect(limit(values[k]!, 5, 3).mean).toBeCloseTo(3 / values[k]!, 12);
    }
  });

  test('is stable, and not near the posterior', () => {
    for (const seed of [1, 2, 3, 4, 5, 6, 7, 8]) {
      for (const label of ['few', 'long']) {
        const { values } = modesOf(drawChain(seed, label, CHAIN));
        expect((s ** 2 * values[0]!) / 4).toBeLessThan(0.85);
        expect((s ** 2 * values[0]!) / 4).toBeGreaterThan(0.4);
        expect((1 - (s ** 2 * values[d - 1]!) / 2) ** 30).toBeLessThan(0.05);
      }
    }
  });

  const right = (label: string, steps: number): Float64Array => {
    const random = derive(SEED, label);
    return run(chain, steps, () => random.normals([n, d]).data as Float64Array);
  };

  test('right chains pass the tests', () => {
    const all = Float64Array.from(
      Array.from({ length: 40 }, (_, c) =>
        Array.from(standardised(modes, right(`chain-${c}`, 3), lawAfter(3, s))),
      ).flat(),
    );
    expect(squaresTest(all).pValue).toBeGreaterThan(1e-3);
    expect(shapeTest(all).pValue).toBeGreaterThan(1e-3);
    expect(groupSumsTest(all, (i) => i % (n * d), n * d).pValue).toBeGreaterThan(1e-3);
    const sums = Array.from({ length: 40 }, (_, c) =>
      Array.from(standardisedSums(modes, right(`chain-${c}`, 3), lawAfter(3, s))),
    ).flat();
    expect(squaresTest(sums).pValue).toBeGreaterThan(1e-3);
  });

  const explained = (steps: number, make: (call: number) => Float64Array): string | undefined => {
    const draws = Array.from({ length: 4 }, (_, c) => ({ z: make(c) }));
    const noise = (law: Parameters<typeof standardised>[2]): Float64Array =>
      Float64Array.from(draws.flatMap(({ z }) => Array.from(standardised(modes, z, law))));
    return explainSteps({ modes, steps, noise }, draws)?.id;
  };

  test('says which number of steps was made', () => {
    expect(explained(3, (c) => right(`fewer-${c}`, 2))).toBe('steps-fewer');
    expect(explained(3, (c) => right(`more-${c}`, 4))).toBe('steps-more');
    expect(explained(3, (c) => right(`as-asked-${c}`, 3))).toBeUndefined();
  });

  test('says that noise is shared, or used again', () => {
    const shared = (c: number) => {
      const random = derive(SEED, `shared-${c}`);
      return run(chain, 3, () => {
        const row = random.normals([d]).data;
        return Float64Array.from({ length: n * d }, (_, i) => row[i % d]!);
      });
    };
    expect(explained(3, shared)).toBe('shared-noise');
    const again = (c: number) => {
      const noise = derive(SEED, `again-${c}`).normals([n, d]).data as Float64Array;
      return run(chain, 3, () => noise);
    };
    expect(explained(3, again)).toBe('noise-once');
  });
});

describe('one step', () => {
  const chain = drawChain(SEED, 'test-one', ONE_STEP);
  const truth = stepTruth(chain);
  const noise = derive(SEED, 'noise').normals(chain.z.shape).data as Float64Array;
  const made = (likelihood: number, prior: number, size: number): Float64Array =>
    noise.map(
      (x, i) => truth.start[i]! + likelihood * truth.likelihood[i]! + prior * truth.prior[i]! + size * truth.s * x,
    );

  test('is the step of the formula', () => {
    expect(distance(Array.from(made(1, 1, 1)), Array.from(step(chain, truth.start, noise)))).toBeLessThan(1e-12);
  });

  test('is taken apart', () => {
    const parts = partsOf(truth, made(0.3, -2, 0.8));
    expect(parts.likelihood).toBeCloseTo(0.3, 1);
    expect(parts.prior).toBeCloseTo(-2, 1);
    expect(parts.noise).toBeCloseTo(0.8, 1);
  });

  test('shows what was done wrong', () => {
    const { s, sigma, n, pixels } = truth;
    const named = (l: number, p: number, size = 1): string | undefined => explainStep(truth, made(l, p, size))?.id;
    expect(named(1, 1)).toBeUndefined();
    expect(named(2 / s, 2 / s)).toBe('drift-s');
    expect(named(2, 2)).toBe('drift-s-squared');
    expect(named(-1, -1)).toBe('descent');
    expect(named(1, 0)).toBe('prior-forgotten');
    expect(named(sigma, 1)).toBe('sigma-for-sigma-squared');
    expect(named(1 / pixels, 1)).toBe('mean-over-pixels');
    expect(named(1 / n, 1 / n)).toBe('mean-over-batch');
    expect(named(1, 1, 0)).toBe('noise-missing');
    expect(named(1, 1, s)).toBe('noise-s-squared');
    expect(named(1, 1, 1 / s)).toBe('noise-not-scaled');
  });
});

describe('the tests of normal numbers', () => {
  // Seeds are fixed: these are counts that came out, not chances.
  const pValues = (test: (values: Float64Array) => { pValue: number }): number[] =>
    Array.from({ length: 400 }, (_, i) => test(derive(i, 'p-values').normals([600]).data as Float64Array).pValue);

  test.each([
    ['squares', squaresTest],
    ['sums', (x: Float64Array) => groupSumsTest(x, (i) => i % 60, 60)],
    ['shape', shapeTest],
    ['neighbours', neighboursTest],
  ])('%s: p-values are even', (_, one) => {
    const p = pValues(one);
    for (const level of [0.05, 0.5, 0.95]) {
      const share = p.filter((x) => x < level).length / p.length;
      expect(Math.abs(share - level)).toBeLessThan(4 * Math.sqrt((level * (1 - level)) / p.length));
    }
  });

  test('means are told from a spread that is wrong', () => {
    const [calls, d] = [4, 24];
    const numbers = (i: number): Float64Array => derive(i, 'means').normals([calls * 10 * d]).data as Float64Array;
    for (let i = 0; i < 100; i++) {
      const right = numbers(i);
      expect(meansTest(right, calls, d).pValue).toBeGreaterThan(1e-3);
      // As far as noise times √s in place of s spreads, and farther, also in some directions only.
      expect(
        meansTest(
          right.map((x) => 1.45 * x),
          calls,
          d,
        ).pValue,
      ).toBeGreaterThan(1e-4);
      expect(
        meansTest(
          right.map((x, k) => (1 + (k % d) / 8) * x),
          calls,
          d,
        ).pValue,
      ).toBeGreaterThan(1e-4);
      expect(
        meansTest(
          right.map((x) => x + 0.8),
          calls,
          d,
        ).pValue,
      ).toBeLessThan(1e-9);
    }
  });

  test('refuse uniform numbers, and sums of three', () => {
    const random = derive(SEED, 'uniform');
    const uniform = Float64Array.from({ length: 12_000 }, () => Math.sqrt(12) * (random.uniform() - 0.5));
    expect(shapeTest(uniform).pValue).toBeLessThan(1e-12);
    const three = uniform.map(() => 2 * (random.uniform() + random.uniform() + random.uniform() - 1.5));
    expect(tailsTest(three).pValue).toBeLessThan(1e-9);
    // Sums of twelve are let pass: they would have to fail at 4e-5 twice.
    const twelve = uniform.map(() => Array.from({ length: 12 }, () => random.uniform()).reduce((a, b) => a + b, -6));
    expect(Math.min(shapeTest(twelve).pValue, tailsTest(twelve).pValue)).toBeGreaterThan(1e-4);
  });
});

describe('cases', () => {
  const inputs = Object.values(drawInputs(SEED));

  test('cover the range of the contract', () => {
    const some = (holds: (input: Input) => boolean) => expect(inputs.some(holds)).toBe(true);
    some(({ images: { shape } }) => shape[0] === 1);
    some(({ images: { shape } }) => shape[1]! > shape[2]!);
    some(({ images: { shape } }) => shape[1]! < shape[2]!);
    some(({ images: { shape } }) => shape[3] === 1);
    some(({ images: { shape } }) => shape.slice(1).every((side) => side === 1));
    some(({ z: { shape } }) => shape[1] === 1);
    some(({ z: { shape } }) => shape[1]! > 3);
    some(({ z }) => z.data.every((x) => x === 0));
    for (const { sigma, stepSize } of inputs) {
      expect(Math.abs(sigma - 1)).toBeGreaterThan(0.2);
      expect(Math.abs(stepSize - 1)).toBeGreaterThan(0.1);
    }
  });

  test('are drawn from the seed', () => {
    expect(drawInputs(SEED)).toEqual(drawInputs(SEED));
    expect(drawInputs(SEED).several!.z.data).not.toEqual(drawInputs(SEED + 1).several!.z.data);
  });

  test('checks have ids of their own', () => {
    const ids = exercise.checks(SEED).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

/** log p of each picture, by loops. */
function logJoint({ net, z, images, sigma }: Input): number[] {
  const [n, d] = z.shape as [number, number];
  const size = images.data.length / n;
  return Array.from({ length: n }, (_, i) => {
    const latent = z.data.slice(i * d, (i + 1) * d);
    let values: number[] = Array.from(latent);
    for (const { kernel, bias, activation } of net) {
      values = Array.from(bias.data, (b, o) => {
        const sum = values.reduce((total, x, k) => total + x * kernel.data[k * bias.data.length + o]!, b);
        return activation === 'tanh' ? Math.tanh(sum) : 1 / (1 + Math.exp(-sum));
      });
    }
    const misfit = values.reduce((sum, g, p) => sum + (images.data[i * size + p]! - g) ** 2, 0);
    return -misfit / (2 * sigma ** 2) - Array.from(latent).reduce((sum, x) => sum + x * x, 0) / 2;
  });
}

describe('the reference', () => {
  let cases: Observation['cases'];
  const inputs = Object.values(drawInputs(SEED));
  beforeAll(async () => {
    cases = await referenceOutcomes('abp-langevin', SEED);
  }, 120_000);

  test('gives log p as loops do', () => {
    for (const input of inputs) {
      expect(distance(numbersOf(cases, `values-logJoint/${input.id}`), logJoint(input))).toBeLessThan(1e-11);
    }
  });

  test('steps by the slope of log p, picture by picture', () => {
    for (const input of inputs.filter(({ id }) => id !== 'far')) {
      const { z, stepSize: s, noise } = input;
      const d = z.shape[1]!;
      const expected = Array.from(z.data, (x, i) => {
        const at = (by: number): number => {
          const moved = NdArray.of(z.data, z.shape);
          moved.data[i]! += by;
          return logJoint({ ...input, z: moved })[Math.floor(i / d)]!;
        };
        const slope = (at(1e-5) - at(-1e-5)) / 2e-5;
        return x + (s ** 2 / 2) * slope + s * noise.data[i]!;
      });
      expect(distance(numbersOf(cases, `values-langevinStep/${input.id}`), expected)).toBeLessThan(1e-7);
    }
  });
});
