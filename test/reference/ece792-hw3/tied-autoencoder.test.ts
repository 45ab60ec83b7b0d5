import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { Observation } from '../../../harness/model/observation.ts';
import exercise from '../../../reference/ece792-hw3/tied-autoencoder/exercise.ts';
import { extremeInputs, type Input, ordinaryInputs } from '../../../reference/ece792-hw3/tied-autoencoder/inputs.ts';
import { usePool, useSession } from '../../sandbox/session/kit.ts';
import { distance, numbersOf, partOf, referenceOutcomes } from '../reference-outcomes.ts';

const SEEDS = [7, 31];
const SOLUTION = new URL('../../../reference/ece792-hw3/tied-autoencoder/solution.ts', import.meta.url);

/** Straight from the definition, entry by entry. */
function loss({ W, b, c, x }: Input): number {
  const [h, d] = W.shape as [number, number];
  const n = x.shape[0]!;
  const sigmoid = (a: number): number => 1 / (1 + Math.exp(-a));
  let total = 0;
  for (let row = 0; row < n; row++) {
    const hidden = Array.from({ length: h }, (_, k) => {
      let a = b.data[k]!;
      for (let i = 0; i < d; i++) a += W.data[k * d + i]! * x.data[row * d + i]!;
      return sigmoid(a);
    });
    for (let i = 0; i < d; i++) {
      let a = c.data[i]!;
      for (let k = 0; k < h; k++) a += W.data[k * d + i]! * hidden[k]!;
      total += (x.data[row * d + i]! - sigmoid(a)) ** 2;
    }
  }
  return total / n;
}

describe('the hand-written gradients', async () => {
  const session = useSession(usePool(), {
    'solution.ts': await readFile(SOLUTION, 'utf8'),
    'truth.ts': `import * as tf from '@tensorflow/tfjs';
      import { tiedLoss } from './solution';
      export function gradients(W, b, c, x) {
        const [gW, gb, gc] = tf.grads((w, u, v) => tiedLoss(w, u, v, x))([W, b, c]);
        return { W: gW, b: gb, c: gc };
      }`,
  });

  test.each(SEEDS)('are those of automatic differentiation, seed %i', async (seed) => {
    for (const input of [...ordinaryInputs(seed), ...extremeInputs(seed)]) {
      const args = [input.W, input.b, input.c, input.x];
      const truth = await session().value('truth.gradients', args);
      const own = await session().value('solution.tiedGradients', args);
      for (const key of ['W', 'b', 'c'])
        expect(distance(partOf(own, key), partOf(truth, key)), `${input.id} ${key}`).toBeLessThan(1e-13);
    }
  });
});

describe.each(SEEDS)('seed %i', async (seed) => {
  const cases: Observation['cases'] = await referenceOutcomes('tied-autoencoder', seed);

  test('the loss of the reference is that of the definition', () => {
    for (const [check, inputs] of [
      ['values', ordinaryInputs(seed)],
      ['extreme', extremeInputs(seed)],
    ] as const) {
      for (const input of inputs)
        expect(distance(numbersOf(cases, `${check}-tiedLoss/${input.id}`), [loss(input)]), input.id).toBeLessThan(
          1e-13,
        );
    }
  });

  test('both paths of ∂L/∂W count on every ordinary input', () => {
    for (const { id, W } of ordinaryInputs(seed)) {
      const outcome = cases[`gradients/${id}`]!.value!;
      if (outcome.status !== 'ok') throw new Error(outcome.message);
      expect(Math.max(...partOf(outcome.value, 'W').map(Math.abs)), id).toBeGreaterThan(1e-3);
      expect(partOf(outcome.value, 'W')).toHaveLength(W.data.length);
    }
  });

  test('where x is real a hidden unit is activated by 8 or more, and one batch has a row of zeros', () => {
    const [real, black] = ['real', 'black'].map((id) => ordinaryInputs(seed).find((input) => input.id === id)!);
    const { W, b, x } = real!;
    const activations = Array.from({ length: 2 * 3 }, (_, at) => {
      const [row, k] = [Math.floor(at / 3), at % 3];
      return Math.abs(
        Array.from({ length: 6 }, (_, i) => W.data[k * 6 + i]! * x.data[row * 6 + i]!).reduce(
          (s, v) => s + v,
          b.data[k]!,
        ),
      );
    });
    expect(Math.max(...activations)).toBeGreaterThan(8 - 1e-9);
    expect(Math.max(...x.data.map(Math.abs))).toBeGreaterThan(1);
    expect(Array.from(black!.x.data.subarray(3, 6))).toEqual([0, 0, 0]);
  });

  test('sigmoids are saturated where the title says so', () => {
    const [hidden, output] = extremeInputs(seed);
    expect(Math.max(...hidden!.b.data.map(Math.abs))).toBe(1000);
    expect(Math.max(...output!.c.data.map(Math.abs))).toBe(1000);
    for (const input of extremeInputs(seed)) expect(loss(input)).toBeGreaterThan(0.01);
  });
});

test('every check has a case, and ids are unique', () => {
  const checks = exercise.checks(7);
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  for (const { cases } of checks) expect(cases.length).toBeGreaterThan(0);
});
