/**
 * @about Zero at once beyond the edge; pixels by number, in two dimensions at once; weights from distances; rows by sorting random keys.
 */
import * as tf from '@tensorflow/tfjs';

export function perspectiveTransform(image: tf.Tensor, H: tf.Tensor, xv: tf.Tensor, yv: tf.Tensor): tf.Tensor {
  const [h, w, c] = image.shape as [number, number, number];
  const m = H.flatten().split(9) as tf.Tensor[];
  const row = (i: number) => xv.mul(m[3 * i]).add(yv.mul(m[3 * i + 1])).add(m[3 * i + 2]);
  const s = row(2);
  const x = row(0).div(s);
  const y = row(1).div(s);
  const [us, vs] = [x.dataSync(), y.dataSync()];
  const inside = tf.tensor(Array.from(us, (u, i) => (Math.abs(u) <= 1 && Math.abs(vs[i]) <= 1 ? 1 : 0)), xv.shape);
  const px = x.add(1).div(2).mul(w - 1);
  const py = y.add(1).div(2).mul(h - 1);
  const corner = (dx: number, dy: number) => {
    // whole numbers, taken off the tape: tfjs cannot differentiate through indices
    const cx = tf.tensor(Array.from(px.dataSync(), (v) => Math.floor(v) + dx), xv.shape);
    const cy = tf.tensor(Array.from(py.dataSync(), (v) => Math.floor(v) + dy), yv.shape);
    const weight = tf.relu(tf.sub(1, px.sub(cx).abs())).mul(tf.relu(tf.sub(1, py.sub(cy).abs())));
    const at = cy.clipByValue(0, h - 1).mul(w).add(cx.clipByValue(0, w - 1)).toInt();
    return image.reshape([h * w, c]).gather(at as tf.Tensor2D).mul(weight.mul(inside).expandDims(2));
  };
  const sum = corner(0, 0).add(corner(1, 0)).add(corner(0, 1)).add(corner(1, 1));
  return sum.reshape([h, w, c]);
}

export const mineCritic = (p: any, x: tf.Tensor): tf.Tensor =>
  x.matMul(p.w1).add(p.b1).elu().matMul(p.w2).add(p.b2).elu().matMul(p.w3).add(p.b3);

const pick = (n: number, k: number, rng: () => number) =>
  Array.from({ length: n }, (_, row) => ({ row, key: rng() }))
    .sort((a, b) => a.key - b.key)
    .slice(0, k)
    .map(({ row }) => row);

export async function sampleBatch(data: tf.Tensor, batchSize: number, mode: string, rng: () => number) {
  const rows = (await data.array()) as number[][];
  const left = pick(rows.length, batchSize, rng);
  const right = mode === 'joint' ? left : pick(rows.length, batchSize, rng);
  return tf.tensor2d(left.map((row, k) => [...rows[row].slice(0, 3), ...rows[right[k]].slice(3)]));
}
