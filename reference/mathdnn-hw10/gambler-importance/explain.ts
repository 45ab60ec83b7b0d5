import { type Game, type Moments, rawMoment, totals, varianceGoingOn, type Weights, winProbability } from './game.ts';
import type { Played, Setting } from './games.ts';
import { type Estimate, MOST_VARIANCE, meanTest, reportedRatio, spreadRatio } from './laws.ts';

type Named = { mistake?: { id: string; message: string; hint?: string }; statement?: string };

interface Rival {
  id: string;
  message: string;
  hint?: string;
  /** Mean of one path's estimate, and its variance where it is known. */
  mean: number;
  variance?: number;
  /** Every path counts 0 or 1. */
  counts?: boolean;
}

/** The estimator that adds up X = 1{won} · Π factors over the paths of a sampler that wins with the chance `chance`. */
function weighted(game: Game, chance: number, factor: Weights, end: 'won' | 'ruined' | 'open' = 'won', options = {}) {
  const moment = (k: number): number =>
    totals(game, { win: chance * factor.win ** k, lose: (1 - chance) * factor.lose ** k }, options)[end];
  const mean = moment(1);
  return { mean, variance: moment(2) - mean ** 2 };
}

/** Known wrong estimators, with what they estimate: by the same dynamic programming as the truth. */
export function rivals(game: Setting): Rival[] {
  const { p, q, maxPlays, trials } = game;
  const right = { win: p / q, lose: (1 - p) / (1 - q) };
  const inverse = { win: q / p, lose: (1 - q) / (1 - p) };
  const plain = { win: 1, lose: 1 };
  const truth = winProbability(game);
  const last = q / p;
  const second = rawMoment(game, 2);
  // From a path of so many plays with target − start more wins than losses to one of as many plays with start more.
  const doubled = (right.win / right.lose) ** ((2 * game.start - game.target) / 2);
  return [
    {
      id: 'ratio-missing',
      message: 'The likelihood ratio is missing: this is the probability to win under q.',
      hint: 'Multiply by p/q for every play that is won and by (1 − p)/(1 − q) for every one that is lost.',
      counts: true,
      ...weighted(game, q, plain),
    },
    {
      id: 'ratio-inverted',
      message: 'The likelihood ratio is upside down: it is p over q.',
      ...weighted(game, q, inverse),
    },
    {
      id: 'deciding-play',
      message: 'The factor of the play that decides the game is missing in the likelihood ratio.',
      hint: 'Multiply before you look whether the game has ended.',
      mean: truth * last,
      variance: (second - truth ** 2) * last ** 2,
    },
    {
      id: 'wins-only',
      message: 'The likelihood ratio has the factors of the plays that are won only.',
      ...weighted(game, q, { ...right, lose: 1 }),
    },
    {
      id: 'losses-only',
      message: 'The likelihood ratio has the factors of the plays that are lost only.',
      ...weighted(game, q, { ...right, win: 1 }),
    },
    {
      id: 'same-factor',
      message: 'The likelihood ratio has the factor p/q also for plays that are lost, where it is (1 − p)/(1 − q).',
      ...weighted(game, q, { win: p / q, lose: p / q }),
    },
    {
      id: 'sampled-with-p',
      message: 'The plays are sampled with p, and weighted as if they were sampled with q.',
      ...weighted(game, p, right),
    },
    {
      id: 'roles-exchanged',
      message: 'p and q have exchanged their parts: plays are sampled with q and weighted by p/q.',
      ...weighted(game, p, inverse),
    },
    {
      id: 'not-importance',
      message: 'The plays are sampled with p: unbiased, but a rare event is hardly ever seen. Sample with q.',
      counts: true,
      ...weighted(game, p, plain),
    },
    {
      id: 'one-play-more',
      message: 'One play too many is made: the game ends after maxPlays plays.',
      ...weighted({ ...game, maxPlays: maxPlays + 1 }, q, right),
    },
    {
      id: 'one-play-fewer',
      message: 'One play too few is made: the game ends after maxPlays plays.',
      ...weighted({ ...game, maxPlays: maxPlays - 1 }, q, right),
    },
    {
      id: 'goes-on',
      message:
        'The likelihood ratio goes on over plays after the game has ended: unbiased, but with a far larger variance.',
      hint: 'Stop the product at the play that ends the game.',
      mean: truth,
      variance: varianceGoingOn(game),
    },
    {
      id: 'debt',
      message: 'The game goes on when the gambler is ruined: it ends at 0, too.',
      ...weighted(game, q, right, 'won', { ruin: false }),
    },
    {
      id: 'winners-only',
      message: 'The mean is taken over the paths that are won; it is over all of them.',
      mean: truth / totals(game, { win: q, lose: 1 - q }).won,
    },
    {
      id: 'ruin-counted',
      message: 'The paths that end at 0 are counted, in place of those that reach the target.',
      ...weighted(game, q, right, 'ruined'),
    },
    {
      id: 'target-plus-one',
      message: 'The game ends one unit beyond the target: it is won where the target is reached.',
      ...weighted({ ...game, target: game.target + 1 }, q, right),
    },
    {
      id: 'target-minus-one',
      message: 'The game ends one unit before the target.',
      ...weighted({ ...game, target: game.target - 1 }, q, right),
    },
    {
      id: 'as-if-doubled',
      message: 'The likelihood ratio is that of start wins more than losses: the way to the target is target − start.',
      hint: 'Only where the target is twice the start are the two the same.',
      mean: truth * doubled,
      variance: (second - truth ** 2) * doubled ** 2,
    },
    {
      id: 'sum-for-mean',
      message: 'The estimates are added up over the trials; their mean is asked for.',
      mean: truth * trials,
    },
  ];
}

