/**
 * @mistake The mean is taken over the paths that are won only.
 * @hint Divide by the number of all trials.
 * @expect mean wrong-answer
 * @expect variance wrong-answer
 * @expect error wrong-answer
 * @expect sheet wrong-answer
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
    if (money >= target) values.push(ratio);
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(values.length - 1, 1);
  return { mean, standardError: Math.sqrt(variance / Math.max(values.length, 1)) };
}
