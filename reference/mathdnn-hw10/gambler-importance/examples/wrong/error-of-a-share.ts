/**
 * @mistake The standard error is that of the share of paths that are won, in units of the mean: how much their weights differ is left out.
 * @hint Divide the standard deviation of the estimates by √n.
 * @expect error wrong-answer
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
  const share = values.filter((value) => value > 0).length / trials;
  const spread = share > 0 ? (mean ** 2 * (1 - share)) / share : 0;
  return { mean, standardError: Math.sqrt(spread / trials) };
}
