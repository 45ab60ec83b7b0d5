import { asArrayOf } from '../../../harness/checks/values.ts';
import type { CaseOutcomes, Check } from '../../../harness/model/exercise.ts';
import type { NdArray } from '../../../harness/model/value.ts';
import type { Verdict } from '../../../harness/model/verdict.ts';
import { columnMeans } from '../../../harness/numerics/linalg.ts';

/** An input of the check, as a mistake is read off from it. */
export interface Seen {
  id: string;
  caseId: string;
  draw: () => { xn: NdArray; xr: NdArray; d: number };
  /** Greatest error of a right result. */
  bound: number;
}

type Mistake = NonNullable<Verdict['mistake']>;

/** The words of the example program too-few-iterations. */
const NOT_CONVERGED: Mistake = {
  id: 'not-converged',
  message: 'The iteration for the components was stopped before it had converged.',
  hint: 'Iterate until the components no longer change (say by 1e-7) instead of a fixed small number of times.',
};

const ZERO_COMPONENTS: Mistake = {
  id: 'zero-components',
  message:
    'Where there are fewer components than d, directions of eigenvalue 0 were used as well: the result keeps a part of the picture in which the training digits do not differ.',
  hint: 'Leave out components whose eigenvalue is 0 up to rounding, compared with the largest one. N digits have at most N − 1 components.',
};

/** The only input whose neighbouring eigenvalues are close. */
const CLOSE = 'd10';
/** Inputs that have fewer components than d. */
const BEYOND: ReadonlySet<string> = new Set(['beyond', 'one-digit']);

/** An iteration that was stopped early still gives a picture that is a little off; nonsense differs by more. */
const NEARLY = 0.5;

/**
 * The check with a name for what no example program can show number by number: where an iteration stopped, and which
 * directions an eigenvalue routine gives for the eigenvalue 0, is different in every program.
 */
export function namedByItsInputs(check: Check, inputs: readonly Seen[]): Check {
  return {
    ...check,
    judge(given) {
      const verdict = check.judge(given);
      if (verdict.status !== 'wrong-answer' || verdict.mistake !== undefined) return verdict;
      const mistake = mistakeOf(inputs, given.submission, given.reference);
      return mistake === undefined ? verdict : { ...verdict, mistake };
    },
  };
}

function mistakeOf(
  inputs: readonly Seen[],
  submission: Record<string, CaseOutcomes>,
  reference: Record<string, CaseOutcomes>,
): Mistake | undefined {
  const off: { input: Seen; difference: Float64Array; error: number }[] = [];
  for (const input of inputs) {
    const difference = differenceOf(submission[input.caseId], reference[input.caseId]);
    if (difference === undefined) return undefined;
    const error = difference.reduce((worst, x) => Math.max(worst, Math.abs(x)), 0);
    if (error > input.bound) off.push({ input, difference, error });
  }
  if (off.length === 0) return undefined;
  if (off.every(({ input, error }) => input.id === CLOSE && error < NEARLY)) return NOT_CONVERGED;
  const beyond = off.every(({ input, difference }) => BEYOND.has(input.id) && isAcross(difference, input.draw()));
  return beyond ? ZERO_COMPONENTS : undefined;
}

/** Result less reference; undefined where that is not finite numbers throughout. */
function differenceOf(ours?: CaseOutcomes, theirs?: CaseOutcomes): Float64Array | undefined {
  const [a, b] = [ours?.value, theirs?.value];
  if (a?.status !== 'ok' || b?.status !== 'ok') return undefined;
  const expected = b.value as NdArray;
  const array = asArrayOf(a.value, expected.shape);
  if (array === undefined) return undefined;
  const difference = Float64Array.from(array.data, (x, i) => x - expected.data[i]!);
  return difference.every(Number.isFinite) ? difference : undefined;
}

/**
 * Whether the difference is a projection of x − m on directions in which the training digits do not vary: at right angles
 * to every one of them, less the mean, and with r · (x − m) = r · r.
 */
function isAcross(difference: Float64Array, { xn, xr }: { xn: NdArray; xr: NdArray }): boolean {
  const [n, size] = xn.shape as [number, number];
  const mean = columnMeans(xr);
  for (let i = 0; i < n; i++) {
    const r = difference.subarray(i * size, (i + 1) * size);
    const along = (row: NdArray, at: number): number =>
      r.reduce((sum, x, k) => sum + x * (row.data[at * size + k]! - mean[k]!), 0);
    const square = r.reduce((sum, x) => sum + x * x, 0);
    if (Math.abs(along(xn, i) - square) > 1e-2 * square) return false;
    for (let j = 0; j < xr.shape[0]!; j++) {
      let length = 0;
      for (let k = 0; k < size; k++) length += (xr.data[j * size + k]! - mean[k]!) ** 2;
      if (Math.abs(along(xr, j)) > 1e-3 * Math.sqrt(square * length)) return false;
    }
  }
  return true;
}