/** Within so many standard errors an average agrees with a rival. */
const NEAR = 4;

/**
 * On which games which mistakes are named: on the first one all of them can be told apart, except those that do not show there.
 * On others different mistakes look alike.
 */
const NAMED_ON: Record<string, (id: string) => boolean> = {
  ten: (id) => id !== 'as-if-doubled',
  odd: (id) => id === 'one-play-more' || id === 'as-if-doubled',
  even: (id) => id === 'one-play-fewer',
  fair: (id) => id === 'debt',
};

/** The one known wrong estimator that these estimates agree with, if exactly one does. */
export function explainMean(draws: readonly Estimate[], { id: game, setting }: Played, moments: Moments): Named {
  const { trials } = setting;
  const average = draws.reduce((sum, { mean }) => sum + mean, 0) / draws.length;
  const statement = `${draws.length === 1 ? 'The estimate' : `The average of ${draws.length} estimates`} is ${average.toPrecision(4)}, the truth ${moments.mean.toPrecision(6)}.`;
  if (game === 'two-trials' && normalised(draws))
    return {
      statement,
      mistake: {
        id: 'self-normalised',
        message:
          'The sum of the weights of the paths that are won is divided by the sum of all weights: that is biased; divide by the number of trials.',
      },
    };
  if (game === 'heavy') return { statement, ...explainHeavy(draws) };
  const isNamed = NAMED_ON[game];
  if (isNamed === undefined) return { statement };
  const spread = spreadRatio(draws, moments, trials) * moments.variance;
  const error = Math.sqrt(spread / (draws.length * trials));
  // Paths without weights: the estimate is a number of wins, divided by the number of trials.
  const counted = draws.every(({ mean }) => Math.abs(mean * trials - Math.round(mean * trials)) < 1e-6);
  // What is said of the variance is believed only where the standard error says the same.
  const reported = reportedRatio(draws, moments, trials) * moments.variance;
  const agree = Math.abs(Math.log(reported / spread)) < 1;
  const near = rivals(setting).filter(
    ({ id, mean, variance, counts = false }) =>
      isNamed(id) &&
      (counts === counted || average === 0 || setting.p === setting.q) &&
      Math.abs(average - mean) <= NEAR * error &&
      likely(spread, variance, draws.length) &&
      (id !== 'goes-on' || (reported > 0.7 * variance! && reported < 2.5 * variance!)) &&
      (agree || mean !== moments.mean),
  );
  return near.length === 1 ? { statement, mistake: named(near[0]!) } : { statement };
}

