import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RngArg } from '../../../harness/model/call.ts';
import type { CaseOutcomes, Check } from '../../../harness/model/exercise.ts';
import type { Value } from '../../../harness/model/value.ts';
import { Random } from '../../../harness/numerics/random.ts';
import { descentCheck } from '../../../reference/mathdnn-hw10/reparam-sgd/descent-checks.ts';
import { estimatorValues, unbiasedCheck } from '../../../reference/mathdnn-hw10/reparam-sgd/estimator-checks.ts';
import { estimatorInputs } from '../../../reference/mathdnn-hw10/reparam-sgd/estimator-inputs.ts';
import exercise from '../../../reference/mathdnn-hw10/reparam-sgd/exercise.ts';
import { type RunOptions, readRun } from '../../../reference/mathdnn-hw10/reparam-sgd/run.ts';
import {
  estimate,
  expectation,
  expectationGradient,
  type Method,
  noiselessDescent,
  normalMean,
  objectiveGradient,
  type Pair,
  spreadOfEnd,
  TERMS,
  termMoments,
} from '../../../reference/mathdnn-hw10/reparam-sgd/truth.ts';

const METHODS: Method[] = ['score', 'pathwise'];
const points = fc.record({
  mu: fc.double({ min: -3, max: 3, noNaN: true }),
  tau: fc.double({ min: -2, max: 0.8, noNaN: true }),
});
const F = (at: Pair): number => expectation(at) + (at.mu - 1) ** 2 / 2 + Math.exp(at.tau) - at.tau;

describe('the objective', () => {
  test('E[X sin X] in closed form is the integral', () => {
    fc.assert(
      fc.property(points, (at) => {
        const sum = normalMean((y) => {
          const x = at.mu + Math.exp(at.tau) * y;
          return x * Math.sin(x);
        });
        expect(Math.abs(sum - expectation(at))).toBeLessThan(1e-12);
      }),
      { numRuns: 100 },
    );
  });

  test('its gradient is its slope', () => {
    fc.assert(
      fc.property(points, ({ mu, tau }) => {
        const h = 1e-5;
        const slope = objectiveGradient({ mu, tau });
        expect((F({ mu: mu + h, tau }) - F({ mu: mu - h, tau })) / (2 * h)).toBeCloseTo(slope.mu, 7);
        expect((F({ mu, tau: tau + h }) - F({ mu, tau: tau - h })) / (2 * h)).toBeCloseTo(slope.tau, 7);
      }),
      { numRuns: 100 },
    );
  });

  test.each(METHODS)('the %s estimator is unbiased everywhere', (method) => {
    fc.assert(
      fc.property(points, (at) => {
        const truth = expectationGradient(at);
        for (const key of ['mu', 'tau'] as const)
          expect(Math.abs(normalMean((y) => TERMS[method](at, y)[key]) - truth[key])).toBeLessThan(1e-10);
      }),
      { numRuns: 50 },
    );
  });

  test('the descent without noise leads where the sheet says', () => {
    const end = noiselessDescent(500, 1e-3).at(-1)!;
    expect(end.mu).toBeCloseTo(0.32383, 5);
    expect(Math.exp(end.tau)).toBeCloseTo(0.78702, 5);
    const limit = noiselessDescent(5000, 0.02).at(-1)!;
    expect(limit.mu).toBeCloseTo(0.4423, 4);
    expect(Math.exp(limit.tau)).toBeCloseTo(0.6065, 4);
  });

  test('score has the greater variance along the descent, and not everywhere', () => {
    const more = (at: Pair): boolean =>
      (['mu', 'tau'] as const).every(
        (key) => termMoments('score', at).variance[key] > termMoments('pathwise', at).variance[key],
      );
    for (const at of noiselessDescent(500, 1e-3).filter((_, i) => i % 50 === 0)) expect(more(at)).toBe(true);
    expect(more({ mu: 1.3, tau: 0.6 })).toBe(false);
  });
});

/** A normal generator of its own: Box and Muller, the cosine alone. */
const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random.uniform())) * Math.cos(2 * Math.PI * random.uniform());

type Step = (method: Method, at: Pair, noise: number[], options: RunOptions) => Pair;

const plain: Step = (method, at, noise, { learningRate }) => {
  const gradient = estimate(method, at, noise);
  return { mu: at.mu - learningRate * gradient.mu, tau: at.tau - learningRate * gradient.tau };
};

