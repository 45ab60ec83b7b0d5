import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ExerciseRun } from '../../harness/exercise-run.ts';
import { judge } from '../../harness/judge.ts';
import { NetArg, type NetLayer } from '../../harness/model/call.ts';
import { type Check, defineExercise } from '../../harness/model/exercise.ts';
import type { Observation } from '../../harness/model/observation.ts';
import { NdArray } from '../../harness/model/value.ts';
import { derive } from '../../harness/numerics/random.ts';
import { ROOT } from '../../harness/root.ts';
import { detectLevel } from '../../harness/sandbox/level.ts';
import { DEFAULT_LIMITS, WorkerPool } from '../../harness/sandbox/pool.ts';
import { drawDigits } from '../../reference/datasets/mnist.ts';
import exercise from '../../reference/tub-sheet10/energy-inpainting/exercise.ts';
import {
  differences,
  drawHole,
  drawHoledDigits,
  drawLoss,
  type LossInput,
  negatedEnergy,
  PIXELS,
} from '../../reference/tub-sheet10/energy-inpainting/inputs.ts';
import { measureFill } from '../../reference/tub-sheet10/energy-inpainting/judge-fill.ts';
import { measureRivals } from '../../reference/tub-sheet10/energy-inpainting/rivals.ts';
import { fullTraining } from '../../reference/tub-sheet10/energy-inpainting/training-checks.ts';
import { numbersOf, referenceOutcomes } from './reference-outcomes.ts';

const SEEDS = [7, 31];

describe('holes', () => {
  const random = derive(7, 'holes');
  const holes = Array.from({ length: 1000 }, () => drawHole(random));
  const corner = (mask: Float64Array): [number, number] => [Math.floor(mask.indexOf(1) / 28), mask.indexOf(1) % 28];

  test('are 6×6 pixels', () => {
    for (const mask of holes) {
      const [top, left] = corner(mask);
      const expected = new Float64Array(PIXELS);
      for (let r = 0; r < 6; r++) for (let c = 0; c < 6; c++) expected[(top + r) * 28 + left + c] = 1;
      expect(Buffer.from(mask.buffer).equals(Buffer.from(expected.buffer))).toBe(true);
    }
  });

  test('have their corner at every place from (7, 7) to (15, 15)', () => {
    const places = new Set(holes.map((mask) => corner(mask).join()));
    expect(places.size).toBe(81);
    for (const mask of holes) for (const side of corner(mask)) expect(side >= 7 && side <= 15).toBe(true);
  });

  test('are empty in z, which is x elsewhere', () => {
    const { x, mask, z } = drawHoledDigits(derive(7, 'digits'), 5, 'test');
    z.data.forEach((value, i) => {
      expect(value).toBe(mask.data[i] === 1 ? 0 : x.data[i]);
    });
  });
});

/** Mean softplus of the differences, term by term. */
const lossOf = (input: LossInput): number => {
  const d = differences(input);
  return d.reduce((sum, one) => sum + Math.max(one, 0) + Math.log1p(Math.exp(-Math.abs(one))), 0) / d.length;
};

describe.each(SEEDS)('the reference under seed %i', (seed) => {
  let cases: Observation['cases'];
  const single = drawLoss(seed, 'single', '', { n: 1, mask: 'one' });
  const several = drawLoss(seed, 'several', '', { n: 5, mask: 'each' });
  const shared = drawLoss(seed, 'shared', '', { n: 4, mask: 'one' });
  const large = drawLoss(seed, 'large', '', { n: 6, mask: 'each', most: 4000, mixed: true });
  beforeAll(async () => {
    cases = await referenceOutcomes('energy-inpainting', seed);
  }, 120_000);

  test('gives the loss that plain loops give', () => {
    for (const input of [single, several, shared]) {
      expect(numbersOf(cases, `values/${input.id}`)[0]).toBeCloseTo(lossOf(input), 10);
      expect(Math.max(...differences(input).map(Math.abs))).toBeCloseTo(1.5, 10);
    }
    for (const input of [large, negatedEnergy(large, 'large-negative', '')])
      expect(numbersOf(cases, `large-energies/${input.id}`)[0]! / lossOf(input)).toBeCloseTo(1, 9);
    // Beyond what exp can take, in one direction or the other.
    expect(Math.max(...differences(large).map(Math.abs))).toBeCloseTo(4000, 6);
    expect(Math.max(...differences(large))).toBeGreaterThan(1000);
    expect(Math.min(...differences(large))).toBeLessThan(-1000);
  });

  test('gives log 2 at equal energies', () => {
    for (const id of ['flat', 'nothing']) expect(numbersOf(cases, `equal-energies/${id}`)[0]).toBeCloseTo(Math.LN2, 12);
  });

  test.each([
    ['e', 'gradient-energy-own', 1],
    ['g', 'gradient-generator-own', -1],
  ] as const)('the slope for %s, by central differences in plain loops, with its sign', (network, check, sign) => {
    for (const input of [single, several, shared]) {
      const outcome = cases[`${check}/${input.id}`]!.gradient!;
      if (outcome.status !== 'ok' || !Array.isArray(outcome.value)) throw new Error('no gradient');
      const kernels = outcome.value as NdArray[];
      const at = (layer: number, entry: number, by: number): number => {
        const layers = input[network].map((one, l): NetLayer => {
          if (l !== layer) return one;
          const data = Float64Array.from(one.kernel.data);
          // The generator's point is minus its weights.
          data[entry]! += by;
          return { ...one, kernel: new NdArray(one.kernel.shape, data) };
        });
        return lossOf({ ...input, [network]: layers });
      };
      // Places: the first kernel [0], the last one [2], by the largest gradients there.
      for (const [place, layer] of [
        [0, 0],
        [2, 1],
      ] as const) {
        const gradient = Float64Array.from(kernels[place]!.data);
        const entry = gradient.reduce((best, g, i) => (Math.abs(g) > Math.abs(gradient[best]!) ? i : best), 0);
        const slope = (at(layer, entry, 1e-5) - at(layer, entry, -1e-5)) / 2e-5;
        expect(gradient[entry]! / (sign * slope)).toBeCloseTo(1, 5);
      }
    }
  });
});