const named = ({ id, message, hint }: Rival) => ({ id, message, ...(hint === undefined ? {} : { hint }) });

/** Whether a spread of so many estimates fits a variance, roughly: heavy tails show less than they have. */
function likely(spread: number, variance: number | undefined, calls: number): boolean {
  if (variance === undefined) return true;
  const slack = 5 * Math.sqrt(2 / calls);
  return spread <= variance * (1 + slack) && spread >= variance * Math.max(0.05, 1 - slack);
}

/** Where a path that is won weighs 3, and the mean of two is 0, 1.5 or 3. */
function explainHeavy(draws: readonly Estimate[]): Named {
  const count = (value: number): number => draws.filter(({ mean }) => Math.abs(mean - value) < 1e-9).length;
  const [zeros, halves, ones] = [count(0), count(0.5), count(1)];
  if (ones === 0 || zeros + halves + ones < draws.length) return {};
  if (halves === 0)
    return {
      mistake: {
        id: 'estimate-cut-off',
        message: 'An estimate above 1 is cut off at 1: that makes the estimates too small in the mean.',
        hint: 'An unbiased estimate of a probability may be above 1 now and then.',
      },
    };
  return {
    mistake: {
      id: 'weights-cut-off',
      message: 'Likelihood ratios above 1 are cut off at 1: that makes the estimates too small in the mean.',
      hint: 'Where q is below p, a path that is won has a ratio above 1.',
    },
  };
}

/** Of two paths that are both won the self-normalised estimate is 1, whatever their weights are. */
function normalised(draws: readonly Estimate[]): boolean {
  const ones = draws.filter(({ mean }) => Math.abs(mean - 1) < 1e-9).length;
  const halves = draws.filter(({ mean }) => Math.abs(mean - 0.5) < 1e-9).length;
  return ones > 0 && draws.every(({ mean }) => mean < 1 + 1e-9) && halves < draws.length / 10;
}

export function explainVariance(draws: readonly Estimate[], played: Played, moments: Moments): Named {
  const { trials } = played.setting;
  const ratio = spreadRatio(draws, moments, trials);
  return {
    ...explainMean(draws, played, moments),
    statement: `The variance of the estimates is ${ratio.toPrecision(3)} times that of the plain estimator.`,
  };
}

/** Of estimates that vary less than two trials can. */
export function explainTrials(draws: readonly Estimate[], _: Played, { mean }: Moments): Named {
  if (draws.every((draw) => draw.mean === draws[0]!.mean) && draws[0]!.mean === 0) return {};
  const exact = draws.every((draw) => Math.abs(draw.mean - mean) <= 1e-6 * mean);
  return {
    mistake: exact
      ? {
          id: 'not-sampled',
          message: 'The probability is worked out exactly; it is to be estimated from paths that are sampled with q.',
        }
      : {
          id: 'trials-ignored',
          message: 'options.trials is not looked at: two trials give estimates as sure as those of many.',
        },
  };
}

const HINT = 'The standard error of a mean of n independent numbers is their standard deviation divided by √n.';
/** Where winners have different weights; where all have the same one, mistakes look alike. */
const ERRORS_NAMED_ON = ['ten', 'below', 'rare', 'sheet'];

