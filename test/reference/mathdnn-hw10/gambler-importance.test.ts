import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RngArg } from '../../../harness/model/call.ts';
import type { CaseOutcomes, Check } from '../../../harness/model/exercise.ts';
import type { Value } from '../../../harness/model/value.ts';
import type { Verdict } from '../../../harness/model/verdict.ts';
import { Random } from '../../../harness/numerics/random.ts';
import { twoSidedP } from '../../../harness/numerics/statistics.ts';
import exercise from '../../../reference/mathdnn-hw10/gambler-importance/exercise.ts';
import {
  type Game,
  momentsOf,
  rawMoment,
  totals,
  varianceGoingOn,
  winProbability,
} from '../../../reference/mathdnn-hw10/gambler-importance/game.ts';
import { GAMES, type Setting, SHEET } from '../../../reference/mathdnn-hw10/gambler-importance/games.ts';
import { tails } from '../../../reference/mathdnn-hw10/gambler-importance/laws.ts';
import { estimateWinProbability } from '../../../reference/mathdnn-hw10/gambler-importance/solution.ts';

/** Every path of a short game, one by one. */
function everyPath(
  { maxPlays, start, target }: Game,
  visit: (wins: number, losses: number, end: number) => void,
): void {
  const go = (wins: number, losses: number): void => {
    const money = start + wins - losses;
    if (money <= 0 || money >= target || wins + losses === maxPlays) {
      visit(wins, losses, money);
      return;
    }
    go(wins + 1, losses);
    go(wins, losses + 1);
  };
  go(0, 0);
}

const games = fc.record({
  p: fc.double({ min: 0.05, max: 0.95, noNaN: true }),
  q: fc.double({ min: 0.05, max: 0.95, noNaN: true }),
  maxPlays: fc.integer({ min: 0, max: 10 }),
  start: fc.integer({ min: 0, max: 6 }),
  target: fc.integer({ min: 1, max: 6 }),
});

describe('dynamic programming', () => {
  test("the sheet's truth", () => {
    expect(winProbability(SHEET)).toBeCloseTo(2.38838e-6, 11);
  });

  test('agrees with going through every path: probabilities, moments of the ratio, and what goes on after the end', () => {
    fc.assert(
      fc.property(games, (game) => {
        const { p, q, maxPlays, target } = game;
        let truth = 0;
        let cube = 0;
        let goingOn = 0;
        const after = p ** 2 / q + (1 - p) ** 2 / (1 - q);
        everyPath(game, (wins, losses, end) => {
          if (end < target) return;
          const sampled = q ** wins * (1 - q) ** losses;
          const ratio = (p / q) ** wins * ((1 - p) / (1 - q)) ** losses;
          truth += sampled * ratio;
          cube += sampled * ratio ** 3;
          goingOn += sampled * ratio ** 2 * after ** (maxPlays - wins - losses);
        });
        const near = (a: number, b: number) => expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-12 * (1 + Math.abs(b)));
        near(winProbability(game), truth);
        near(rawMoment(game, 3), cube);
        near(varianceGoingOn(game), goingOn - truth ** 2);
      }),
      { numRuns: 60 },
    );
  });

  test('all paths end somewhere', () => {
    fc.assert(
      fc.property(games, (game) => {
        const { won, ruined, open } = totals(game, { win: game.q, lose: 1 - game.q });
        expect(won + ruined + open).toBeCloseTo(1, 12);
      }),
      { numRuns: 60 },
    );
  });

  test('moments of a game of one play are those of a Bernoulli variable', () => {
    const game = { p: 0.4, q: 0.7, maxPlays: 1, start: 1, target: 2 };
    const { mean, variance, skewness, kurtosis } = momentsOf(game);
    const size = 0.4 / 0.7;
    expect(mean).toBeCloseTo(0.4, 14);
    expect(variance).toBeCloseTo(size ** 2 * 0.21, 14);
    expect(skewness).toBeCloseTo((1 - 1.4) / Math.sqrt(0.21), 12);
    expect(kurtosis).toBeCloseTo((1 - 3 * 0.21) / 0.21, 12);
  });

  test('going on after the end multiplies the variance of the sheet by about 3, and that of the first game by more', () => {
    expect(varianceGoingOn(SHEET) / momentsOf(SHEET).variance).toBeCloseTo(3.06, 2);
    const [first] = GAMES;
    expect(varianceGoingOn(first!.setting) / momentsOf(first!.setting).variance).toBeGreaterThan(5);
  });
});

