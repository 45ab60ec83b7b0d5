import { type CaseResult, combine } from '../../../harness/checks/case-result.ts';
import {
  type Figure,
  type Learned,
  readLosses,
  type TrainingCase,
  trainingCheck,
} from '../../../harness/checks/training.ts';
import { RngArg } from '../../../harness/model/call.ts';
import type { Check } from '../../../harness/model/exercise.ts';
import type { Success } from '../../../harness/model/observation.ts';
import { isRecord, type NdArray, type Value } from '../../../harness/model/value.ts';
import { pixelDiff, ssim } from '../../../harness/numerics/images.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { cornerError } from '../../datasets/homography.ts';
import type { ImagePair } from '../../datasets/image-pairs.ts';
import { BUDGET, registerCall } from './call.ts';
import { namedByForm, namedByLosses, namedByRelation } from './relations.ts';
import { readH } from './result.ts';
import { shortChecks } from './short-checks.ts';
import { difference, overlap, warp } from './warp.ts';

export interface PairCase {
  id: string;
  /** Of the check: "A pair with inverted contrast". */
  title: string;
  /** Reads well after "on". */
  on: string;
  pair: ImagePair;
  /** The bar for the mean corner error in pixels, and why. */
  bar: number;
  /** Added to the bar: what noise of the last steps is not held against a program. */
  jitter: number;
  /** Least structural similarity of the warped picture, within the overlap. */
  ssim: number;
}

export interface RegisterChecksOptions {
  /** File without extension. */
  module: string;
  seed: number;
  pairs: PairCase[];
}

/**
 * `register(fixed, moving, options) → { H, losses }`, for grey [h, w] and colour [h, w, 3] pairs whose motion is known: one
 * check a pair (`pair-<id>`), one of the losses of all of them, and short runs for what the contract says of the options.
 */
export function registerChecks({ module, seed, pairs }: RegisterChecksOptions): Check[] {
  const trainings = pairs.map((item) => pairCheck(module, seed, item));
  return [...trainings, lossesCheck(pairs, trainings), ...shortChecks(module, seed, pairs[0]!.pair)];
}

const REASON =
  'The mean corner error is how far H takes the four corners from where they belong, in pixels; a factor in front of H does not matter. Programs whose rate falls to 0, or that average their last iterates, reach 0.02 to 0.4 px; what a rate that does not fall leaves, a pixel, is not held against them. Wrong programs were measured at 2.8 px and more on the pairs that they fail.';

function pairCheck(module: string, seed: number, item: PairCase): Check {
  const rngOf = (name: string) => new RngArg(derive(seed, `registration/rng/${name}`).integer(2 ** 31));
  const call = (attempt: number) => {
    const rng = rngOf(attempt === 0 ? item.id : `${item.id}/again-${attempt}`);
    return registerCall(module, item.pair, { ...BUDGET, rng });
  };
  const training: TrainingCase = {
    id: item.id,
    title: item.on,
    calls: [{ id: 'register', call: (_, attempt) => call(attempt) }],
    again: ({ register }) => isNearMiss(item, register!),
    judge: (results, reference, bounds) => judgePair(item, results.register!, reference.register!, bounds),
  };
  return trainingCheck({
    id: `pair-${item.id}`,
    title: item.title,
    function: 'register',
    cases: [training],
    parameters: { cornerError: item.bar, jitter: item.jitter, ssim: item.ssim },
    reason: REASON,
    praise: 'The motion was found.',
  });
}

/**
 * A noisy last stretch takes right programs beyond the bar now and then (1.91 and 2.42 px on one non-monotone pair each, docs/training.md).
 * No wrong program comes so near by construction of the pairs: affine motions leave 2.7 px and more.
 */
const NEAR = 2.6;

function isNearMiss({ pair, bar, jitter }: PairCase, { value }: Success): boolean {
  const H = readH(value);
  if (typeof H === 'string') return false;
  const error = cornerError(H, pair.H, pair);
  return error > bar + jitter && error <= NEAR;
}

/** Pixels whose grey value is off by so much that one sees it. */
const VISIBLE = 0.1;

