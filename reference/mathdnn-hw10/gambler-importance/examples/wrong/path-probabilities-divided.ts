/**
 * @mistake The probability of a path under p is divided by that under q: after a thousand plays both are 0, and 0/0 is NaN.
 * @hint Multiply the ratios of the single plays, or add up logarithms.
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
    let underP = 1;
    let underQ = 1;
    for (let play = 0; play < maxPlays; play++) {
      if (money <= 0 || money >= target) break;
      if (rng() < q) {
        underP *= p;
        underQ *= q;
        money++;
      } else {
        underP *= 1 - p;
        underQ *= 1 - q;
        money--;
      }
    }
    values.push(money >= target ? underP / underQ : 0);
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / trials;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (trials - 1);
  return { mean, standardError: Math.sqrt(variance / trials) };
}
