import * as tf from '@tensorflow/tfjs';

/** The first k rows, each replaced by a later one with falling probability. */
function reservoir(n: number, k: number, rng: () => number): number[] {
  const kept: number[] = [];
  for (let row = 0; row < n; row++) {
    if (row < k) {
      kept.push(row);
      continue;
    }
    const place = Math.floor(rng() * (row + 1));
    if (place < k) kept[place] = row;
  }
  return kept;
}

/** The kept rows in random order. */
function shuffled(rows: number[], rng: () => number): number[] {
  for (let i = 1; i < rows.length; i++) {
    const j = Math.floor(rng() * (i + 1));
    const row = rows[i];
    rows[i] = rows[j];
    rows[j] = row;
  }
  return rows;
}

export function sampleBatch(data: tf.Tensor, batchSize: number, mode: 'joint' | 'marginal', rng: () => number) {
  const [n, d] = data.shape;
  const draw = () => shuffled(reservoir(n, batchSize, rng), rng);
  if (mode === 'joint') return tf.gather(data, draw());
  const halves = tf.split(data, 2, 1);
  return tf.concat(halves.map((half) => tf.gather(half, draw())), 1).reshape([batchSize, d]);
}
