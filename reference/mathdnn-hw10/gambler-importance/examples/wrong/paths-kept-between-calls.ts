/**
 * @mistake The estimates of earlier calls are kept and counted again.
 * @hint Make a new list in every call.
 * @expect mean wrong-answer
 * @expect variance wrong-answer
 * @expect error wrong-answer
 * @expect sheet wrong-answer
 * @expect edges wrong-answer
 * @expect repeatable wrong-answer
 */
interface Options {
  trials: number;
  p: number;
  q: number;
  maxPlays: number;
  start: number;
  target: number;
}

const values: number[] = [];

export function estimateWinProbability(options: Options, rng: () => number) {
  const { trials, p, q, maxPlays, start, target } = options;
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
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, standardError: Math.sqrt(variance / values.length) };
}
