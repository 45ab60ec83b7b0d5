/**
 * @mistake The likelihood ratio is missing: this is the probability to win under q.
 * @hint Multiply by p/q for a play that is won, by (1 − p)/(1 − q) for one that is lost.
 * @expect mean wrong-answer
 * @expect variance wrong-answer
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
  const { trials, q, maxPlays, start, target } = options;
  const values: number[] = [];
  for (let i = 0; i < trials; i++) {
    let money = start;
    for (let play = 0; play < maxPlays; play++) {
      if (money <= 0 || money >= target) break;
      if (rng() < q) {
        money++;
      } else {
        money--;
      }
    }
    values.push(money >= target ? 1 : 0);
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / trials;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (trials - 1);
  return { mean, standardError: Math.sqrt(variance / trials) };
}
