/**
 * @mistake Logarithm and mean are swapped: the second term is Σ log(e^f)·P_X P_Z = Σ f·P_X P_Z.
 * @hint First the mean of e^f, then its logarithm.
 * @expect values-dvObjective wrong-answer
 * @expect extreme-dvObjective wrong-answer
 * @expect attained wrong-answer
 * @expect stationary wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

function tables(joint: tf.Tensor) {
  const p = joint.arraySync() as number[][];
  const px = p.map((row) => row.reduce((a, b) => a + b, 0));
  const pz = p[0].map((_, j) => p.reduce((sum, row) => sum + row[j], 0));
  return { p, q: px.map((a) => pz.map((b) => a * b)) };
}

/** Calls back with every cell: its row and column, joint probability and product of marginals. */
function eachCell(joint: tf.Tensor, visit: (i: number, j: number, p: number, q: number) => void): void {
  const { p, q } = tables(joint);
  for (let i = 0; i < p.length; i++) for (let j = 0; j < p[i].length; j++) visit(i, j, p[i][j], q[i][j]);
}

export function dvObjective(f: tf.Tensor, joint: tf.Tensor): number {
  const critic = f.arraySync() as number[][];
  let value = 0;
  eachCell(joint, (i, j, p, q) => {
    if (p > 0) value += p * critic[i][j];
    if (q > 0) value -= q * critic[i][j];
  });
  return value;
}

export function optimalCritic(joint: tf.Tensor): tf.Tensor {
  const { p, q } = tables(joint);
  return tf.tensor2d(p.map((row, i) => row.map((x, j) => (x > 0 ? Math.log(x / q[i][j]) : -Infinity))));
}

export function klDivergence(joint: tf.Tensor): number {
  let sum = 0;
  eachCell(joint, (_i, _j, p, q) => {
    if (p > 0) sum += p * Math.log(p / q);
  });
  return sum;
}
