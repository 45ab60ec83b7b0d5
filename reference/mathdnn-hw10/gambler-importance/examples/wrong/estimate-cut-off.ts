/**
 * @mistake An estimate above 1 is cut off at 1: that makes the estimates too small in the mean.
 * @hint An unbiased estimate of a probability may be above 1 now and then.
 * @expect mean wrong-answer
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
  const mean = values.reduce((sum, value) => sum + value, 0) / trials;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (trials - 1);
  return { mean: Math.min(1, mean), standardError: Math.sqrt(variance / trials) };
}
