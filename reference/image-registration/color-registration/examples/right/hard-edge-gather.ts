/**
 * @about Zero at once beyond the edge; pixels by number, in two dimensions at once; weights from distances; rows by sorting random keys. An own Adam with cosine annealing, and the Cayley transform in place of the exponential.
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


/** (I − C/2)⁻¹ (I + C/2) but for a factor: the adjugate does as well as the inverse. */
function cayley(v: tf.Tensor): tf.Tensor {
  const [tx, ty, sx, sy, a, b, p, q] = tf.unstack(v);
  const C = tf.stack([a, sx, tx, sy, a.add(b).neg(), ty, p, q, b]).reshape([3, 3]);
  const [r, s, t] = tf.unstack(tf.eye(3).sub(C.div(2)));
  const cross = (x: tf.Tensor, y: tf.Tensor) => {
    const [x0, x1, x2] = tf.unstack(x);
    const [y0, y1, y2] = tf.unstack(y);
    return tf.stack([x1.mul(y2).sub(x2.mul(y1)), x2.mul(y0).sub(x0.mul(y2)), x0.mul(y1).sub(x1.mul(y0))]);
  };
  return tf.stack([cross(s, t), cross(t, r), cross(r, s)], 1).matMul(tf.eye(3).add(C.div(2)));
}

export async function register(fixed: tf.Tensor, moving: tf.Tensor, options: any) {
  const { iterations, batchSize, learningRate, rng, onIteration } = options;
  const [h, w] = fixed.shape as [number, number, number];
  const N = h * w;
  const n = Math.min(batchSize, N);
  const uniform = (shape: number[], most: number) =>
    tf.tensor(Array.from({ length: shape.reduce((a, b) => a * b) }, () => most * (2 * rng() - 1)), shape);
  // the motion first, then the critic
  let values: tf.Tensor[] = [tf.zeros([8]), uniform([6, 100], 0.7), uniform([100], 0.7), uniform([100, 100], 0.1), uniform([100], 0.1), uniform([100, 1], 0.1), tf.zeros([1])];
  let means = values.map((p) => tf.zerosLike(p));
  let squares = values.map((p) => tf.zerosLike(p));
  const [xv, yv] = tf.meshgrid(tf.linspace(-1, 1, w), tf.linspace(-1, 1, h));
  const flat = fixed.reshape([N, 3]);
  const losses: number[] = [];
  for (let i = 0; i < iterations; i++) {
    const rows = [0, 1, 2].map(() => tf.tensor1d(pick(N, n, rng), 'int32'));
    const objective = (v: tf.Tensor, w1: tf.Tensor, b1: tf.Tensor, w2: tf.Tensor, b2: tf.Tensor, w3: tf.Tensor, b3: tf.Tensor) => {
      const warped = perspectiveTransform(moving, cayley(v), xv, yv).reshape([N, 3]);
      const T = (left: tf.Tensor1D, right: tf.Tensor1D) =>
        mineCritic({ w1, b1, w2, b2, w3, b3 }, tf.concat([flat.gather(left), warped.gather(right)], 1));
      const marginal = T(rows[1], rows[2]);
      const highest = marginal.max();
      return marginal.sub(highest).exp().mean().log().add(highest).sub(T(rows[0], rows[0]).mean());
    };
    const { value, grads } = tf.valueAndGrads(objective as any)(values);
    const rate = (learningRate * (1 + Math.cos((Math.PI * i) / iterations))) / 2;
    const next = tf.tidy(() => {
      const m = means.map((old, k) => old.mul(0.9).add(grads[k].mul(0.1)));
      const s = squares.map((old, k) => old.mul(0.999).add(grads[k].square().mul(0.001)));
      const p = values.map((old, k) => {
        const up = m[k].div(1 - 0.9 ** (i + 1));
        return old.sub(up.mul(rate).div(s[k].div(1 - 0.999 ** (i + 1)).sqrt().add(1e-8)));
      });
      return { m, s, p };
    });
    const loss = value.dataSync()[0];
    tf.dispose([rows, grads, value, means, squares, values]);
    [means, squares, values] = [next.m, next.s, next.p];
    losses.push(loss);
    onIteration?.(i, loss);
    if (i % 100 === 99) await tf.nextFrame();
  }
  const H = tf.tidy(() => cayley(values[0]).arraySync());
  tf.dispose([means, squares, values, xv, yv, flat]);
  return { H, losses };
}
