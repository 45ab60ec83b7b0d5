import { describe, expect, test } from 'vitest';
import type { Arg, RngArg } from '../../harness/model/call.ts';
import type { CaseOutcomes, Check } from '../../harness/model/exercise.ts';
import type { Observation } from '../../harness/model/observation.ts';
import { NdArray } from '../../harness/model/value.ts';
import type { Verdict } from '../../harness/model/verdict.ts';
import { Random } from '../../harness/numerics/random.ts';
import { drawData, type Mode, readBatch } from '../../reference/image-registration/mine-loss/batches.ts';
import exercise from '../../reference/image-registration/mine-loss/exercise.ts';
import {
  criticInputs,
  extremeLosses,
  type LossInput,
  lossInputs,
  MARGIN,
} from '../../reference/image-registration/mine-loss/inputs.ts';
import { drawsCheck } from '../../reference/image-registration/mine-loss/sampling.ts';
import { lossOf, PARAM_NAMES, runCritic } from '../../reference/image-registration/mine-loss/truth.ts';
import { ok } from '../checks/in-process.ts';
import { distance, numbersOf, referenceOutcomes } from './reference-outcomes.ts';

const SEED = 7;

test('a critic that was worked out by hand', () => {
  const one = (...entries: number[]) => NdArray.of(entries, [1, 1]);
  const bias = (entry: number) => NdArray.of([entry]);
  const params = { w1: one(2), b1: bias(-1), w2: one(1), b2: bias(0.5), w3: one(-3), b3: bias(0.25) };
  // x = 2: 3, 3.5, −10.25; x = −1: e^−3 − 1, then e^(…) − 1.
  const low = Math.exp(-3) - 1 + 0.5;
  const { outputs, nearest, highest } = runCritic(params, NdArray.of([2, -1], [2, 1]));
  expect(outputs).toEqual([-10.25, expect.closeTo(-3 * (Math.exp(low) - 1) + 0.25, 14)]);
  expect([nearest, highest]).toEqual([expect.closeTo(-low, 14), 3.5]);
});

test('the loss from outputs', () => {
  expect(lossOf([1, 3], [0, Math.log(3)])).toBeCloseTo(Math.log(2) - 2, 14);
  expect(lossOf([-800], [800])).toBe(1600);
});

describe.each([7, 31])('inputs of seed %i', (seed) => {
  const losses = [...lossInputs(seed), ...extremeLosses(seed)];

  test('keep clear of the kink of ELU, and of overflow inside the network', () => {
    const points = [
      ...[...criticInputs(seed, 2), ...criticInputs(seed, 6)],
      ...losses.flatMap(({ params, joint, marginal }) => [joint, marginal].map((x) => ({ params, x }))),
    ];
    for (const { params, x } of points) {
      const { nearest, highest } = runCritic(params, x);
      if (params.b1.data.length < 20) expect(nearest).toBeGreaterThan(MARGIN);
      expect(highest).toBeLessThan(60);
    }
  });

  test('extreme outputs are what the titles say', () => {
    const onMarginal = ({ params, marginal }: LossInput) => runCritic(params, marginal).outputs;
    const [high, low, mixed, , above, below] = extremeLosses(seed);
    expect(Math.max(...onMarginal(high!))).toBeCloseTo(802, 6);
    expect(Math.max(...onMarginal(low!))).toBeCloseTo(-798, 6);
    expect(Math.min(...onMarginal(mixed!))).toBeCloseTo(-800, 6);
    expect([above!.loss, below!.loss]).toEqual([1600, -1600].map((loss) => expect.closeTo(loss, 6)));
    for (const { loss } of losses) expect(Number.isFinite(loss)).toBe(true);
  });

  test('are the same every time, and others under another seed', () => {
    expect(lossInputs(seed)).toEqual(lossInputs(seed));
    expect(lossInputs(seed)[0]!.joint.data).not.toEqual(lossInputs(seed + 1)[0]!.joint.data);
  });
});

