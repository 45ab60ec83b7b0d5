import type { Call, RngArg } from '../../../harness/model/call.ts';
import type { Game } from './game.ts';

export const MODULE = 'problem5';

export interface Setting extends Game {
  trials: number;
}

/** The sheet's own game: fair roulette on red, from 100 to 200. */
export const SHEET: Setting = { trials: 3000, p: 18 / 37, q: 0.55, maxPlays: 600, start: 100, target: 200 };

export interface Played {
  id: string;
  /** Reads well after "on". */
  title: string;
  setting: Setting;
  /** How often a program is asked, with random numbers of its own each time. */
  calls: number;
  /** The only question that its estimates are for; all of them where absent. */
  only?: 'mean' | 'error';
}

/**
 * Small games, of which many are cheap. The first tells most mistakes apart. In others winning is not rare (the squares of
 * the estimates then say little about their variance), the last play decides (of an odd and of an even number), q is below p, p = q,
 * there are only two trials, winning is so rare that an absolute tolerance anywhere would show, nearly every path wins and the
 * weights alone make the spread, or two estimates in five are above 1.
 */
export const GAMES: Played[] = [
  {
    id: 'ten',
    title: 'a game from 5 to 10',
    setting: { trials: 80, p: 0.4, q: 0.55, maxPlays: 30, start: 5, target: 10 },
    calls: 100,
  },
  {
    id: 'one-play',
    title: 'a game of one play',
    setting: { trials: 40, p: 0.4, q: 0.7, maxPlays: 1, start: 1, target: 2 },
    calls: 150,
  },
  {
    id: 'odd',
    title: 'a game from 1 to 3 with at most 3 plays',
    setting: { trials: 100, p: 0.45, q: 0.6, maxPlays: 3, start: 1, target: 3 },
    calls: 150,
  },
  {
    id: 'even',
    title: 'a game from 2 to 4 with at most 4 plays',
    setting: { trials: 50, p: 0.5, q: 0.8, maxPlays: 4, start: 2, target: 4 },
    calls: 120,
  },
  {
    id: 'fair',
    title: 'a fair game sampled as it is (p = q)',
    setting: { trials: 60, p: 0.5, q: 0.5, maxPlays: 12, start: 1, target: 3 },
    calls: 60,
  },
  {
    id: 'below',
    title: 'a favourable game, sampled with q < p',
    setting: { trials: 60, p: 0.6, q: 0.45, maxPlays: 7, start: 7, target: 9 },
    calls: 50,
  },
  {
    id: 'two-trials',
    title: 'two trials at a time',
    setting: { trials: 2, p: 0.4, q: 0.55, maxPlays: 4, start: 1, target: 3 },
    calls: 200,
  },
  {
    id: 'rare',
    title: 'a game that is won once in 58 million',
    setting: { trials: 200, p: 0.1, q: 0.7, maxPlays: 10, start: 8, target: 16 },
    calls: 40,
  },
  {
    id: 'spread',
    title: 'a game that nearly every path wins, with weights that differ',
    setting: { trials: 100, p: 0.5, q: 0.75, maxPlays: 30, start: 6, target: 9 },
    calls: 60,
    // An unbiased estimator of a greater variance, whose tails are heavy here, would seem to be biased.
    only: 'error',
  },
  {
    id: 'heavy',
    title: 'two trials of a single play, sampled with a q far below p',
    setting: { trials: 2, p: 0.9, q: 0.3, maxPlays: 1, start: 1, target: 2 },
    calls: 300,
    only: 'mean',
  },
];

export function estimateCall(setting: Setting, rng: RngArg): Call {
  return { module: MODULE, fn: 'estimateWinProbability', args: [{ ...setting }, rng] };
}
