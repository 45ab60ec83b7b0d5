/**
 * The probability that a gambler wins a rare game, by importance sampling: paths are drawn with the chance q to win a play and
 * weighted by the likelihood ratio of their plays, which stops with the game.
 *
 * - D. Siegmund, Importance sampling in the Monte Carlo study of sequential tests, Ann. Statist. 4 (1976).
 */

interface Options {
  trials: number;
  p: number;
  q: number;
  maxPlays: number;
  start: number;
  target: number;
}

/** Mean of 1{target reached} · Π (p/q or (1−p)/(1−q)) over the paths, and its standard error. */
export function estimateWinProbability(options: Options, rng: () => number): { mean: number; standardError: number } {
  const { trials } = options;
  // Welford's sums: no difference of large numbers, also where all estimates are alike.
  let mean = 0;
  let squares = 0;
  for (let i = 1; i <= trials; i++) {
    const value = playOnce(options, rng);
    const before = value - mean;
    mean += before / i;
    squares += before * (value - mean);
  }
  return { mean, standardError: Math.sqrt(squares / (trials - 1) / trials) };
}

/** The likelihood ratio of a path that reaches the target, 0 for any other. */
function playOnce({ p, q, maxPlays, start, target }: Options, rng: () => number): number {
  const won = p / q;
  const lost = (1 - p) / (1 - q);
  let fortune = start;
  let ratio = 1;
  for (let play = 0; play < maxPlays && fortune > 0 && fortune < target; play++) {
    if (rng() < q) {
      fortune += 1;
      ratio *= won;
    } else {
      fortune -= 1;
      ratio *= lost;
    }
  }
  return fortune >= target ? ratio : 0;
}
