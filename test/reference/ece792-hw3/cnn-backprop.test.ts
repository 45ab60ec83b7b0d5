import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { Deviation } from '../../../harness/checks/property.ts';
import type { Observation, Success } from '../../../harness/model/observation.ts';
import type { Value } from '../../../harness/model/value.ts';
import exercise from '../../../reference/ece792-hw3/cnn-backprop/exercise.ts';
import {
  brightTie,
  digitInput,
  extremeInput,
  type Input,
  noiseInput,
  PARAMETERS,
  SIDE,
  windowTie,
} from '../../../reference/ece792-hw3/cnn-backprop/inputs.ts';
import {
  brightWindows,
  firstStage,
  oneCellOfStageOne,
  oneCellOfStageTwo,
  singleCell,
} from '../../../reference/ece792-hw3/cnn-backprop/ties.ts';
import { usePool, useSession } from '../../sandbox/session/kit.ts';
import { distance, numbersOf, partOf, referenceOutcomes } from '../reference-outcomes.ts';

const SEED = 7;
const SOLUTION = new URL('../../../reference/ece792-hw3/cnn-backprop/solution.ts', import.meta.url);

describe('the hand-written gradients', async () => {
  const session = useSession(usePool(), {
    'solution.ts': await readFile(SOLUTION, 'utf8'),
    'truth.ts': `import * as tf from '@tensorflow/tfjs';
      import { cnnForward } from './solution';
      const NAMES = ['W1', 'B1', 'W2', 'B2', 'W3', 'B3'];
      const record = (values) => Object.fromEntries(NAMES.map((name, i) => [name, values[i]]));
      const by = (loss, params) => record(tf.grads((...values) => loss(record(values)))(NAMES.map((name) => params[name])));
      // Through the reference's own forward pass.
      export const ofForward = (params, x, y) => by((p) => tf.mean(tf.sum(tf.mul(y, tf.log(cnnForward(p, x))), 1)).neg(), params);
      // Through the logits, where a probability of 0 has no logarithm.
      export const ofLogits = (params, x, y) => by(({ W1, B1, W2, B2, W3, B3 }) => {
        const one = tf.maxPool(tf.sigmoid(tf.conv2d(x, W1, 1, 'same').add(B1)), 2, 2, 'same');
        const two = tf.maxPool(tf.sigmoid(tf.conv2d(one, W2, 1, 'same').add(B2)), 2, 2, 'same');
        const logits = tf.matMul(two.reshape([x.shape[0], -1]), W3).add(B3);
        return tf.mean(tf.sum(tf.mul(y, tf.logSoftmax(logits)), 1)).neg();
      }, params);`,
  });
  const both = async (input: Input, way: 'ofForward' | 'ofLogits') => {
    const args = [{ ...input.params }, input.x, input.y];
    const truth = await session().value(`truth.${way}`, args);
    return { truth, own: await session().value('solution.cnnGradients', args) };
  };

  test.each([
    ['two pictures', noiseInput(SEED, 2, 'two', ''), 'ofForward'],
    ['a digit', digitInput(SEED, 1, 'digit', ''), 'ofForward'],
    ['a true class of probability 0', extremeInput(SEED), 'ofLogits'],
  ] as const)('are those of automatic differentiation: %s', async (_, input, way) => {
    const { truth, own } = await both(input, way);
    for (const name of PARAMETERS) expect(distance(partOf(own, name), partOf(truth, name)), name).toBeLessThan(1e-12);
  });

  test('tfjs, which chooses a cell in its own way, is right about ties, too', async () => {
    const outcome = (value: Value): Success => ({ status: 'ok', value, ms: 0 });
    for (const [input, judge] of [
      [brightTie(SEED), oneCellOfStageOne(brightTie(SEED))],
      [windowTie(SEED), oneCellOfStageTwo(windowTie(SEED))],
    ] as const) {
      const { truth, own } = await both(input, 'ofForward');
      const found = judge({ value: outcome(truth) }, { value: outcome(own) }) as Deviation[];
      for (const { identity, error, bound } of found) expect(error, `${input.id}: ${identity}`).toBeLessThan(bound);
    }
  });
});