function descend(step: Step, method: Method, options: RunOptions, random: Random): Pair[] {
  const path: Pair[] = [{ mu: 0, tau: 0 }];
  for (let i = 0; i < options.iterations; i++) {
    const noise = Array.from({ length: options.batch }, () => normal(random));
    path.push(step(method, path[i]!, noise, options));
  }
  return path;
}

test('a descent with noise spreads as the linear recursion says', () => {
  const options = { iterations: 500, batch: 16, learningRate: 1e-3 };
  const random = Random.fromSeed(5);
  const ends = Array.from({ length: 150 }, () => descend(plain, 'pathwise', options, random).at(-1)!);
  const end = noiselessDescent(500, 1e-3).at(-1)!;
  const spread = spreadOfEnd('pathwise', options);
  for (const key of ['mu', 'tau'] as const) {
    const ratio = ends.reduce((sum, one) => sum + (one[key] - end[key]) ** 2, 0) / ends.length / spread[key] ** 2;
    // χ² with 150 degrees of freedom: five standard deviations are 0.58.
    expect(Math.abs(ratio - 1)).toBeLessThan(0.58);
  }
});

/** Asks for everything that a check wants, with answers made here. */
async function judge(check: Check, answer: (args: unknown[]) => Value) {
  const outcomes: Record<string, CaseOutcomes> = {};
  for (const { id, plan } of check.cases) {
    const made: CaseOutcomes = {};
    outcomes[id] = made;
    await plan(async (name, { args }) => {
      const outcome = { status: 'ok' as const, value: answer(args), ms: 0 };
      made[name] = outcome;
      return outcome;
    });
  }
  const reference = Object.fromEntries(
    exercise.checks(SEED).flatMap(({ cases }) => cases.map(({ id }) => [id, outcomes[id] ?? {}])),
  );
  return {
    verdict: check.judge({ submission: outcomes, reference: { ...reference, ...truth }, overrides: {} }),
    outcomes,
  };
}

const SEED = 3;
const truth: Record<string, CaseOutcomes> = {};
for (const method of METHODS)
  for (const input of estimatorInputs(SEED)) {
    const { mu, tau } = estimate(method, input.at, input.noise);
    const fn = method === 'score' ? 'scoreGradient' : 'pathwiseGradient';
    truth[`values-${fn}/${input.id}`] = { value: { status: 'ok', value: { mu, tau }, ms: 0 } };
  }

/** An estimator as a student's function: arguments μ, τ and draws, of which y is worked out. */
const asFunction =
  (method: Method, program: (at: Pair, noise: number[]) => Pair) =>
  ([mu, tau, draws]: unknown[]): Value => {
    const at = { mu: mu as number, tau: tau as number };
    const data = Array.from((draws as { data: Float64Array }).data);
    const noise = method === 'score' ? data.map((x) => (x - at.mu) / Math.exp(at.tau)) : data;
    const { mu: byMu, tau: byTau } = program(at, noise);
    return { mu: byMu, tau: byTau };
  };

/** The score function with a baseline for every draw. */
const withBaseline =
  (baseline: (values: number[], i: number, at: Pair) => number) =>
  (at: Pair, noise: number[]): Pair => {
    const sigma = Math.exp(at.tau);
    const values = noise.map((y) => (at.mu + sigma * y) * Math.sin(at.mu + sigma * y));
    const gradient = { mu: at.mu - 1, tau: sigma - 1 };
    for (const [i, y] of noise.entries()) {
      const weight = (values[i]! - baseline(values, i, at)) / noise.length;
      gradient.mu += (weight * y) / sigma;
      gradient.tau += weight * (y * y - 1);
    }
    return gradient;
  };
const meanOf = (values: number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);

