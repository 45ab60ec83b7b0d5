/**
 * @mistake The probability is worked out exactly, without a sample; an estimate by importance sampling is asked for.
 * @hint Sample paths with q and weight them.
 * @expect mean wrong-answer
 * @expect error wrong-answer
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

export function estimateWinProbability(options: Options, rng: () => number) {
  const { trials, p, q, maxPlays, start, target } = options;
  let chances = new Map([[start, 1]]);
  let mean = 0;
  for (let play = 0; play <= maxPlays; play++) {
    mean += chances.get(target) ?? 0;
    const next = new Map<number, number>();
    for (const [money, chance] of chances) {
      if (money <= 0 || money >= target) continue;
      next.set(money + 1, (next.get(money + 1) ?? 0) + chance * p);
      next.set(money - 1, (next.get(money - 1) ?? 0) + chance * (1 - p));
    }
    chances = next;
  }
  const spread = (mean * q) / p;
  return { mean, standardError: rng() < 2 ? Math.sqrt((mean * (spread + mean)) / trials) : 0 };
}
