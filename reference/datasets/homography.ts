import { NdArray } from '../../harness/model/value.ts';
import { expm, inverse, matmul, transpose } from '../../harness/numerics/linalg.ts';

/**
 * Homographies of pictures: matrices [3, 3] that act on the normalised coordinates (x, y, 1), x to the right and y
 * downwards, with the centres of the corner pixels at ±1. A factor in front of a matrix changes nothing of its action.
 */

/**
 * A basis of sl(3), the traceless matrices, in the order of Nan et al. (DRMIME, MIDL 2020): two translations, two shears,
 * two scalings, two perspectives.
 */
export const SL3_BASIS: readonly NdArray[] = [
  [0, 0, 1, 0, 0, 0, 0, 0, 0],
  [0, 0, 0, 0, 0, 1, 0, 0, 0],
  [0, 1, 0, 0, 0, 0, 0, 0, 0],
  [0, 0, 0, 1, 0, 0, 0, 0, 0],
  [1, 0, 0, 0, -1, 0, 0, 0, 0],
  [0, 0, 0, 0, -1, 0, 0, 0, 1],
  [0, 0, 0, 0, 0, 0, 1, 0, 0],
  [0, 0, 0, 0, 0, 0, 0, 1, 0],
].map((entries) => NdArray.of(entries, [3, 3]));

/** H = expm(Σᵢ vᵢ Bᵢ), [3, 3], for eight numbers v. */
export function homographyOf(v: readonly number[]): NdArray {
  const C = NdArray.zeros([3, 3]);
  for (const [i, basis] of SL3_BASIS.entries()) for (let k = 0; k < 9; k++) C.data[k]! += v[i]! * basis.data[k]!;
  return expm(C);
}

/** Where H takes the point (x, y). Not finite where the point goes to infinity. */
export function mapPoint({ data: h }: NdArray, x: number, y: number): [number, number] {
  const w = h[6]! * x + h[7]! * y + h[8]!;
  return [(h[0]! * x + h[1]! * y + h[2]!) / w, (h[3]! * x + h[4]! * y + h[5]!) / w];
}

export interface Size {
  height: number;
  width: number;
}

const CORNERS = [
  [-1, -1],
  [1, -1],
  [-1, 1],
  [1, 1],
] as const;

/** Distances in pixels between where two homographies take the four corners. */
export function cornerDistances(a: NdArray, b: NdArray, { height, width }: Size): number[] {
  return CORNERS.map(([x, y]) => {
    const [ax, ay] = mapPoint(a, x, y);
    const [bx, by] = mapPoint(b, x, y);
    return Math.hypot(((ax - bx) * (width - 1)) / 2, ((ay - by) * (height - 1)) / 2);
  });
}

/** The mean of these distances: the usual figure of merit of a registration. NaN where a corner goes to infinity. */
export function cornerError(a: NdArray, b: NdArray, size: Size): number {
  const mean = cornerDistances(a, b, size).reduce((sum, distance) => sum + distance, 0) / CORNERS.length;
  return Number.isFinite(mean) ? mean : Number.NaN;
}

/** From pixel coordinates (column, row) to normalised ones. */
function normalisation({ height, width }: Size): NdArray {
  return NdArray.of([2 / (width - 1), 0, -1, 0, 2 / (height - 1), -1, 0, 0, 1], [3, 3]);
}

/** The homography of the same motion in pixel coordinates (column, row), with the first pixel at 0. */
export function inPixels(H: NdArray, size: Size): NdArray {
  const N = normalisation(size);
  return matmul(inverse(N), matmul(H, N));
}

/** The homography in normalised coordinates whose matrix in pixel coordinates is given. */
export function fromPixels(H: NdArray, size: Size): NdArray {
  const N = normalisation(size);
  return matmul(N, matmul(H, inverse(N)));
}

/** The same motion for points written as (y, x). */
export function axesExchanged(H: NdArray): NdArray {
  const P = NdArray.of([0, 1, 0, 1, 0, 0, 0, 0, 1], [3, 3]);
  return matmul(P, matmul(H, P));
}

/** The same matrix without its perspective row. */
export function affinePart({ data: h }: NdArray): NdArray {
  return NdArray.of([...h.subarray(0, 6), 0, 0, h[8]!], [3, 3]);
}

/** The affine motion that takes the corners closest to where H takes them, in the sense of least squares. */
export function bestAffine(H: NdArray): NdArray {
  const images = CORNERS.map(([x, y]) => mapPoint(H, x, y));
  // Over the corners 1, x and y are orthogonal with squared length 4.
  const row = (axis: 0 | 1): number[] => [
    images.reduce((sum, image, i) => sum + image[axis] * CORNERS[i]![0], 0) / 4,
    images.reduce((sum, image, i) => sum + image[axis] * CORNERS[i]![1], 0) / 4,
    images.reduce((sum, image) => sum + image[axis], 0) / 4,
  ];
  return NdArray.of([...row(0), ...row(1), 0, 0, 1], [3, 3]);
}

export { inverse, transpose };