describe('ties', () => {
  test('the entries of the kernel hold four whole windows', () => {
    const windows = brightWindows({ row: 10, column: 14 });
    expect(windows).toHaveLength(4);
    expect(new Set(windows.flat()).size).toBe(16);
    // Rows u = 1 and 2 see cells 10 and 11.
    expect(windows).toContainEqual([6, 7, 11, 12]);
  });

  const [window] = brightWindows({ row: 8, column: 8 }) as [number[]];
  const kernel = (...four: number[]): Float64Array => {
    const entries = new Float64Array(25);
    window.forEach((place, i) => {
      entries[place] = four[i]!;
    });
    return entries;
  };
  const ratio = (...four: number[]): number => {
    const [{ error, bound }] = singleCell([window], kernel(...four), kernel(0, 0.5, 0, 0)) as [Deviation];
    return error <= bound ? 0 : 1;
  };

  test('any one cell may take the gradient', () => {
    for (let i = 0; i < 4; i++) expect(ratio(...[0, 1, 2, 3].map((j) => (i === j ? 0.5 : 0)))).toBe(0);
  });

  test.each([
    ['all four', [0.5, 0.5, 0.5, 0.5]],
    ['a quarter each', [0.125, 0.125, 0.125, 0.125]],
    ['none', [0, 0, 0, 0]],
    ['two halves', [0.25, 0, 0.25, 0]],
    ['two that cancel', [1, -0.5, 0, 0]],
    ['the wrong sign', [0, -0.5, 0, 0]],
    ['NaN', [0, Number.NaN, 0, 0]],
  ])('%s: refused', (_, four) => {
    expect(ratio(...four)).toBe(1);
  });
});

describe('inputs', () => {
  test('noise has no ties: every pixel is another one', () => {
    const { x } = noiseInput(SEED, 3, 'three', '');
    expect(new Set(x.data).size).toBe(3 * SIDE * SIDE);
  });

  test('a digit has a background, and where it is blank all cells of stage 1 are equal', () => {
    const input = digitInput(SEED, 1, 'digit', '');
    const pooled = firstStage(input);
    const counts = new Map<number, number>();
    for (const value of pooled) counts.set(value, (counts.get(value) ?? 0) + 1);
    // σ(B1), eight different values, each in many places.
    expect([...counts.values()].filter((count) => count > 20)).toHaveLength(8);
    expect(pooled[0]).toBe(1 / (1 + Math.exp(-input.params.B1.data[0]!)));
  });

  test('labels are one-hot', () => {
    for (const { y } of [noiseInput(SEED, 3, 'three', ''), digitInput(SEED, 2, 'digits', ''), extremeInput(SEED)]) {
      expect(Array.from(y.data).reduce((a, b) => a + b, 0)).toBe(y.shape[0]);
    }
  });
});

describe.each([7, 31])('the reference under seed %i', async (seed) => {
  const cases: Observation['cases'] = await referenceOutcomes('cnn-backprop', seed);

  test('gives probabilities', () => {
    for (const id of ['one', 'three', 'digits']) {
      const p = numbersOf(cases, `values-cnnForward/${id}`);
      for (let i = 0; i < p.length; i += 10) expect(p.slice(i, i + 10).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
      expect(Math.min(...p)).toBeGreaterThan(1e-4);
    }
  });

  test('has a true class of probability 0 among the extremes', () => {
    const p = numbersOf(cases, 'extreme-cnnForward/extreme');
    expect(p[extremeInput(seed).y.data.indexOf(1)]).toBe(0);
    expect(Math.max(...p)).toBe(1);
  });

  test('has gradients far above the absolute bound', () => {
    const outcome = cases['gradients/three']!.value!;
    if (outcome.status !== 'ok') throw new Error(outcome.message);
    for (const name of PARAMETERS)
      expect(Math.max(...partOf(outcome.value, name).map(Math.abs)), name).toBeGreaterThan(1e-4);
  });
});

test('every check has a case, and ids are unique; all run without a tape', () => {
  const checks = exercise.checks(7);
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  for (const { cases } of checks) {
    expect(cases.length).toBeGreaterThan(0);
    for (const { worker } of cases) expect(worker).toEqual({ gradients: 'none' });
  }
});
