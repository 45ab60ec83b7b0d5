import { coerce, select } from '../../../harness/checks/coerce.ts';
import type { Deviation, PropertyCase } from '../../../harness/checks/property.ts';
import { asArrayOf, DOUBLE } from '../../../harness/checks/values.ts';
import type { NdArray, Value } from '../../../harness/model/value.ts';
import { maxAbs } from '../../../harness/numerics/compare.ts';
import { type BrightTie, CHANNELS, KERNEL, PARAMETERS, type ParameterName, SIDE, type WindowTie } from './inputs.ts';

/** Both in every case of ties: six gradients of the submission and of the reference. */
type Deviations = PropertyCase['deviations'];

const bound = (expected: ArrayLike<number>): number => DOUBLE.atol + DOUBLE.rtol * maxAbs(expected);

/** Pictures whose ties make no difference: whichever cell takes the gradient, all six come out the same. */
export const whateverTheChoice: Deviations = ({ value }, { value: truth }) => compare(value!.value, truth!.value, []);

/** All entries but those of the kernels whose windows have ties, of which more below. */
function compare(value: Value, truth: Value, ties: { name: ParameterName; channels: number }[]): Deviation[] | string {
  const found: Deviation[] = [];
  for (const name of PARAMETERS) {
    const expected = select(truth, [name]) as NdArray;
    const actual = coerce(select(value, [name]), expected.shape, `∂L/∂${name}`);
    if (!actual.ok) return actual.problem;
    const tie = ties.find((one) => one.name === name);
    const counts = (i: number): boolean => tie === undefined || i % tie.channels !== 0;
    let error = 0;
    for (let i = 0; i < expected.data.length; i++) {
      const difference = Math.abs(actual.array.data[i]! - expected.data[i]!);
      // NaN stays NaN: it is never smaller.
      if (counts(i) && !(difference <= error)) error = difference;
    }
    found.push({ identity: `∂L/∂${name} is the reference's`, error, bound: bound(expected.data) });
  }
  return found;
}

/**
 * Entry [u,v] of the gradient of the kernel that is 0 is δ where cell (row + 2 − u, column + 2 − v) took the gradient δ of its
 * window, and 0 where it did not. The 5×5 entries hold four whole windows.
 */
export function brightWindows({ row, column }: Pick<BrightTie, 'row' | 'column'>): number[][] {
  const windows = new Map<string, number[]>();
  for (let u = 0; u < KERNEL; u++) {
    for (let v = 0; v < KERNEL; v++) {
      const key = `${Math.floor((row + 2 - u) / 2)} ${Math.floor((column + 2 - v) / 2)}`;
      windows.set(key, [...(windows.get(key) ?? []), u * KERNEL + v]);
    }
  }
  return [...windows.values()].filter((entries) => entries.length === 4);
}

export const oneCellOfStageOne =
  (tie: BrightTie): Deviations =>
  ({ value }, { value: truth }) => {
    const others = compare(value!.value, truth!.value, [{ name: 'W1', channels: CHANNELS }]);
    if (typeof others === 'string') return others;
    const kernel = (of: Value): Float64Array => {
      const { data } = asArrayOf(select(of, ['W1']), [KERNEL, KERNEL, 1, CHANNELS])!;
      return Float64Array.from({ length: KERNEL * KERNEL }, (_, i) => data[i * CHANNELS]!);
    };
    const [actual, expected] = [kernel(value!.value), kernel(truth!.value)];
    return [...others, ...singleCell(brightWindows(tie), actual, expected)];
  };

