/**
 * @about Plain loops on arrays; results are nested arrays and numbers instead of tensors.
 */
import type * as tf from '@tensorflow/tfjs';

const sigm = (a: number): number => (a < 0 ? 1 - 1 / (1 + Math.exp(a)) : 1 / (1 + Math.exp(-a)));

function into(W: number[][], U: number[][], x: number[], y: number[]): number[] {
  const result: number[] = [];
  for (let k = 0; k < W[0].length; k++) {
    let a = 0;
    for (let i = 0; i < x.length; i++) a += x[i] * W[i][k];
    for (let j = 0; j < y.length; j++) a += y[j] * U[j][k];
    result.push(a);
  }
  return result;
}

type Four = [W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor];
const read = (...tensors: Four) => tensors.map((t) => t.arraySync()) as [number[][], number[][], number[], number[]];

export function hiddenGivenVisible(...args: Four): number[] {
  return into(...read(...args)).map(sigm);
}

export function outputGivenHidden(U: tf.Tensor, h: tf.Tensor): number[] {
  const units = h.arraySync() as number[];
  const result: number[] = [];
  for (const row of U.arraySync() as number[][]) {
    let b = 0;
    for (let k = 0; k < units.length; k++) b += row[k] * units[k];
    result.push(sigm(b));
  }
  return result;
}

export function freeEnergy(...args: Four): number {
  let energy = 0;
  for (const a of into(...read(...args))) {
    energy -= a > 0 ? a + Math.log(1 + Math.exp(-a)) : Math.log(1 + Math.exp(a));
  }
  return energy;
}