describe('tails with skewness', () => {
  test('of a nearly symmetric variable are normal', () => {
    for (const z of [-3, -1, 0, 2, 4]) {
      const { upper, lower } = tails(z, 0.001);
      expect((2 * Math.min(upper, lower)) / twoSidedP(z)).toBeCloseTo(1, 1);
    }
  });

  test('of an exponential variable are exact, and mirrored for negative skewness', () => {
    for (const z of [-0.9, 0, 1, 5]) {
      expect(tails(z, 2).upper).toBeCloseTo(Math.exp(-(z + 1)), 12);
      expect(tails(-z, -2).lower).toBeCloseTo(Math.exp(-(z + 1)), 12);
    }
    expect(tails(-1.5, 2)).toEqual({ upper: 1, lower: 0 });
    expect(tails(Number.NaN, 1).upper).toBeNaN();
  });
});

type Program = (options: Setting, rng: () => number) => { mean: number; standardError: number };

/** Verdicts on a program, by check, as in a sandbox; the sheet's game only where it is asked for. */
async function judge(program: Program, seed: number, sheet = false): Promise<Record<string, Verdict>> {
  const checks: Check[] = exercise.checks(seed).filter(({ id }) => sheet || id !== 'sheet');
  const outcomes: Record<string, CaseOutcomes> = {};
  for (const one of new Map(checks.flatMap(({ cases }) => cases).map((item) => [item.id, item])).values()) {
    const made: CaseOutcomes = {};
    outcomes[one.id] = made;
    await one.plan(async (id, { args }) => {
      const [options, rng] = args as unknown as [Setting, RngArg];
      const random = Random.fromSeed(rng.seed);
      let draws = 0;
      const next = (): number => {
        draws += 1;
        return rng.zeroEvery > 0 && draws % rng.zeroEvery === 0 ? 0 : random.uniform();
      };
      const copy = { ...options };
      const outcome = { status: 'ok' as const, value: { ...program(copy, next) } as Value, args: [copy], ms: 0 };
      made[id] = outcome;
      return outcome;
    });
  }
  return Object.fromEntries(
    checks.map((check) => [check.id, check.judge({ submission: outcomes, reference: outcomes, overrides: {} })]),
  );
}

const refused = (verdicts: Record<string, Verdict>): string[] =>
  Object.entries(verdicts).flatMap(([id, { status }]) => (status === 'accepted' ? [] : [id]));

/** The plain estimator with the parts that a mistake would change. */
function estimator(
  change: {
    factor?: (won: boolean, o: Setting) => number;
    chance?: (o: Setting) => number;
    plays?: (o: Setting) => number;
    error?: (variance: number, mean: number, n: number) => number;
    mean?: (values: number[], weights: number[]) => number;
  } = {},
): Program {
  return (o, rng) => {
    const values: number[] = [];
    const weights: number[] = [];
    for (let i = 0; i < o.trials; i++) {
      let money = o.start;
      let weight = 1;
      for (let n = 0; n < (change.plays?.(o) ?? o.maxPlays) && money > 0 && money < o.target; n++) {
        const won = rng() < (change.chance?.(o) ?? o.q);
        money += won ? 1 : -1;
        weight *= change.factor?.(won, o) ?? (won ? o.p / o.q : (1 - o.p) / (1 - o.q));
      }
      weights.push(weight);
      values.push(money >= o.target ? weight : 0);
    }
    const n = o.trials;
    const mean = values.reduce((a, b) => a + b, 0) / n;
    const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / n;
    return {
      mean: change.mean?.(values, weights) ?? mean,
      standardError: change.error?.(variance, mean, n) ?? Math.sqrt(variance / n),
    };
  };
}

