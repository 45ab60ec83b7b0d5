/**
 * @about The sum over states taken unit by unit in the log domain, and probabilities as ratios of two such sums.
 */
import * as tf from '@tensorflow/tfjs';

/** log(e^a + e^b) */
const logAdd = (a: number, b: number): number =>
  a === b ? a + Math.LN2 : Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));

/** log Σ over the states of the units from k on; each unit is off or on. */
function logStates(scores: readonly number[], k = 0): number {
  if (k === scores.length) return 0;
  const rest = logStates(scores, k + 1);
  return logAdd(rest, scores[k] + rest);
}

/** log Σ over the states with unit k on, less log Σ over all of them. */
function shareOf(scores: readonly number[], k: number): number {
  const others = logStates(scores.filter((_, i) => i !== k));
  return Math.exp(scores[k] + others - logAdd(others, scores[k] + others));
}

/** The columns of M, weighted by v and summed. */
const weigh = (M: tf.Tensor, v: tf.Tensor): number[] => Array.from(tf.dot(v, M).dataSync());

function scoresOf(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): number[] {
  const fromY = weigh(U, y);
  return weigh(W, x).map((a, k) => a + fromY[k]);
}

export const hiddenGivenVisible = (W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor => {
  const scores = scoresOf(W, U, x, y);
  return tf.tensor1d(scores.map((_, k) => shareOf(scores, k)));
};

export const outputGivenHidden = (U: tf.Tensor, h: tf.Tensor): tf.Tensor => {
  const scores = weigh(U.transpose(), h);
  return tf.tensor1d(scores.map((_, j) => shareOf(scores, j)));
};

export const freeEnergy = (W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): tf.Tensor =>
  tf.tensor([[-logStates(scoresOf(W, U, x, y))]]);