export function explainError(draws: readonly Estimate[], played: Played, moments: Moments): Named {
  const { setting } = played;
  const { trials, q } = setting;
  const odd = draws.find(({ standardError }) => !(standardError >= 0));
  if (odd !== undefined)
    return {
      statement: `For the estimate ${odd.mean.toPrecision(4)} the standard error is ${odd.standardError}.`,
      mistake: {
        id: 'error-not-a-number',
        message: 'The standard error is not a number, or negative, in some samples.',
        hint: 'A sample may have no winner at all, or one: its standard error is a number all the same.',
      },
    };
  const ratio = reportedRatio(draws, moments, trials);
  const spread = spreadRatio(draws, moments, trials);
  const observed = Number.isNaN(spread)
    ? ''
    : `; the estimates themselves vary ${spread.toPrecision(3)} times as much as plain ones`;
  const constant = draws.length > 1 && draws.every((draw) => draw.mean === draws[0]!.mean);
  const statement = constant
    ? `All ${draws.length} estimates are ${Number(draws[0]!.mean.toPrecision(4))}, though the estimates of this game vary: they want mending before a standard error can be judged.`
    : `In the mean the square of the standard error is ${ratio.toPrecision(3)} times that of the plain estimator${observed}.`;
  // A wrong estimate has another standard error: then it is the estimate that wants mending.
  if (!(meanTest(draws, moments, trials).pValue > 1e-4)) return { ...explainMean(draws, played, moments), statement };
  const zeros = draws.filter(({ standardError }) => standardError === 0).length;
  if (played.id === 'spread' && zeros > draws.length / 2 && zeros < draws.length)
    return {
      statement,
      mistake: {
        id: 'error-of-a-share',
        message:
          'The standard error is that of the share of paths that are won: it is 0 where all of them are, though their weights differ.',
        hint: HINT,
      },
    };
  if (!ERRORS_NAMED_ON.includes(played.id) || spread > MOST_VARIANCE) return { statement };
  const every = (value: (draw: Estimate) => number): boolean =>
    draws.every((draw) => Math.abs(draw.standardError - value(draw)) <= 1e-6 * Math.abs(value(draw)) + 1e-300);
  const { mean, variance } = moments;
  const second = variance + mean ** 2;
  const won = totals(setting, { win: q, lose: 1 - q }).won;
  const ofWinners = second / won - (mean / won) ** 2;
  const ends = totals(setting, { win: setting.p ** 2 / q, lose: (1 - setting.p) ** 2 / (1 - q) });
  const error = Math.sqrt(variance / trials);
  const average = draws.reduce((sum, draw) => sum + draw.standardError, 0) / draws.length;
  const known: [id: string, message: string, holds: boolean][] = [
    [
      'deviation',
      'The standard deviation of the estimates is reported; the standard error of their mean is smaller by √n.',
      close(ratio, trials),
    ],
    [
      'divided-twice',
      'The standard deviation is divided by n, where it is to be divided by √n.',
      close(ratio, 1 / trials),
    ],
    [
      'variance',
      'The variance of the mean is reported; its square root is the standard error.',
      close(average, error ** 2),
    ],
    [
      'variance-of-one',
      'The variance of the estimates is reported; the square root of it divided by n is the standard error.',
      close(average, variance),
    ],
    [
      'second-moment',
      'The mean of the squares is taken for the variance: the square of the mean is to be subtracted.',
      close(ratio, second / variance),
    ],
    [
      'binomial',
      'The standard error is that of a share of wins, √(m(1 − m)/n): the estimates are not 0 or 1 but have weights.',
      every((draw) => Math.sqrt((draw.mean * (1 - draw.mean)) / trials)) ||
        every((draw) => Math.sqrt((draw.mean * (1 - draw.mean)) / (trials - 1))),
    ],
    [
      'half-width',
      'Half the width of a 95 % interval is reported, 1.96 times the standard error.',
      close(ratio, 1.96 ** 2),
    ],
    ['zero', 'The standard error is always 0.', every(() => 0)],
    [
      'relative',
      'The standard error is divided by the mean: it is to be in the units of the mean.',
      close(average, error / mean),
    ],
    [
      'winners',
      'The standard deviation is that of the weights of the winners alone: the estimates that are 0 belong to it.',
      close(ratio, ofWinners / variance),
    ],
    [
      'winners-among-winners',
      'The standard error is that of the mean over the winners alone: their standard deviation, divided by the root of their number. The estimates that are 0 belong to both.',
      close(ratio, ofWinners / variance / won),
    ],
    [
      'all-weights',
      'The standard deviation is that of the weights of all paths: the estimate of a path that is not won is 0.',
      close(ratio, (ends.won + ends.ruined + ends.open - 1) / variance),
    ],
  ];
  const found = known.filter(([, , holds]) => holds);
  if (found.length !== 1) return { statement };
  const [id, message] = found[0]!;
  return { statement, mistake: { id, message, hint: HINT } };
}

const close = (a: number, b: number): boolean => Math.abs(a - b) <= 0.12 * b;
