/**
 * @mistake The likelihood ratio is that of start wins more than losses: the way to the target is target − start.
 * @hint Only where the target is twice the start are the two the same.
 * @expect mean wrong-answer
 * @expect variance wrong-answer
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
    let plays = 0;
    for (let play = 0; play < maxPlays; play++) {
      if (money <= 0 || money >= target) break;
      plays++;
      if (rng() < q) {
        money++;
      } else {
        money--;
      }
    }
    const ratio = (p / q) ** ((plays + start) / 2) * ((1 - p) / (1 - q)) ** ((plays - start) / 2);
    values.push(money >= target ? ratio : 0);
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / trials;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (trials - 1);
  return { mean, standardError: Math.sqrt(variance / trials) };
}