describe('the reference', async () => {
  const cases: Observation['cases'] = await referenceOutcomes('mine-loss', SEED);

  test('has the values of plain arrays', () => {
    for (const input of criticInputs(SEED, 2)) {
      const truth = runCritic(input.params, input.x).outputs;
      expect(distance(numbersOf(cases, `values-mineCritic/${input.id}`), truth), input.id).toBeLessThan(1e-13);
    }
    for (const input of lossInputs(SEED))
      expect(distance(numbersOf(cases, `values-mineLoss/${input.id}`), [input.loss]), input.id).toBeLessThan(1e-13);
    for (const input of extremeLosses(SEED))
      expect(distance(numbersOf(cases, `extreme-mineLoss/${input.id}`), [input.loss]), input.id).toBeLessThan(1e-11);
  });

  /** By differences of the loss on plain arrays, along every coordinate of the small critics. */
  test('has the gradient of the loss', () => {
    for (const input of lossInputs(SEED).filter(({ params }) => params.b1.data.length < 20)) {
      const outcome = cases[`gradient-own-mineLoss/${input.id}`]!.gradient!;
      if (outcome.status !== 'ok' || !Array.isArray(outcome.value)) throw new Error('no gradient');
      for (const [i, name] of PARAM_NAMES.entries()) {
        const found = Array.from((outcome.value[i] as NdArray).data);
        const truth = found.map((_, entry) => {
          const at = (by: number): number => {
            const moved = Float64Array.from(input.params[name].data);
            moved[entry]! += by;
            const params = { ...input.params, [name]: new NdArray(input.params[name].shape, moved) };
            const [joint, marginal] = [input.joint, input.marginal].map((x) => runCritic(params, x).outputs);
            return lossOf(joint!, marginal!);
          };
          const h = 1e-4;
          return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
        });
        expect(distance(found, truth), `${input.id} ${name}`).toBeLessThan(1e-10);
      }
    }
  });
});

describe('a batch is read as rows of the data', () => {
  const data = drawData(Random.fromSeed(3), 6, 2);
  const row = (i: number): number[] => Array.from(data.data.slice(4 * i, 4 * i + 4));
  const read = (rows: number[][], mode: Mode = 'joint') =>
    readBatch(NdArray.of(rows.flat(), [rows.length, 4]), { data, batchSize: rows.length, mode });

  test('of which no two entries are alike, and all are float32 numbers', () => {
    expect(new Set(data.data).size).toBe(24);
    for (const value of data.data) expect(Math.fround(value)).toBe(value);
  });

  test('right ones', () => {
    expect(read([row(4), row(0)])).toEqual({ first: [4, 0], second: [4, 0] });
    const mixed = [...row(2).slice(0, 2), ...row(5).slice(2)];
    expect(read([mixed, row(1)], 'marginal')).toEqual({ first: [2, 1], second: [5, 1] });
  });

  test.each([
    ['foreign-numbers', 'joint', [[0.12345, 0, 0, 0]]],
    ['foreign-numbers', 'joint', [[Number.NaN, 0, 0, 0]]],
    ['columns-moved', 'joint', [[...row(0)].reverse()]],
    ['joint-halves-apart', 'joint', [[...row(2).slice(0, 2), ...row(5).slice(2)]]],
    [
      'columns-apart',
      'marginal',
      [
        [row(0)[0]!, ...row(1).slice(1)],
        [...row(1).slice(0, 3), row(2)[3]!],
      ],
    ],
    [
      'split-after-one-column',
      'marginal',
      [
        [row(0)[0]!, ...row(1).slice(1)],
        [row(2)[0]!, ...row(3).slice(1)],
      ],
    ],
    ['with-replacement', 'joint', [row(3), row(3)]],
    ['with-replacement', 'marginal', [row(3), [...row(1).slice(0, 2), ...row(3).slice(2)]]],
  ] as [string, Mode, number[][]][])('%s in %s mode', (id, mode, rows) => {
    expect(read(rows, mode)).toMatchObject({ mistake: { id } });
  });

  test('another shape', () => {
    expect(readBatch(NdArray.of(row(0)), { data, batchSize: 1, mode: 'joint' })).toMatchObject({
      statement: expect.stringContaining('shape [1, 4]'),
    });
  });
});

type Rng = () => number;
type Sampler = (n: number, count: number, rng: Rng) => number[];

const exchange = (rows: number[], i: number, j: number): void => {
  [rows[i], rows[j]] = [rows[j]!, rows[i]!];
};
const inOrder = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
/** Exchanges from the end down to `last`, with partners drawn by `partner`. */
const shuffle =
  (partner: (rng: Rng, i: number, n: number) => number, last = 1): Sampler =>
  (n, count, rng) => {
    const rows = inOrder(n);
    for (let i = n - 1; i >= last; i--) exchange(rows, i, partner(rng, i, n));
    return rows.slice(0, count);
  };
const fisherYates = shuffle((rng, i) => Math.floor(rng() * (i + 1)));
const reservoir: Sampler = (n, count, rng) => {
  const rows = inOrder(count);
  for (let i = count; i < n; i++) {
    const place = Math.floor(rng() * (i + 1));
    if (place < count) rows[place] = i;
  }
  return rows;
};
const selection: Sampler = (n, count, rng) => {
  const rows: number[] = [];
  for (let i = 0; i < n; i++) if (rng() * (n - i) < count - rows.length) rows.push(i);
  return rows;
};
const congruential = (seed: number): Rng => {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
};
const twice =
  (draw: Sampler) =>
  (n: number, count: number, rng: Rng): [number[], number[]] => [draw(n, count, rng), draw(n, count, rng)];