describe('estimators', () => {
  test.each(METHODS)('the plain %s estimator passes, without a single further call', async (method) => {
    const { verdict, outcomes } = await judge(
      estimatorValues(SEED, method),
      asFunction(method, (at, noise) => estimate(method, at, noise)),
    );
    expect(verdict.status).toBe('accepted');
    expect(Math.max(...Object.values(outcomes).map((made) => Object.keys(made).length))).toBe(1);
  });

  test.each([
    ['nothing', (_: number[]) => 0, 'accepted', 'accepted'],
    ['a constant', () => 0.4, 'accepted', 'accepted'],
    ['the expectation', (_: number[], __: number, at: Pair) => expectation(at), 'accepted', 'accepted'],
    [
      'the mean of the others',
      (values: number[], i: number) => meanOf(values.filter((_, k) => k !== i)),
      'accepted',
      'accepted',
    ],
    ['the mean of all', (values: number[]) => meanOf(values), 'wrong-answer', 'wrong-answer'],
    [
      'the mean of all, where there is more than one',
      (values: number[]) => (values.length > 1 ? meanOf(values) : 0),
      'wrong-answer',
      'accepted',
    ],
    ['its own value', (values: number[], i: number) => 0.1 * values[i]!, 'wrong-answer', 'wrong-answer'],
    ['a large constant', () => 8, 'wrong-answer', 'accepted'],
  ] as [string, Parameters<typeof withBaseline>[0], string, string][])(
    'score with %s as a baseline',
    async (_, baseline, values, unbiased) => {
      const program = asFunction('score', withBaseline(baseline));
      expect((await judge(estimatorValues(SEED, 'score'), program)).verdict.status).toBe(values);
      expect((await judge(unbiasedCheck(SEED, 'score'), program)).verdict.status).toBe(unbiased);
    },
  );

  test("the other method's estimate is refused by name, though it is unbiased", async () => {
    for (const [method, other] of [METHODS, [...METHODS].reverse()] as [Method, Method][]) {
      const program = asFunction(method, (at, noise) => estimate(other, at, noise));
      const { verdict } = await judge(estimatorValues(SEED, method), program);
      expect(verdict.mistake?.id).toBe('other-method');
      expect((await judge(unbiasedCheck(SEED, method), program)).verdict.status).toBe('accepted');
    }
  });

  test('the closed form is refused by name', async () => {
    const program = asFunction('score', (at) => objectiveGradient(at));
    expect((await judge(estimatorValues(SEED, 'score'), program)).verdict.mistake?.id).toBe('closed-form');
  });

  test('NaN for one of the draws refutes', async () => {
    const program = asFunction('score', (at, noise) =>
      noise.length === 1 ? { mu: Number.NaN, tau: 0 } : withBaseline(() => 0.4)(at, noise),
    );
    expect((await judge(estimatorValues(SEED, 'score'), program)).verdict.status).toBe('wrong-answer');
    expect((await judge(unbiasedCheck(SEED, 'score'), program)).verdict.status).toBe('wrong-answer');
  });
});

const asMinimise =
  (step: Step) =>
  ([method, options, rng]: unknown[]): Value => {
    const random = Random.fromSeed((rng as RngArg).seed);
    const path = descend(step, method as Method, options as RunOptions, random);
    const trace = path.slice(1).map(({ mu, tau }) => ({ mu, sigma: Math.exp(tau) }));
    return { ...trace.at(-1)!, trace };
  };

