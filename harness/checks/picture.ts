import type { Call } from '../model/call.ts';
import type { Ask, Check } from '../model/exercise.ts';
import type { Outcome } from '../model/observation.ts';
import { NdArray, type Value } from '../model/value.ts';
import type { Evidence } from '../model/verdict.ts';
import { montage, pixelDiff, ssim, toPng } from '../numerics/images.ts';
import { type CaseResult, combine, failedCall } from './case-result.ts';
import { tellingCases } from './values.ts';

export interface PictureCase {
  id: string;
  /** Reads well after "on". */
  title: string;
  call: Call | (() => Call);
  /** The pictures that a result shows, each [h, w] or [h, w, 3] in [0, 1]; in words why there are none. */
  render(value: Value): NdArray[] | string;
  /** Shared with another check that makes the same call. */
  caseId?: string;
}

export interface PictureOptions {
  id: string;
  title: string;
  function: string;
  cases: PictureCase[];
  /** Cases that known mistakes are run on, by their ids here; see Check. */
  telling?: string[];
  /** Colour difference from which pixelmatch counts a pixel as different, 0 to 1, and the share of such pixels allowed. */
  threshold: number;
  share: number;
  /** Least structural similarity (Wang et al. 2004), 1 for equal pictures. */
  ssim: number;
  /** Why these bounds. */
  reason: string;
  /** Enlargement of the pictures in the report. */
  scale: number;
}

/** Compares rendered pictures with the reference's: pixel by pixel, and by structural similarity. */
export function pictureCheck(options: PictureOptions): Check {
  const cases = options.cases.map((item) => ({
    id: item.caseId ?? `${options.id}/${item.id}`,
    title: item.title,
    plan: async (ask: Ask) => void (await ask('value', typeof item.call === 'function' ? item.call() : item.call)),
  }));
  return {
    id: options.id,
    kind: 'picture',
    title: options.title,
    function: options.function,
    parameters: { threshold: options.threshold, share: options.share, ssim: options.ssim },
    cases,
    ...tellingCases(options, cases),
    judge({ submission, reference, overrides }) {
      const bounds = { ...options, ...overrides };
      const results = options.cases.map((item, i) => {
        const id = cases[i]!.id;
        return judgePicture(bounds, item, submission[id]!.value!, reference[id]!.value!);
      });
      return combine(results, 'The pictures agree with those of the reference.');
    },
  };
}

function judgePicture(options: PictureOptions, item: PictureCase, outcome: Outcome, reference: Outcome): CaseResult {
  const { title } = item;
  if (outcome.status !== 'ok') return failedCall(title, options.function, outcome);
  if (reference.status !== 'ok') throw new Error(`the reference has no picture: ${reference.message}`);
  const expected = item.render(reference.value);
  if (typeof expected === 'string') throw new Error(`the reference has no picture: ${expected}`);
  const actual = item.render(outcome.value);
  if (typeof actual === 'string') {
    return {
      title,
      status: 'wrong-answer',
      statement: `${options.function} on ${title}: ${actual}`,
      figure: 'no picture',
    };
  }
  // Each picture on its own: one that is wrong does not hide among nine that are right.
  const shares = expected.map((picture, i) => pixelDiff(actual[i]!, picture, { threshold: options.threshold }).share);
  const similarities = expected.map((picture, i) => ssim(actual[i]!, picture));
  const share = shares.reduce((a, b) => Math.max(a, b), 0);
  // Math.min keeps a NaN, and NaN fails the comparison below, as it must.
  const similarity = similarities.reduce((a, b) => Math.min(a, b), 1);
  const [sheet, expectedSheet] = [montage([actual]), montage([expected])];
  const { scale } = options;
  const files = {
    [`${options.id}-${item.id}-expected.png`]: toPng(expectedSheet, { scale }),
    [`${options.id}-${item.id}-actual.png`]: toPng(sheet, { scale }),
    [`${options.id}-${item.id}-difference.png`]: pixelDiff(sheet, expectedSheet, {
      threshold: options.threshold,
      scale,
    }).png,
  };
  const [height, width] = expectedSheet.shape as [number, number];
  const labels = ['expected', 'actual', 'difference'];
  const evidence: Evidence[] = [
    {
      kind: 'pictures',
      title: `Pictures on ${title}`,
      pictures: Object.keys(files).map((file, i) => ({
        label: labels[i]!,
        file,
        width: width * options.scale,
        height: height * options.scale,
      })),
      note: `${(100 * share).toFixed(2)} % of the pixels differ in the worst picture (allowed ${100 * options.share} %), structural similarity ${similarity.toFixed(4)} (at least ${options.ssim}).`,
    },
  ];
  const figure = `${(100 * share).toFixed(2)} % pixels differ, SSIM ${similarity.toFixed(4)}`;
  const ok = share <= options.share && similarity >= options.ssim;
  if (ok) return { title, status: 'accepted', statement: '', figure, evidence, files };
  // A PNG shows values beyond 0 and 1 as black and white: pictures that look alike may be told apart by those alone.
  const shownAlike =
    share <= options.share && expected.every((one, i) => ssim(clamped(actual[i]!), clamped(one)) >= options.ssim);
  const difference = shownAlike
    ? `the pictures look alike, but values below 0 or above 1, which they show as black and white, differ from the expected ones (structural similarity of the values ${similarity.toFixed(3)})`
    : `the picture differs from the expected one in ${(100 * share).toFixed(1)} % of its pixels (structural similarity ${similarity.toFixed(3)})`;
  return {
    title,
    status: 'wrong-answer',
    statement: `${options.function} on ${title}: ${difference}.`,
    figure,
    evidence,
    files,
  };
}

function clamped({ shape, data }: NdArray): NdArray {
  return new NdArray(
    shape,
    data.map((value) => Math.min(1, Math.max(0, value))),
  );
}
