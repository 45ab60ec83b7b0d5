import { NdArray } from '../../../harness/model/value.ts';

/** Above the rounding of float32 by far, and below the distance that inputs keep from kinks. */
const STEP = 2 ** -9;

/** Rows x + h·eₖ and x − h·eₖ for every k in turn: one call of a layer on them has all its central differences. [2D, D] */
export function differenceRows(x: ArrayLike<number>): NdArray {
  const D = x.length;
  const rows = NdArray.zeros([2 * D, D]);
  for (let k = 0; k < D; k++) {
    for (const [side, sign] of [1, -1].entries()) {
      const row = 2 * k + side;
      for (let i = 0; i < D; i++) rows.data[row * D + i] = x[i]! + (i === k ? sign * STEP : 0);
    }
  }
  return rows;
}

/** ∂yᵢ/∂xₖ [D, D] from the results [2D, D] of a layer on those rows. */
export function jacobianOf(results: NdArray): NdArray {
  const D = results.shape[1]!;
  const jacobian = NdArray.zeros([D, D]);
  for (let k = 0; k < D; k++) {
    for (let i = 0; i < D; i++) {
      const [plus, minus] = [results.data[2 * k * D + i]!, results.data[(2 * k + 1) * D + i]!];
      jacobian.data[i * D + k] = (plus - minus) / (2 * STEP);
    }
  }
  return jacobian;
}