describe('the checks', () => {
  test('the reference passes under several seeds, the sheet included', async () => {
    expect(refused(await judge(estimateWinProbability, 7, true))).toEqual([]);
    for (const seed of [1, 2, 3]) expect(refused(await judge(estimateWinProbability, seed))).toEqual([]);
  });

  test('divisor n is as good as n − 1, also for two trials', async () => {
    expect(refused(await judge(estimator(), 4))).toEqual([]);
  });

  test.each([
    ['no ratio', { factor: () => 1 }, 'mean', 'ratio-missing'],
    [
      'upside down',
      { factor: (won: boolean, { p, q }: Setting) => (won ? q / p : (1 - q) / (1 - p)) },
      'mean',
      'ratio-inverted',
    ],
    ['wins only', { factor: (won: boolean, { p, q }: Setting) => (won ? p / q : 1) }, 'mean', 'wins-only'],
    ['sampled with p', { chance: ({ p }: Setting) => p }, 'mean', 'sampled-with-p'],
    ['plain Monte Carlo', { chance: ({ p }: Setting) => p, factor: () => 1 }, 'variance', 'not-importance'],
    ['one play more', { plays: ({ maxPlays }: Setting) => maxPlays + 1 }, 'mean', 'one-play-more'],
    ['one play fewer', { plays: ({ maxPlays }: Setting) => maxPlays - 1 }, 'mean', 'one-play-fewer'],
    [
      'self-normalised',
      {
        mean: (values: number[], weights: number[]) =>
          values.reduce((a, b) => a + b, 0) / weights.reduce((a, b) => a + b, 0),
      },
      'mean',
      'self-normalised',
    ],
    [
      'ratios above 1 cut off',
      { mean: (values: number[]) => values.reduce((a, b) => a + Math.min(1, b), 0) / values.length },
      'mean',
      'weights-cut-off',
    ],
    [
      'estimates above 1 cut off',
      { mean: (values: number[]) => Math.min(1, values.reduce((a, b) => a + b, 0) / values.length) },
      'mean',
      'estimate-cut-off',
    ],
    ['the standard deviation', { error: (variance: number) => Math.sqrt(variance) }, 'error', 'deviation'],
    [
      'divided by n',
      { error: (variance: number, _: number, n: number) => Math.sqrt(variance) / n },
      'error',
      'divided-twice',
    ],
    ['the variance', { error: (variance: number, _: number, n: number) => variance / n }, 'error', 'variance'],
    [
      'the second moment',
      { error: (variance: number, mean: number, n: number) => Math.sqrt((variance + mean ** 2) / n) },
      'error',
      'second-moment',
    ],
    [
      '1.96 of them',
      { error: (variance: number, _: number, n: number) => 1.96 * Math.sqrt(variance / n) },
      'error',
      'half-width',
    ],
    ['0', { error: () => 0 }, 'error', 'zero'],
  ] as [string, Parameters<typeof estimator>[0], string, string][])(
    '%s is refused and named',
    async (_, change, check, id) => {
      const verdict = (await judge(estimator(change), 5))[check]!;
      expect(verdict.status).toBe('wrong-answer');
      expect(verdict.mistake?.id).toBe(id);
    },
  );

  test('figures and name are of the same game: the standard error of the mean over the winners', async () => {
    const ofWinners: Program = (o, rng) => {
      let all: number[] = [];
      const { mean } = estimator({
        mean: (values) => {
          all = values;
          return values.reduce((a, b) => a + b, 0) / values.length;
        },
      })(o, rng);
      const won = all.filter((value) => value > 0);
      const m = won.reduce((a, b) => a + b, 0) / won.length;
      const variance = won.reduce((a, b) => a + (b - m) ** 2, 0) / (won.length - 1);
      return { mean, standardError: Math.sqrt(variance / won.length) };
    };
    const { status, mistake, summary } = (await judge(ofWinners, 5)).error!;
    expect(status).toBe('wrong-answer');
    expect(mistake?.id).toBe('winners-among-winners');
    expect(summary).toContain(GAMES[0]!.title);
  });

  test('the standard error of the share of wins is refused where nearly every path wins', async () => {
    const ofShare: Program = (o, rng) => {
      let share = 0;
      const { mean } = estimator({
        mean: (values) => {
          share = values.filter((value) => value > 0).length / o.trials;
          return values.reduce((a, b) => a + b, 0) / o.trials;
        },
      })(o, rng);
      return { mean, standardError: share > 0 ? mean * Math.sqrt((1 - share) / share / o.trials) : 0 };
    };
    const verdicts = await judge(ofShare, 5);
    expect(refused(verdicts)).toEqual(['error']);
    expect(verdicts.error!.mistake?.id).toBe('error-of-a-share');
  });

  test('path probabilities that are 0 after a thousand plays are refused by name', async () => {
    const divided: Program = (o, rng) => {
      const values = Array.from({ length: o.trials }, () => {
        let [money, underP, underQ] = [o.start, 1, 1];
        for (let n = 0; n < o.maxPlays && money > 0 && money < o.target; n++) {
          const won = rng() < o.q;
          money += won ? 1 : -1;
          underP *= won ? o.p : 1 - o.p;
          underQ *= won ? o.q : 1 - o.q;
        }
        return money >= o.target ? underP / underQ : 0;
      });
      const mean = values.reduce((a, b) => a + b, 0) / o.trials;
      const squares = values.reduce((a, b) => a + (b - mean) ** 2, 0);
      return { mean, standardError: Math.sqrt(squares / (o.trials - 1) / o.trials) };
    };
    const verdicts = await judge(divided, 5);
    expect(refused(verdicts)).toEqual(['edges']);
    expect(verdicts.edges!.mistake?.id).toBe('underflow');
  });

  test('estimates that are all the same: their standard error is not called wrong', async () => {
    const { error } = await judge(estimator({ plays: ({ maxPlays }) => maxPlays - 1 }), 5);
    expect(error!.summary).toContain('All 150 estimates are 0, though');
  });

  test('a ratio that goes on after the end keeps its mean, and fails for its variance', async () => {
    const goesOn: Program = (o, rng) => {
      const values = Array.from({ length: o.trials }, () => {
        let money = o.start;
        let weight = 1;
        for (let n = 0; n < o.maxPlays; n++) {
          const won = rng() < o.q;
          if (money > 0 && money < o.target) money += won ? 1 : -1;
          weight *= won ? o.p / o.q : (1 - o.p) / (1 - o.q);
        }
        return money >= o.target ? weight : 0;
      });
      const mean = values.reduce((a, b) => a + b, 0) / o.trials;
      const squares = values.reduce((a, b) => a + (b - mean) ** 2, 0);
      return { mean, standardError: Math.sqrt(squares) / o.trials };
    };
    const { mean, variance } = await judge(goesOn, 6);
    expect(mean!.status).toBe('accepted');
    expect(variance!.mistake?.id).toBe('goes-on');
  });

  test('inputs are the same every time, and others under another seed', async () => {
    const seeds = async (seed: number): Promise<number[]> => {
      const found: number[] = [];
      for (const { plan } of exercise.checks(seed)[0]!.cases)
        await plan(async (_, { args }) => {
          found.push((args[1] as RngArg).seed);
          return { status: 'runtime-error', message: '', ms: 0 };
        });
      return found;
    };
    expect(await seeds(7)).toEqual(await seeds(7));
    expect(await seeds(7)).not.toEqual(await seeds(8));
  });
});

test('games cover the range: p = q, q < p, two trials, one play, rare wins', () => {
  const settings = GAMES.map(({ setting }) => setting);
  expect(settings.some(({ p, q }) => p === q)).toBe(true);
  expect(settings.some(({ p, q }) => q < p)).toBe(true);
  expect(settings.some(({ trials }) => trials === 2)).toBe(true);
  expect(settings.some(({ maxPlays }) => maxPlays === 1)).toBe(true);
  expect(settings.some((game) => winProbability(game) < 1e-7)).toBe(true);
  expect(settings.some(({ start, target }) => target !== 2 * start)).toBe(true);
});