describe('descents', () => {
  test.each(METHODS)('plain steps of %s pass', async (method) => {
    for (const seed of [1, 2, 3])
      expect((await judge(descentCheck(seed, method), asMinimise(plain))).verdict.status).toBe('accepted');
  });

  test('a baseline from earlier steps passes', async () => {
    let average = 0;
    const step: Step = (_, at, noise, { learningRate }) => {
      const gradient = withBaseline(() => average)(at, noise);
      const values = noise.map((y) => (at.mu + Math.exp(at.tau) * y) * Math.sin(at.mu + Math.exp(at.tau) * y));
      average += 0.1 * (meanOf(values) - average);
      return { mu: at.mu - learningRate * gradient.mu, tau: at.tau - learningRate * gradient.tau };
    };
    expect((await judge(descentCheck(2, 'score'), asMinimise(step))).verdict.status).toBe('accepted');
  });

  test.each([
    ['the others', (values: number[], i: number) => meanOf(values.filter((_, k) => k !== i)), undefined],
    ['all', (values: number[]) => meanOf(values), 'baseline-of-the-same-batch'],
  ] as [string, (values: number[], i: number) => number, string | undefined][])(
    'a baseline from the batch: the mean of %s',
    async (_, baseline, id) => {
      const step: Step = (method, at, noise, { learningRate }) =>
        method === 'score'
          ? minus(at, withBaseline(baseline)(at, noise), learningRate)
          : plain(method, at, noise, { iterations: 1, batch: noise.length, learningRate });
      for (const seed of [2, 3, 4]) {
        const { verdict } = await judge(descentCheck(seed, 'score'), asMinimise(step));
        expect(verdict.status).toBe(id === undefined ? 'accepted' : 'wrong-answer');
        expect(verdict.mistake?.id).toBe(id);
      }
    },
  );

  test('half of the gradient of E[X sin X] in every batch is not called a baseline', async () => {
    const step: Step = (method, at, noise, { learningRate }) => {
      const [whole, rest] = [estimate(method, at, noise), { mu: at.mu - 1, tau: Math.exp(at.tau) - 1 }];
      return minus(at, { mu: (whole.mu + rest.mu) / 2, tau: (whole.tau + rest.tau) / 2 }, learningRate);
    };
    const { verdict } = await judge(descentCheck(2, 'score'), asMinimise(step));
    expect(verdict.status).toBe('wrong-answer');
    expect(verdict.mistake?.id).toBeUndefined();
  });

  /** Steps that know those before them, from scratch in every descent. */
  const remembering: [string, string, () => Step][] = [
    [
      'averages of gradients',
      'noise-remembered',
      () => {
        let average: Pair = { mu: 0, tau: 0 };
        return (method, at, noise, { learningRate }) => {
          const { mu, tau } = estimate(method, at, noise);
          average = { mu: 0.9 * average.mu + 0.1 * mu, tau: 0.9 * average.tau + 0.1 * tau };
          return minus(at, average, learningRate);
        };
      },
    ],
    [
      'the same numbers in every step',
      'same-noise',
      () => {
        let kept: number[] | undefined;
        return (method, at, noise, options) => {
          kept ??= noise;
          return plain(method, at, kept, options);
        };
      },
    ],
    [
      'one new number a step',
      'same-noise',
      () => {
        let kept: number[] = [];
        return (method, at, noise, options) => {
          kept = kept.length === 0 ? noise : [...kept.slice(1), noise[0]!];
          return plain(method, at, kept, options);
        };
      },
    ],
  ];
  test.each(remembering)('%s', async (_, id, makeStep) => {
    for (const method of METHODS) {
      const { verdict } = await judge(descentCheck(4, method), (args) => asMinimise(makeStep())(args));
      expect(verdict.mistake?.id).toBe(id);
    }
  });

  const late: [string, (args: unknown[]) => Value][] = [
    [
      'sigma-behind',
      (args) => {
        const { mu, trace } = asMinimise(plain)(args) as { mu: number; trace: { mu: number; sigma: number }[] };
        const behind = trace.map((point, i) => ({ mu: point.mu, sigma: trace[i - 1]?.sigma ?? 1 }));
        return { mu, sigma: behind.at(-1)!.sigma, trace: behind };
      },
    ],
    [
      'tau-after-mu',
      asMinimise((method, at, noise, options) => {
        const { mu } = plain(method, at, noise, options);
        const sigma = Math.exp(at.tau);
        const draws = method === 'score' ? noise.map((y) => y + (at.mu - mu) / sigma) : noise;
        return { mu, tau: plain(method, { mu, tau: at.tau }, draws, options).tau };
      }),
    ],
    [
      'mu-after-tau',
      asMinimise((method, at, noise, options) => {
        const { tau } = plain(method, at, noise, options);
        return { mu: plain(method, { mu: at.mu, tau }, noise, options).mu, tau };
      }),
    ],
    [
      'sigma-multiplied',
      asMinimise((method, at, noise, options) => {
        const { mu, tau } = plain(method, at, noise, options);
        return { mu, tau: at.tau + Math.log(Math.max(1e-6, 1 + tau - at.tau)) };
      }),
    ],
    [
      'sigma-bounded',
      asMinimise((method, at, noise, options) => {
        const { mu, tau } = plain(method, at, noise, options);
        return { mu, tau: Math.max(tau, -0.7) };
      }),
    ],
  ];
  test.each(late)('what only long steps show: %s', async (id, program) => {
    for (const method of METHODS) {
      const { verdict } = await judge(descentCheck(4, method), program);
      expect(verdict.status).toBe('wrong-answer');
      expect(verdict.mistake?.id).toBe(id);
    }
  });

  const minus = (at: Pair, gradient: Pair, rate: number): Pair => ({
    mu: at.mu - rate * gradient.mu,
    tau: at.tau - rate * gradient.tau,
  });
  test.each([
    ['score', 'pathwise steps', 'pathwise-for-score', (_, at, noise, o) => plain('pathwise', at, noise, o)],
    ['pathwise', 'score steps', 'score-for-pathwise', (_, at, noise, o) => plain('score', at, noise, o)],
    ['score', 'no noise', 'no-noise', (_, at, __, o) => minus(at, objectiveGradient(at), o.learningRate)],
    ['pathwise', 'one draw', 'one-draw', (m, at, noise, o) => plain(m, at, noise.slice(0, 1), o)],
    ['score', 'sixteen draws', 'batch-ignored', (m, at, noise, o) => plain(m, at, noise.slice(0, 16), o)],
    ['score', 'ascent', 'ascent', (m, at, noise, o) => minus(at, estimate(m, at, noise), -o.learningRate)],
    [
      'pathwise',
      'the rest missing',
      'rest-missing',
      (m, at, noise, o) => {
        const { mu, tau } = estimate(m, at, noise);
        return minus(at, { mu: mu - (at.mu - 1), tau: tau - (Math.exp(at.tau) - 1) }, o.learningRate);
      },
    ],
    [
      'score',
      '(x − μ)²/σ',
      'sigma-for-variance',
      (m, at, noise, o) => {
        const { mu, tau } = estimate(m, at, noise);
        const sigma = Math.exp(at.tau);
        const extra = meanOf(noise.map((y) => (at.mu + sigma * y) * Math.sin(at.mu + sigma * y) * y * y * (sigma - 1)));
        return minus(at, { mu, tau: tau + extra }, o.learningRate);
      },
    ],
  ] as [Method, string, string, Step][])('%s: %s', async (method, _, id, step) => {
    const { verdict } = await judge(descentCheck(4, method), asMinimise(step));
    expect(verdict.status).toBe('wrong-answer');
    expect(verdict.mistake?.id).toBe(id);
  });
});