function judgePair(
  { pair }: PairCase,
  result: Success,
  reference: Success,
  bounds: Record<string, number>,
): Learned | string {
  const bar = bounds.cornerError! + bounds.jitter!;
  const H = readH(result.value);
  const losses = lossesOf(result.value);
  if (typeof H === 'string') {
    const mistake = (losses === undefined ? undefined : namedByLosses(losses, pair)) ?? { id: 'no-matrix', message: H };
    const figures: Figure[] = [{ name: 'mean corner error', value: Number.NaN, unit: 'px', better: 'lower', bar }];
    return { figures, statement: H, mistake, ...(losses === undefined ? {} : { losses: { program: losses } }) };
  }
  const error = cornerError(H, pair.H, pair);
  const visible = overlap(pair.H, pair);
  const [warped, truth] = [warp(pair.moving, H, visible), warp(pair.moving, pair.H, visible)];
  const similarity = ssim(warped, truth);
  const share = pixelDiff(warped, truth, { threshold: VISIBLE }).share;
  const named = error <= bar ? undefined : nameMistake(H, losses ?? [], pair, bar);
  const figures: Figure[] = [
    { name: 'mean corner error', value: error, unit: 'px', better: 'lower', bar },
    { name: 'structural similarity of the warped picture', value: similarity, better: 'higher', bar: bounds.ssim! },
    { name: 'pixels of the warped picture that differ visibly', value: 100 * share, unit: '%', better: 'lower' },
  ];
  const theirs = lossesOf(reference.value);
  return {
    figures,
    ...(losses === undefined
      ? {}
      : { losses: { program: losses, ...(theirs === undefined ? {} : { reference: theirs }) } }),
    strips: {
      title: 'Fixed, moving, warped by your H, and its difference from the truth',
      note: `Mean corner error ${error.toFixed(2)} px, structural similarity ${similarity.toFixed(3)}. Grey where the moving picture does not reach.`,
      rows: [
        {
          label: 'fixed · moving · warped · difference',
          pictures: [pair.fixed, pair.moving, warped, difference(warped, truth)],
        },
      ],
      scale: 3,
    },
    ...(named === undefined ? {} : { statement: named.message, mistake: named }),
  };
}

function nameMistake(H: NdArray, losses: readonly number[], pair: ImagePair, bar: number) {
  return (
    namedByForm(H, pair.H, pair) ??
    namedByRelation(H, pair.H, pair, bar) ??
    (losses.length === 0 ? undefined : namedByLosses(losses, pair))
  );
}

function lossesOf(value: Value): number[] | undefined {
  const losses = isRecord(value) ? readLosses(value.losses, { least: 1, why: 'one an iteration' }) : '';
  return typeof losses === 'string' ? undefined : losses;
}

/**
 * The loss has to be lower at the end than at the beginning, by this much: means over a twentieth of the iterations have a
 * noise of some hundredths, and right programs fall by 0.6 at least.
 */
const FALL = 0.1;

/** Of the same runs as the pairs: as many losses as iterations, all finite, and falling. */
function lossesCheck(pairs: PairCase[], trainings: Check[]): Check {
  return {
    id: 'losses',
    kind: 'training',
    title: 'One loss an iteration, and it falls',
    function: 'register',
    cases: trainings.flatMap(({ cases }) => cases),
    telling: [],
    judge({ submission }) {
      const results = pairs.flatMap(({ on, id }): CaseResult[] => {
        const outcome = submission[`pair-${id}/${id}`]?.register;
        // Why there is no result is said by the pair's own check.
        if (outcome?.status !== 'ok') {
          return [{ title: on, status: outcome?.status ?? 'skipped', statement: `register on ${on} gave no losses.` }];
        }
        return [{ title: on, ...judgeLosses(outcome.value) }];
      });
      return combine(results, 'There is one finite loss for every iteration, and the losses fall.');
    },
  };
}

/** Pure; for tests, too. */
export function judgeLosses(value: Value): Omit<CaseResult, 'title'> {
  const { iterations } = BUDGET;
  const wrong = (statement: string, mistake?: CaseResult['mistake']): Omit<CaseResult, 'title'> => ({
    status: 'wrong-answer',
    statement: `register: ${statement}`,
    ...(mistake === undefined ? {} : { mistake }),
  });
  const losses = readLosses(isRecord(value) ? value.losses : undefined, { least: 0, why: '' });
  if (typeof losses === 'string') return wrong(losses, { id: 'losses-not-numbers', message: losses });
  if (losses.length !== iterations) {
    const message = `losses has ${losses.length} entries for ${iterations} iterations; one an iteration is asked for.`;
    return wrong(message, { id: 'losses-count', message });
  }
  const part = Math.floor(iterations / 20);
  const mean = (list: number[]): number => list.reduce((sum, loss) => sum + loss, 0) / list.length;
  const [start, end] = [mean(losses.slice(0, part)), mean(losses.slice(-part))];
  const figure = `${start.toFixed(2)} → ${end.toFixed(2)}`;
  if (end <= start - FALL) return { status: 'accepted', statement: '', figure };
  const rising = end >= start + FALL;
  const message = rising
    ? `The loss rises, from ${start.toFixed(2)} to ${end.toFixed(2)}: is its sign that of the negated bound, and is it made smaller?`
    : `The loss stays where it is, at ${end.toFixed(2)}: nothing is learned.`;
  // Without figures: the same mistake on every pair.
  const mistake = rising
    ? { id: 'loss-rises', message: 'The loss rises.', hint: 'Is its sign that of the negated bound?' }
    : { id: 'loss-stays', message: 'The loss does not fall: nothing is learned.' };
  return { ...wrong(message, mistake), figure };
}
