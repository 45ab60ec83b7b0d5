/** A gambler who wins or loses one unit a play, and stops at 0, at the target, or after maxPlays plays. */
export interface Game {
  /** Chance to win a play. */
  p: number;
  /** Chance to win a play under which paths are sampled. */
  q: number;
  maxPlays: number;
  start: number;
  target: number;
}

/** What a play that is won, or lost, multiplies the weight of a path by. */
export interface Weights {
  win: number;
  lose: number;
}

export interface Totals {
  /** Σ of the weights of all paths that end at the target. */
  won: number;
  /** The same of those that end at 0. */
  ruined: number;
  /** The same of those that end neither way. */
  open: number;
}

/**
 * Adds up the weights of all paths by dynamic programming over plays and fortunes: exact up to rounding. With the weights p and
 * 1 − p these are probabilities, with p^k/q^(k−1) and (1−p)^k/(1−q)^(k−1) the k-th moments under q of the likelihood ratio.
 * `after`: what every play after the end, up to maxPlays, multiplies by. `ruin`: false lets the gambler go on in debt.
 */
export function totals(
  { maxPlays, start, target }: Game,
  { win, lose }: Weights,
  { after = 1, ruin = true }: { after?: number; ruin?: boolean } = {},
): Totals {
  if (start >= target) return { won: after ** maxPlays, ruined: 0, open: 0 };
  if (ruin && start <= 0) return { won: 0, ruined: after ** maxPlays, open: 0 };
  const lowest = ruin ? 0 : start - maxPlays - 1;
  const width = target - lowest;
  let mass = new Float64Array(width + 1);
  mass[start - lowest] = 1;
  const ended = { won: 0, ruined: 0 };
  for (let play = 1; play <= maxPlays; play++) {
    const next = new Float64Array(width + 1);
    for (let k = 1; k < width; k++) {
      const here = mass[k]!;
      if (here === 0) continue;
      next[k + 1]! += here * win;
      next[k - 1]! += here * lose;
    }
    const factor = after ** (maxPlays - play);
    ended.won += next[width]! * factor;
    ended.ruined += next[0]! * factor;
    next[width] = 0;
    next[0] = 0;
    mass = next;
  }
  return { ...ended, open: mass.reduce((sum, weight) => sum + weight, 0) };
}

/** P(the target is reached), the truth that is estimated. */
export function winProbability(game: Game): number {
  return totals(game, { win: game.p, lose: 1 - game.p }).won;
}

/** E_q[X^k] for X = 1{target reached} · Π (p/q or (1−p)/(1−q)) over the plays made. */
export function rawMoment(game: Game, k: number): number {
  const { p, q } = game;
  return totals(game, { win: p ** k / q ** (k - 1), lose: (1 - p) ** k / (1 - q) ** (k - 1) }).won;
}

/** Moments of one path's estimate. */
export interface Moments {
  mean: number;
  variance: number;
  /** E(X − EX)³/Var^1.5 */
  skewness: number;
  /** E(X − EX)⁴/Var² */
  kurtosis: number;
  /** Skewness of (X − EX)². */
  squareSkewness: number;
}

/** Exact moments of the plain estimator, from those about 0. Games with one outcome have variance 0 and no shape. */
export function momentsOf(game: Game): Moments {
  const raw = [1, 1, 2, 3, 4, 5, 6].map((k, i) => (i === 0 ? 1 : rawMoment(game, k)));
  const mean = raw[1]!;
  const central = (k: number): number => {
    let sum = 0;
    let binomial = 1;
    for (let j = 0; j <= k; j++) {
      sum += binomial * raw[j]! * (-mean) ** (k - j);
      binomial = (binomial * (k - j)) / (j + 1);
    }
    return sum;
  };
  const [m2, m3, m4, m6] = [central(2), central(3), central(4), central(6)];
  const squareVariance = m4 - m2 * m2;
  return {
    mean,
    variance: m2,
    skewness: m3 / m2 ** 1.5,
    kurtosis: m4 / m2 ** 2,
    squareSkewness: (m6 - 3 * m4 * m2 + 2 * m2 ** 3) / squareVariance ** 1.5,
  };
}

/** The variance of an estimator that goes on to multiply by the ratio of plays after the end of the game. */
export function varianceGoingOn(game: Game): number {
  const { p, q } = game;
  const after = p ** 2 / q + (1 - p) ** 2 / (1 - q);
  const second = totals(game, { win: p ** 2 / q, lose: (1 - p) ** 2 / (1 - q) }, { after }).won;
  return second - winProbability(game) ** 2;
}
