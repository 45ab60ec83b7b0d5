/**
 * @about All paths at once with tfjs, play by play, with masks for those that still go on; scalar tensors as results.
 */
import * as tf from '@tensorflow/tfjs';

interface Options {
  trials: number;
  p: number;
  q: number;
  maxPlays: number;
  start: number;
  target: number;
}

export async function estimateWinProbability({ trials, p, q, maxPlays, start, target }: Options, rng: () => number) {
  let fortune: tf.Tensor = tf.fill([trials], start);
  let logRatio: tf.Tensor = tf.zeros([trials]);
  for (let play = 0; play < maxPlays; play++) {
    const numbers = new Float32Array(trials);
    for (let i = 0; i < trials; i++) numbers[i] = rng();
    const [nextFortune, nextRatio, going] = tf.tidy(() => {
      const alive = tf.logicalAnd(fortune.greater(0), fortune.less(target));
      const won = tf.tensor1d(numbers).less(q);
      const step = tf.where(won, tf.onesLike(fortune), tf.fill([trials], -1));
      const factor = tf.where(won, tf.fill([trials], Math.log(p / q)), tf.fill([trials], Math.log((1 - p) / (1 - q))));
      const mask = alive.toFloat();
      return [fortune.add(step.mul(mask)), logRatio.add(factor.mul(mask)), alive.any()];
    });
    tf.dispose([fortune, logRatio]);
    fortune = nextFortune;
    logRatio = nextRatio;
    const goesOn = going.dataSync()[0];
    going.dispose();
    if (!goesOn) break;
  }
  return tf.tidy(() => {
    const values = fortune.greaterEqual(target).toFloat().mul(logRatio.exp());
    const mean = values.mean();
    const variance = values.sub(mean).square().sum().div(trials - 1);
    return { mean, standardError: variance.div(trials).sqrt() };
  });
}