describe('reading a run', () => {
  const options = { iterations: 2, batch: 1, learningRate: 1 };
  const a = { mu: 0.1, sigma: 0.9 };
  const b = { mu: 0.2, sigma: 0.8 };
  const problem = (value: Value): string | undefined => {
    const found = readRun(value, options);
    return 'statement' in found ? found.mistake.id : undefined;
  };

  test('with and without the start', () => {
    expect(readRun({ ...b, trace: [a, b] }, options)).toEqual(
      readRun({ ...b, trace: [{ mu: 0, sigma: 1 }, a, b] }, options),
    );
    expect(problem({ ...b, trace: [a, b] })).toBeUndefined();
  });

  test('steps of length 0 stay where they are', () => {
    const start = { mu: 0, sigma: 1 };
    const run = readRun({ ...start, trace: [start, start] }, { ...options, learningRate: 0 });
    expect(run).toEqual(Array.from({ length: 3 }, () => ({ mu: 0, tau: 0 })));
  });

  test.each([
    ['no-record', 3],
    ['no-trace', { ...b }],
    ['trace-entries', { ...b, trace: [[0.1, 0.9], b] }],
    ['not-finite', { ...b, trace: [a, { mu: Number.NaN, sigma: 1 }] }],
    ['trace-length', { ...b, trace: [b] }],
    ['trace-length', { ...b, trace: [a, a, b] }],
    ['trace-constant', { ...b, trace: [b, b] }],
    ['last-entry', { ...b, trace: [{ mu: 0, sigma: 1 }, a] }],
    ['tau-for-sigma', { mu: 0.2, sigma: Math.log(0.8), trace: [a, b] }],
    ['trace-tau-for-sigma', { mu: 0.2, sigma: 0.8, trace: [a, { mu: 0.2, sigma: Math.log(0.8) }] }],
    ['last-entry', { mu: 0.3, sigma: 0.8, trace: [a, { mu: 0.2, sigma: Math.log(0.8) }] }],
    ['sigma-not-positive', { mu: 0.2, sigma: -0.2, trace: [a, { mu: 0.2, sigma: -0.2 }] }],
  ] as [string, Value][])('%s', (id, value) => {
    expect(problem(value)).toBe(id);
  });
});

test('inputs: σ ≠ 1 in all but one, a single draw, a pair, many; the same every time', () => {
  const inputs = estimatorInputs(SEED);
  expect(inputs.filter(({ at }) => at.tau === 0)).toHaveLength(1);
  expect(inputs.map(({ noise }) => noise.length)).toEqual(expect.arrayContaining([1, 2, 7, 16, 500]));
  expect(estimatorInputs(SEED)).toEqual(inputs);
  expect(estimatorInputs(SEED + 1)[1]!.noise).not.toEqual(inputs[1]!.noise);
});
