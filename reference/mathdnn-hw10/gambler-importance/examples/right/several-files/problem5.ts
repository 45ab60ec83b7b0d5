/**
 * @about Several files: a generator function plays a game, a small class keeps running moments.
 */
import { plays } from './path';
import { RunningMoments } from './running-moments';

type Options = { trials: number; p: number; q: number; maxPlays: number; start: number; target: number };

export async function estimateWinProbability(options: Options, rng: () => number) {
  const { p, q, target } = options;
  const moments = new RunningMoments();
  for (let trial = 0; trial < options.trials; trial++) {
    let fortune = options.start;
    let weight = 1;
    for (const won of plays(options, rng)) {
      fortune += won ? 1 : -1;
      weight *= won ? p / q : (1 - p) / (1 - q);
    }
    moments.add(fortune >= target ? weight : 0);
  }
  return { mean: moments.mean, standardError: moments.standardError };
}
