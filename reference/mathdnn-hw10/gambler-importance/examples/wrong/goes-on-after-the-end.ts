/**
 * @mistake The likelihood ratio goes on over plays after the game has ended.
 * @hint Stop the product at the play that ends the game.
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
    let ratio = 1;
    for (let play = 0; play < maxPlays; play++) {
      const over = money <= 0 || money >= target;
      const won = rng() < q;
      ratio *= won ? p / q : (1 - p) / (1 - q);
      if (!over) money += won ? 1 : -1;
    }
    values.push(money >= target ? ratio : 0);
  }
  const mean = values.reduce((sum, value) => sum + value, 0) / trials;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (trials - 1);
  return { mean, standardError: Math.sqrt(variance / trials) };
}
