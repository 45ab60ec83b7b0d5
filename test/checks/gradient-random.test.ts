import { describe, expect, test } from 'vitest';
import { gradientChecks } from '../../harness/checks/gradient.ts';
import type { CaseOutcomes } from '../../harness/model/exercise.ts';
import { NdArray } from '../../harness/model/value.ts';
import { derive, type Random } from '../../harness/numerics/random.ts';
import { call, ok } from './in-process.ts';

interface RandomProgram {
  x: NdArray;
  value: (x: Float64Array) => number;
  gradient: Float64Array;
}

type Unary = [value: (t: number) => number, slope: (t: number) => number];
const sigmoid = (t: number): number => 1 / (1 + Math.exp(-t));
const UNARY: Unary[] = [
  [Math.tanh, (t) => 1 - Math.tanh(t) ** 2],
  [Math.sin, Math.cos],
  [sigmoid, (t) => sigmoid(t) * (1 - sigmoid(t))],
  [(t) => t * t, (t) => 2 * t],
  [(t) => Math.exp(t / 2), (t) => Math.exp(t / 2) / 2],
  [(t) => Math.log1p(t * t), (t) => (2 * t) / (1 + t * t)],
  [(t) => Math.sqrt(1 + t * t), (t) => t / Math.sqrt(1 + t * t)],
  [(t) => t, () => 1],
];

/** Σⱼ vⱼ φⱼ(wⱼ·x + bⱼ) times a size from 1e-6 to 1e6, plus a constant: smooth over lengths of about 1. */
function randomProgram(random: Random): RandomProgram {
  const n = 1 + random.integer(8);
  const terms = 1 + random.integer(4);
  const size = 10 ** (12 * random.uniform() - 6);
  const constant = random.integer(3) === 0 ? 10 * size * random.normal() : 0;
  const units = Array.from({ length: terms }, () => {
    const w = Float64Array.from({ length: n }, () => random.normal() / Math.sqrt(n));
    const [apply, slope] = UNARY[random.integer(UNARY.length)]!;
    return { w, b: random.normal(), v: size * random.normal(), apply, slope };
  });
  const inner = (w: Float64Array, x: Float64Array, b: number): number =>
    w.reduce((sum, one, i) => sum + one * x[i]!, b);
  const x = random.normals([n]);
  const gradient = new Float64Array(n);
  for (const { w, b, v, slope } of units) {
    const s = v * slope(inner(w, x.data as Float64Array, b));
    for (let i = 0; i < n; i++) gradient[i]! += s * w[i]!;
  }
  return {
    x,
    gradient,
    value: (at) => units.reduce((sum, { w, b, v, apply }) => sum + v * apply(inner(w, at, b)), constant),
  };
}

/** Whether the gradient check accepts; `store` is the precision of the forward values. */
async function accepts(
  program: RandomProgram,
  seed: number,
  gradient = program.gradient,
  store = (y: number) => y,
): Promise<boolean> {
  const [own] = gradientChecks({
    seed,
    own: { id: 'own', title: '' },
    reference: { id: 'ref', title: '' },
    function: 'f',
    cases: [
      {
        id: 'c',
        title: 'c',
        point: [{ name: 'x', value: program.x }],
        forward: ([x]) => call('f', x!),
        analytic: { wrt: [[0]] },
      },
    ],
  });
  const outcomes: CaseOutcomes = {};
  await own.cases[0]!.plan(async (id, one) => {
    const x = (one.args[0] as NdArray).data as Float64Array;
    outcomes[id] = one.gradient === undefined ? ok(store(program.value(x))) : ok([NdArray.of(gradient)]);
    return outcomes[id];
  });
  return own.judge({ submission: { 'own/c': outcomes }, reference: {}, overrides: {} }).status === 'accepted';
}

async function count(
  rounds: number,
  label: string,
  holds: (random: Random, seed: number) => Promise<boolean>,
): Promise<number> {
  let hits = 0;
  for (let seed = 0; seed < rounds; seed++) if (await holds(derive(seed, label), seed)) hits++;
  return hits;
}

const norm = (x: Float64Array): number => Math.sqrt(x.reduce((sum, one) => sum + one * one, 0));
/** The gradient with one random coordinate off by this share of its norm. */
function perturbed({ gradient }: RandomProgram, random: Random, share: number): Float64Array {
  const copy = gradient.slice();
  copy[random.integer(copy.length)]! += share * norm(gradient) * (random.uniform() < 0.5 ? -1 : 1);
  return copy;
}

// Fixed seeds: the same programs and directions in every run.
describe('random smooth programs', () => {
  test('no false alarm in 20,000', async () => {
    expect(await count(20_000, 'right', async (random, seed) => accepts(randomProgram(random), seed))).toBe(20_000);
  });

  test('no false alarm in 3,000 whose forward stores float32', async () => {
    expect(
      await count(3_000, 'float32', async (random, seed) => {
        const program = randomProgram(random);
        // A constant far larger than what varies leaves float32 no digits for the slope: then no verdict is right.
        const slope = norm(program.gradient) / Math.abs(program.value(program.x.data as Float64Array));
        return slope < 0.1 || accepts(program, seed, program.gradient, Math.fround);
      }),
    ).toBe(3_000);
  });

  test.each([
    // A direction nearly orthogonal to the coordinate cannot see it: the chance falls with the error.
    [1e-2, 1_000, 1_000],
    [1e-3, 1_000, 1_000],
    [1e-4, 1_000, 1_000],
    [1e-5, 1_000, 990],
  ])('one coordinate off by %s of the norm', async (share, rounds, least) => {
    const found = await count(rounds, `perturbed ${share}`, async (random, seed) => {
      const program = randomProgram(random);
      return !(await accepts(program, seed, perturbed(program, random, share)));
    });
    expect(found).toBeGreaterThanOrEqual(least);
  });

  test('a sign or a factor of two in one notable coordinate is always found', async () => {
    const found = await count(1_000, 'flipped', async (random, seed) => {
      const program = randomProgram(random);
      const { gradient } = program;
      const largest = gradient.reduce((best, one, i) => (Math.abs(one) > Math.abs(gradient[best]!) ? i : best), 0);
      const wrong = gradient.slice();
      wrong[largest]! *= random.uniform() < 0.5 ? -1 : 2;
      return !(await accepts(program, seed, wrong));
    });
    expect(found).toBe(1_000);
  });
});
