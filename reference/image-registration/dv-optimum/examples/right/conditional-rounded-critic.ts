/**
 * @about By conditional distributions: f* = log P(z|x) − log P(z), kept with single precision; KL as a mean over x.
 */
import { scalar, type Tensor, tensor2d } from '@tensorflow/tfjs';

const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);

function conditionals(joint: Tensor) {
  const rows = joint.arraySync() as number[][];
  const px = rows.map(sum);
  const pz = rows[0].map((_, j) => sum(rows.map((row) => row[j])));
  const given = rows.map((row, i) => row.map((p) => (px[i] > 0 ? p / px[i] : 0)));
  return { px, pz, given };
}

export function optimalCritic(joint: Tensor): Tensor {
  const { pz, given } = conditionals(joint);
  return tensor2d(given.map((row) => row.map((p, j) => (p > 0 ? Math.fround(Math.log(p) - Math.log(pz[j])) : -1e30))));
}

export function klDivergence(joint: Tensor): Tensor {
  const { px, pz, given } = conditionals(joint);
  const perRow = given.map((row) => sum(row.map((p, j) => (p > 0 ? p * (Math.log(p) - Math.log(pz[j])) : 0))));
  return scalar(sum(perRow.map((kl, i) => px[i] * kl)));
}

/** J with the mean taken out of f first, and the largest value that counts. */
export async function dvObjective(f: Tensor, joint: Tensor): Promise<Tensor> {
  const { px, pz, given } = conditionals(joint);
  const critic = (await f.array()) as number[][];
  const mean = sum(critic.flatMap((row, i) => row.map((v, j) => (given[i][j] > 0 ? px[i] * given[i][j] * v : 0))));
  const terms = critic.flatMap((row, i) => row.map((v, j) => [v - mean, px[i] * pz[j]])).filter(([, w]) => w > 0);
  const top = Math.max(...terms.map(([v]) => v));
  return scalar(-top - Math.log(sum(terms.map(([v, w]) => w * Math.exp(v - top)))));
}