/** The verdict on a sampler under a seed, as on a program. */
async function judgeDraws(
  mode: Mode,
  sampler: (n: number, count: number, rng: Rng) => [number[], number[]],
  seed: number,
): Promise<Verdict> {
  const check: Check = drawsCheck('question1', seed, mode, 1);
  const submission: Record<string, CaseOutcomes> = {};
  for (const one of check.cases) {
    const outcomes: CaseOutcomes = {};
    submission[one.id] = outcomes;
    await one.plan(async (id, { args }) => {
      const [data, count, , { seed: state }] = args as [NdArray, number, Arg, RngArg];
      const random = Random.fromSeed(state);
      const [first, second] = sampler(data.shape[0]!, count, () => random.uniform());
      const batch = first.flatMap((row, k) => [
        data.data[2 * row]!,
        data.data[2 * (mode === 'joint' ? row : second[k]!) + 1]!,
      ]);
      const outcome = ok(NdArray.of(batch, [count, 2]));
      outcomes[id] = outcome;
      return outcome;
    });
  }
  return check.judge({ submission, reference: {}, overrides: {} });
}

describe('draws', () => {
  test.each([
    ['joint', 'Fisher–Yates', twice(fisherYates)],
    ['joint', 'a reservoir', twice(reservoir)],
    ['joint', 'rows in their order', twice(selection)],
    ['marginal', 'Fisher–Yates', twice(fisherYates)],
    ['marginal', 'reservoirs', twice(reservoir)],
    [
      'marginal',
      'one half in the order of the rows',
      (n, count, rng) => [selection(n, count, rng), fisherYates(n, count, rng)],
    ],
  ] as [Mode, string, ReturnType<typeof twice>][])('%s: %s is right', async (mode, _, sampler) => {
    for (const seed of [1, 2, 3]) expect((await judgeDraws(mode, sampler, seed)).status).toBe('accepted');
  });

  test.each([
    [
      'joint',
      'random comparisons',
      /^biased/,
      twice((n, count, rng) =>
        inOrder(n)
          .sort(() => rng() - 0.5)
          .slice(0, count),
      ),
    ],
    [
      'joint',
      'partners among all rows',
      /^biased/,
      twice((n, count, rng) => {
        const rows = inOrder(n);
        for (let i = 0; i < n; i++) exchange(rows, i, Math.floor(rng() * n));
        return rows.slice(0, count);
      }),
    ],
    ['joint', 'Sattolo', /^biased/, twice(shuffle((rng, i) => Math.floor(rng() * i)))],
    ['joint', 'one exchange too few', /^never/, twice(shuffle((rng, i) => Math.floor(rng() * (i + 1)), 2))],
    ['joint', 'rounding', /^biased/, twice(shuffle((rng, i) => Math.round(rng() * i)))],
    ['joint', 'never the last row', /^never-last/, twice((n, count, rng) => fisherYates(n - 1, count, rng))],
    [
      'joint',
      'never the first row',
      /^never-first/,
      twice((n, count, rng) => fisherYates(n - 1, count, rng).map((row) => row + 1)),
    ],
    [
      'joint',
      'consecutive rows',
      /^biased-sets/,
      twice((n, count, rng) => {
        const start = Math.floor(rng() * n);
        return inOrder(count).map((k) => (start + k) % n);
      }),
    ],
    [
      'marginal',
      'the joint rows',
      /^marginal-as-joint/,
      (n, count, rng) => {
        const rows = fisherYates(n, count, rng);
        return [rows, rows];
      },
    ],
    [
      'marginal',
      'the first draw moved on',
      /^one-draw-twice/,
      (n, count, rng) => {
        const rows = fisherYates(n, count, rng);
        return [rows, [...rows.slice(1), rows[0]!]];
      },
    ],
    [
      'marginal',
      'the two ends of one permutation',
      /^disjoint-halves/,
      (n, count, rng) => {
        const rows = fisherYates(n, n, rng);
        return [rows.slice(0, count), rows.slice(n - count)];
      },
    ],
    ['marginal', 'both halves in the order of the rows', /^sorted-halves/, twice(selection)],
    [
      'marginal',
      'neighbouring seeds',
      /^dependent-halves/,
      (n, count, rng) => {
        const seed = Math.floor(rng() * 2 ** 31);
        return [fisherYates(n, count, congruential(seed)), fisherYates(n, count, congruential(seed + 1))];
      },
    ],
  ] as [Mode, string, RegExp, ReturnType<typeof twice>][])('%s: %s is found', async (mode, _, id, sampler) => {
    const verdict = await judgeDraws(mode, sampler, 1);
    expect(verdict.status).toBe('wrong-answer');
    expect(verdict.mistake?.id).toMatch(id);
  });
});

test('every check has a case, and ids are unique', () => {
  const checks = exercise.checks(SEED);
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  for (const { cases } of checks) expect(cases.length).toBeGreaterThan(0);
});
