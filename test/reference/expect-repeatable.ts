import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';
import { derive } from '../../harness/numerics/random.ts';
import type { register } from '../../reference/image-registration/mine-registration/solution.ts';

/** Twice the same numbers, twice the same H; one callback an iteration, and no tensor is disposed of or left behind. */
export async function expectRepeatable(
  run: typeof register,
  fixed: tf.Tensor,
  moving: tf.Tensor,
  iterations: number,
): Promise<void> {
  const once = async () => {
    const random = derive(2, 'rng');
    const numbers: number[] = [];
    const { H, losses } = await run(fixed, moving, {
      ...{ iterations, batchSize: 24, learningRate: 0.01, rng: () => random.uniform() },
      onIteration: (i) => numbers.push(i),
    });
    expect(numbers).toEqual(Array.from({ length: iterations }, (_, i) => i));
    expect(losses).toHaveLength(iterations);
    return [...(await H.data())];
  };
  const before = tf.memory().numTensors;
  const first = await once();
  expect(await once()).toEqual(first);
  // The two results, which were not disposed of.
  expect(tf.memory().numTensors).toBe(before + 2);
  expect(fixed.isDisposed || moving.isDisposed).toBe(false);
}
