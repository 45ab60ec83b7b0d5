/**
 * @mistake The variance is the mean of the squares less the square of the mean, and comes out a little below 0 where all estimates are alike: its root is NaN.
 * @hint Add up the squares of what an estimate differs from the mean.
 * @expect edges wrong-answer
 */
interface Options {
  trials: number;
  p: number;
  q: number;
  maxPlays: number;
  start: number;
  target: number;
}

export function estimateWinProbability(options: Options, rng: () => number) {
  const { trials, p, q, maxPlays, start, target } = options;
  const values: number[] = [];
  for (let i = 0; i < trials; i++) {
    let money = start;
    let ratio = 1;
    for (let play = 0; play < maxPlays; play++) {
      if (money <= 0 || money >= target) break;
      if (rng() < q) {
        ratio *= p / q;
        money++;
      } else {
        ratio *= (1 - p) / (1 - q);
        money--;
      }
    }
    values.push(money >= target ? ratio : 0);
  }
  const mean = values.reduce((sum, value) => sum + value / trials, 0);
  const squares = values.reduce((sum, value) => sum + value ** 2 / trials, 0);
  return { mean, standardError: Math.sqrt((squares - mean ** 2) / (trials - 1)) };
}