/** The four entries of each window: one holds the whole gradient of the window, the others nothing. */
export function singleCell(windows: number[][], actual: ArrayLike<number>, expected: ArrayLike<number>): Deviation[] {
  const allowed = bound(expected);
  return windows.map((entries) => {
    const four = entries.map((i) => actual[i]!);
    const sum = (of: ArrayLike<number>): number => entries.reduce((total, i) => total + of[i]!, 0);
    const sizes = four.map(Math.abs).sort((a, b) => b - a);
    const missing = Math.abs(sum(actual) - sum(expected));
    const error = four.every(Number.isFinite) ? Math.max(missing, sizes[1]!) : Number.NaN;
    return {
      identity: 'where all four cells of a pooling window are equal, exactly one of them takes the whole gradient',
      error,
      bound: allowed,
      evidence: [
        {
          kind: 'text',
          title: 'What the four cells of a window took',
          text: `${four.map((x) => x.toPrecision(4)).join(', ')}; together it should be ${sum(expected).toPrecision(4)}, in one of them.`,
        },
      ],
    };
  });
}

export const oneCellOfStageTwo = (tie: WindowTie): Deviations => {
  let pooled: Float64Array | undefined;
  return ({ value }, { value: truth }) => {
    const others = compare(value!.value, truth!.value, [{ name: 'W2', channels: 16 }]);
    if (typeof others === 'string') return others;
    const { data } = asArrayOf(select(value!.value, ['W2']), [KERNEL, KERNEL, CHANNELS, 16])!;
    const actual = Float64Array.from({ length: data.length / 16 }, (_, i) => data[i * 16]!);
    // A bias's gradient is the sum over all places, here of one window alone.
    const delta = (select(truth!.value, ['B2']) as NdArray).data[0]!;
    pooled ??= firstStage(tie);
    const candidates = windowCells(tie).map(([row, column]) => patchOf(pooled!, row, column).map((p) => delta * p));
    const distances = candidates.map((candidate) => greatestDifference(actual, candidate));
    return [
      ...others,
      {
        identity:
          'where all four cells of a pooling window are equal, exactly one of them takes the whole gradient (stage 2)',
        error: distances.some(Number.isNaN) ? Number.NaN : Math.min(...distances),
        bound: bound(candidates[0]!),
      },
    ];
  };
};

function greatestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let greatest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    if (!(difference <= greatest)) greatest = difference;
  }
  return greatest;
}

/** The cells of the one window of stage 2 that counts, in its 14×14. */
function windowCells({ row, column }: Pick<WindowTie, 'row' | 'column'>): [number, number][] {
  return [0, 1].flatMap((i) => [0, 1].map((j): [number, number] => [2 * row + i, 2 * column + j]));
}

const HALF = SIDE / 2;

/** What kernel entry [u,v,c] of stage 2 sees from a cell: [5·5·8], zeros beyond the border. */
function patchOf(pooled: Float64Array, row: number, column: number): Float64Array {
  const patch = new Float64Array(KERNEL * KERNEL * CHANNELS);
  for (let i = 0; i < patch.length; i++) {
    const c = i % CHANNELS;
    const v = Math.floor(i / CHANNELS) % KERNEL;
    const u = Math.floor(i / (CHANNELS * KERNEL));
    const [r, s] = [row + u - 2, column + v - 2];
    if (r >= 0 && s >= 0 && r < HALF && s < HALF) patch[i] = pooled[(r * HALF + s) * CHANNELS + c]!;
  }
  return patch;
}

/** Stage 1 straight from its definition, of one picture: [14,14,8]. */
export function firstStage({ params: { W1, B1 }, x }: Pick<WindowTie, 'params' | 'x'>): Float64Array {
  const pooled = new Float64Array(HALF * HALF * CHANNELS);
  for (let row = 0; row < SIDE; row++) {
    for (let column = 0; column < SIDE; column++) {
      for (let c = 0; c < CHANNELS; c++) {
        let a = B1.data[c]!;
        for (let u = 0; u < KERNEL; u++) {
          for (let v = 0; v < KERNEL; v++) {
            const [r, s] = [row + u - 2, column + v - 2];
            if (r < 0 || s < 0 || r >= SIDE || s >= SIDE) continue;
            a += W1.data[(u * KERNEL + v) * CHANNELS + c]! * x.data[r * SIDE + s]!;
          }
        }
        const to = ((row >> 1) * HALF + (column >> 1)) * CHANNELS + c;
        pooled[to] = Math.max(pooled[to]!, 1 / (1 + Math.exp(-a)));
      }
    }
  }
  return pooled;
}
