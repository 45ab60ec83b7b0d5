/**
 * @mistake The plays are sampled with p and have no weight: the rare win is hardly ever seen.
 * @hint Sample with q, and weight.
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
  const { trials, p, maxPlays, start, target } = options;
  const values: number[] = [];
  for (let i = 0; i < trials; i++) {
    let money = start;
    for (let play = 0; play < maxPlays; play++) {
      if (money <= 0 || money >= target) break;
      if (rng() < p) {
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
