/**
 * @about Wins and losses are counted, and weights made of their numbers by logarithms; two passes over a typed array.
 */
export function estimateWinProbability(options: any, rng: () => number) {
  const { trials, p, q, maxPlays, start, target } = options;
  const logWin = Math.log(p) - Math.log(q);
  const logLose = Math.log1p(-p) - Math.log1p(-q);
  const weights = new Float64Array(trials);
  for (let t = 0; t < trials; t++) {
    let wins = 0;
    let losses = 0;
    while (wins + losses < maxPlays) {
      const now = start + wins - losses;
      if (now <= 0 || now >= target) break;
      if (rng() < q) wins++;
      else losses++;
    }
    weights[t] = start + wins - losses >= target ? Math.exp(wins * logWin + losses * logLose) : 0;
  }
  const mean = weights.reduce((a, b) => a + b, 0) / trials;
  const variance = weights.reduce((a, b) => a + (b - mean) ** 2, 0) / trials;
  return { mean, standardError: Math.sqrt(variance / trials) };
}
