import { coerce } from '../../../harness/checks/coerce.ts';
import { type Hypothesis, type StatisticalCase, statisticalCheck } from '../../../harness/checks/statistical.ts';
import { RngArg } from '../../../harness/model/call.ts';
import type { Check } from '../../../harness/model/exercise.ts';
import { isRecord, type Value } from '../../../harness/model/value.ts';
import { explainError, explainMean, explainTrials, explainVariance } from './explain.ts';
import { type Moments, momentsOf } from './game.ts';
import { estimateCall, GAMES, type Played, SHEET } from './games.ts';
import { type Estimate, honestyTest, meanTest, sizeTest, trialsTest, varianceTest } from './laws.ts';

const FUNCTION = 'estimateWinProbability';

/** Reads a result, or says why it is none. A standard error that is NaN is left to its own criterion. */
export function readEstimate(value: Value): Estimate | string {
  if (!isRecord(value)) return 'it should return { mean, standardError }, two scalars.';
  const [mean, standardError] = (['mean', 'standardError'] as const).map((key) => {
    const part = coerce(value[key], [], key);
    return part.ok ? part.array.data[0]! : part.problem;
  }) as [number | string, number | string];
  if (typeof mean === 'string') return mean;
  if (typeof standardError === 'string') return standardError;
  if (!Number.isFinite(mean)) return `mean is ${mean}.`;
  return { mean, standardError };
}

type Claim = 'mean' | 'variance' | 'error' | 'trials' | 'reported';

function claims(played: Played): Record<Claim, Hypothesis<Estimate>> {
  const { trials } = played.setting;
  const moments = momentsFor(played);
  return {
    mean: {
      id: 'mean',
      claim: 'the estimates are the probability to win, in the mean',
      test: (draws) => meanTest(draws, moments(), trials),
      explain: (draws) => explainMean(draws, played, moments()),
    },
    variance: {
      id: 'variance',
      claim: 'their variance is at most 1.5 times that of the plain estimator, whose ratio ends with the game',
      test: (draws) => varianceTest(draws, moments(), trials),
      explain: (draws) => explainVariance(draws, played, moments()),
    },
    error: {
      id: 'error',
      claim: 'the standard errors are those that the estimates have',
      test: (draws) => honestyTest(draws, moments(), trials),
      explain: (draws) => explainError(draws, played, moments()),
    },
    trials: {
      id: 'trials',
      claim: 'the estimates vary as those of two trials do',
      test: (draws) => trialsTest(draws, moments(), trials),
      explain: (draws) => explainTrials(draws, played, moments()),
    },
    reported: {
      id: 'reported',
      claim: 'the standard error has the size of the true one (within a factor of 3)',
      test: (draws) => sizeTest(draws, moments(), trials),
      explain: (draws) => explainError(draws, played, moments()),
    },
  };
}

function statisticalCase(played: Played, wanted: readonly Claim[]): StatisticalCase<Estimate> {
  const { id, title, setting, calls } = played;
  const all = claims(played);
  const isAsked = (claim: Claim): boolean => claimsOf(played).includes(claim);
  return {
    id,
    title,
    calls: (random) => Array.from({ length: calls }, () => estimateCall(setting, new RngArg(random.bits()))),
    read: readEstimate,
    hypotheses: wanted.filter(isAsked).map((claim) => all[claim]),
  };
}

/** What is asked of the estimates of a game. */
function claimsOf({ setting, only }: Played): Claim[] {
  if (only !== undefined) return [only];
  const always: Claim[] = ['mean', 'variance', 'error', 'reported'];
  return setting.trials === 2 ? [...always, 'trials'] : always;
}

const known = new Map<string, Moments>();

/** Exact moments, worked out when first asked for: they are the same for every submission. */
function momentsFor({ id, setting }: Played): () => Moments {
  return () => {
    const moments = known.get(id) ?? momentsOf(setting);
    known.set(id, moments);
    return moments;
  };
}

/** Of a single test; nearly thirty of them stand in the three checks of the games, two in that of the sheet's. */
const LEVEL_SQUARED = 2.4e-9;

const CHECKS: { id: string; title: string; praise: string; claims: readonly Claim[] }[] = [
  {
    id: 'mean',
    title: 'The estimates are unbiased: games whose truth is known by dynamic programming',
    praise: 'On every game the estimates have the right mean.',
    claims: ['mean', 'trials'],
  },
  {
    id: 'variance',
    title: 'Their variance is that of a likelihood ratio over the plays made',
    praise: 'The variance is that of the plain estimator, or less.',
    claims: ['variance'],
  },
  {
    id: 'error',
    title: 'The standard error is honest',
    praise: 'The reported standard errors are those that the estimates have.',
    claims: ['error'],
  },
];

function makeCheck(
  seed: number,
  options: { id: string; title: string; praise: string; claims: readonly Claim[]; games: readonly Played[] },
): Check {
  const { id, title, praise, games } = options;
  const cases = games.map((played) => statisticalCase(played, options.claims));
  const tests = cases.reduce((sum, { hypotheses }) => sum + hypotheses.length, 0);
  // The same level for every test, whichever of the checks it stands in.
  return statisticalCheck({ id, title, function: FUNCTION, seed, praise, cases, falseAlarm: LEVEL_SQUARED * tests });
}

/** `mean`, `variance` and `error`: three questions about the same calls. */
export function gameChecks(seed: number): Check[] {
  const all = CHECKS.flatMap(({ claims: wanted }) => wanted);
  // This plan asks for fresh draws wherever one of all claims fails, so that each of the three checks finds its own.
  const { cases } = makeCheck(seed, { id: 'games', title: '', praise: '', claims: all, games: GAMES });
  return CHECKS.map((check) => {
    const games = GAMES.filter((played) => claimsOf(played).some((claim) => check.claims.includes(claim)));
    return { ...makeCheck(seed, { ...check, id: 'games', games }), id: check.id, cases };
  });
}

/** `sheet`: the sheet's own game, once. */
export function sheetCheck(seed: number): Check {
  const played: Played = { id: 'sheet', title: "the sheet's game, 3000 paths", setting: SHEET, calls: 1 };
  return makeCheck(seed, {
    id: 'sheet',
    title: "The sheet's game: 2.388e-6, with the standard error that belongs to it",
    praise: 'The estimate is as near to 2.388e-6 as it should be.',
    claims: ['mean', 'reported'],
    games: [played],
  });
}
