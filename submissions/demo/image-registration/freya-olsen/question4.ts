import type * as tf from '@tensorflow/tfjs';

function tables(joint: tf.Tensor) {
  const p = joint.arraySync() as number[][];
  const rows = p.map((row) => row.reduce((sum, x) => sum + x, 0));
  const columns = p[0].map((_, j) => p.reduce((sum, row) => sum + row[j], 0));
  return { p, rows, columns };
}

export function dvObjective(f: tf.Tensor, joint: tf.Tensor): number {
  const critic = f.arraySync() as number[][];
  const { p, rows, columns } = tables(joint);
  let mean = 0;
  const exponents: number[] = [];
  for (let i = 0; i < rows.length; i++) {
    for (let j = 0; j < columns.length; j++) {
      mean += critic[i][j] * p[i][j];
      const weight = rows[i] * columns[j];
      if (weight > 0) exponents.push(critic[i][j] + Math.log(weight));
    }
  }
  const top = Math.max(...exponents);
  let sum = 0;
  for (const e of exponents) sum += Math.exp(e - top);
  return mean - top - Math.log(sum);
}

export function optimalCritic(joint: tf.Tensor): number[][] {
  const { p, rows, columns } = tables(joint);
  return p.map((row, i) => row.map((x, j) => (x === 0 ? -1e9 : Math.log(x / rows[i] / columns[j]))));
}

export function klDivergence(joint: tf.Tensor): number {
  const { p, rows, columns } = tables(joint);
  let sum = 0;
  for (let i = 0; i < rows.length; i++) {
    for (let j = 0; j < columns.length; j++) {
      if (p[i][j] > 0) sum += p[i][j] * Math.log(p[i][j] / (rows[i] * columns[j]));
    }
  }
  return sum;
}
