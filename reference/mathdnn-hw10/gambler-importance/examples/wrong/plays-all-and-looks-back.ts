/**
 * @mistake All maxPlays plays are made and weighted, and afterwards it is seen whether the target was reached first: the ratio has the plays after the end, too.
 * @hint Stop the product at the play that ends the game.
 * @expect variance wrong-answer
 * @expect edges wrong-answer
 */
import * as tf from '@tensorflow/tfjs';

/** One path: where it ended, and how many plays were won and lost. */
function walk(options: any, rng: () => number) {
  let wins = 0;
  let losses = 0;
  let fortune = options.start;
  let end: number | undefined;
  while (wins + losses < options.maxPlays) {
    if (fortune <= 0 || fortune >= options.target) end ??= fortune;
    if (rng() < options.q) wins += 1;
    else losses += 1;
    fortune = options.start + wins - losses;
  }
  return { wins, losses, fortune: end ?? fortune };
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
    return { mean, standardError: deviation.div(Math.sqrt(trials)) };
  });
}