test('what is asked names paths into the networks', () => {
  const [input] = [drawLoss(7, 'single', '', { n: 1, mask: 'one' })];
  expect(new NetArg(input.g).layers.map(({ kernel }) => kernel.shape)).toEqual([
    [784, 3],
    [3, 784],
  ]);
  expect(new NetArg(input.e).layers.map(({ kernel }) => kernel.shape)).toEqual([
    [784, 4],
    [4, 1],
  ]);
});

describe('figures of what was filled in', () => {
  const held = drawHoledDigits(derive(3, 'held'), 200, 'test');

  test('the truth, the empty hole, and the negative', () => {
    expect(measureFill(held.x, held)).toMatchObject({ error: 0, known: 0 });
    expect(measureFill(held.x, held).agreement).toBeCloseTo(1, 12);
    const empty = measureFill(held.z, held);
    expect(empty).toMatchObject({ ink: 0, known: 0, agreement: 0 });
    expect(empty.error).toBeCloseTo(measureFill(held.x, held).ink, 12);
    const negative = new NdArray(
      held.x.shape,
      held.x.data.map((v) => 1 - v),
    );
    expect(measureFill(negative, held).agreement).toBeCloseTo(-1, 12);
  });

  test('what is outside the holes does not matter inside', () => {
    const other = new NdArray(
      held.x.shape,
      held.x.data.map((v, i) => (held.mask.data[i] === 1 ? v / 2 : 9)),
    );
    const inside = new NdArray(
      held.x.shape,
      held.x.data.map((v) => v / 2),
    );
    expect({ ...measureFill(other, held), known: 0 }).toEqual({ ...measureFill(inside, held), known: 0 });
  });

  test('principal components beat the mean, and the mean the empty hole', () => {
    const training = drawDigits(derive(3, 'training'), 600, { balanced: true }).images;
    const { empty, mean, components } = measureRivals(training, held);
    expect(mean).toBeLessThan(0.7 * empty);
    expect(components).toBeLessThan(empty);
    expect(components).not.toBe(mean);
  });
});

describe('one training at a small budget, through the real path', () => {
  const folder = path.join(ROOT, 'reference/tub-sheet10/energy-inpainting');
  const small = { iterations: 40, batchSize: 16, learningRate: 1e-3, trainingDigits: 300, heldOut: 100 };
  let pool: WorkerPool;
  let run: ExerciseRun;
  const checks = (seed: number): Check[] => [fullTraining(seed, 'exercise3', small)];
  beforeAll(async () => {
    const { level } = await detectLevel();
    const outputBytes = 1 << 20;
    pool = new WorkerPool({ level, limits: DEFAULT_LIMITS, outputBytes, spare: 0 });
    run = await ExerciseRun.start({
      // Another id: what is kept of it must not be taken for the exercise's own.
      entry: { folder, exercise: defineExercise({ ...exercise, id: 'energy-inpainting-small', checks }) },
      ...{ seed: 7, fastBackend: 'wasm', jobs: 1, sandbox: async () => ({ pool, missing: [] }) },
      sandboxLimits: { ...DEFAULT_LIMITS, outputBytes },
    });
  }, 120_000);
  afterAll(() => pool.close());

  const verdictOf = async (change: (code: string) => string) => {
    const code = change(await readFile(path.join(folder, 'solution.ts'), 'utf8'));
    const submission = await run.observe(new Map([['exercise3.ts', Buffer.from(code)]]));
    const { checks: all, reference } = run;
    const mistakes = await run.mistakes();
    expect(mistakes).toEqual([]);
    return judge({ checks: all, submission, reference, mistakes }, all[0]!);
  };

  test('the reference fills holes; figures, time and pictures are shown', { timeout: 120_000 }, async () => {
    const verdict = await verdictOf((code) => code);
    expect(verdict.summary).toMatch(/^Trained at the budget/);
    expect(verdict.status).toBe('accepted');
    const table = verdict.evidence[0]!;
    expect(table.kind === 'table' && table.rows.map((row) => row[1])).toEqual([
      'squared error inside the hole',
      "share of the empty hole's error",
      'change after the first iteration',
      'correlation with the true strokes',
      'time',
    ]);
    expect(Object.keys(verdict.files!)).toHaveLength(5);
    expect(verdict.evidence.map(({ kind }) => kind)).toEqual(['table', 'pictures']);
  });

  test('a generator that is not trained is refused, and named', { timeout: 120_000 }, async () => {
    const verdict = await verdictOf((code) => code.replace('i < iterations', 'i < Math.min(iterations, 1)'));
    expect(verdict).toMatchObject({ status: 'wrong-answer', mistake: { id: 'not-trained' } });
  });

  test('what leaves holes empty is refused, and named without any known mistake being run', {
    timeout: 120_000,
  }, async () => {
    const verdict = await verdictOf((code) =>
      code.replace('generate: (z) => tf.tidy(() => generator(z))', 'generate: (z) => z.clone()'),
    );
    expect(verdict).toMatchObject({ status: 'wrong-answer', mistake: { id: 'trained-without-holes' } });
  });
});
