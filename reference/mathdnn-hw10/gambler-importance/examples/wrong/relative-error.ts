/**
 * @mistake The standard error is divided by the mean.
 * @hint It is in the units of the mean.
 * @expect error wrong-answer
 * @expect sheet wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

/** One path: where it ended, and how many plays were won and lost. */
function walk(options: any, rng: () => number) {
  let wins = 0;
  let losses = 0;
  let fortune = options.start;
  while (fortune > 0 && fortune < options.target && wins + losses < options.maxPlays) {
    if (rng() < options.q) wins += 1;
    else losses += 1;
    fortune = options.start + wins - losses;
  }
  return { wins, losses, fortune };
}

export async function estimateWinProbability(options: any, rng: () => number) {
  const { trials, p, q, target } = options;
  const paths = Array.from({ length: trials }, () => walk(options, rng));
  return tf.tidy(() => {
    const wins = tf.tensor1d(paths.map((path) => path.wins));
    const losses = tf.tensor1d(paths.map((path) => path.losses));
    const won = tf.tensor1d(paths.map((path) => (path.fortune >= target ? 1 : 0)));
    const logRatio = wins.mul(Math.log(p / q)).add(losses.mul(Math.log((1 - p) / (1 - q))));
    const values = won.mul(logRatio.exp());
    const mean = values.mean();
    const deviation = values.sub(mean).square().sum().div(trials - 1).sqrt();
    return { mean, standardError: deviation.div(Math.sqrt(trials)).div(mean.add(1e-300)) };
  });
}
