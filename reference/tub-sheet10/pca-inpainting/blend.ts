import { NdArray } from '../../../harness/model/value.ts';
import { columnMeans, matmul, symmetricEigen, transpose } from '../../../harness/numerics/linalg.ts';

/** Share of the projection in the blend: components beyond the d leading ones keep a quarter of their length. */
const SHARE = 3 / 4;

/**
 * Pictures [N, D] moved three quarters of the way towards the plane of their own d leading principal components, then
 * clamped to [0, 1]: still digits to look at, with a gap of about 16 between the d-th eigenvalue and the next. `gap`: moved
 * just so far that the d-th eigenvalue is about so many times the next, which on raw digits depends on the draw.
 */
export function blendTowardsPlane(images: NdArray, d: number, gap?: number): NdArray {
  const [count, size] = images.shape as [number, number];
  const mean = columnMeans(images);
  const centred = new NdArray(
    images.shape,
    Float64Array.from(images.data, (x, i) => x - mean[i % size]!),
  );
  // With fewer pictures than pixels the Gram matrix is the smaller one: P = U Uᵀ X, U its d leading eigenvectors.
  const { values, vectors } = symmetricEigen(matmul(centred, transpose(centred)));
  const share = gap === undefined ? SHARE : 1 - Math.sqrt(values[d - 1]! / (gap * values[d]!));
  const leading = NdArray.zeros([count, d]);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < d; j++) leading.data[i * d + j] = vectors.data[j * count + i]!; // rows are eigenvectors
  }
  const projected = matmul(leading, matmul(transpose(leading), centred));
  return new NdArray(
    images.shape,
    Float64Array.from(centred.data, (x, i) => {
      const blended = mean[i % size]! + (1 - share) * x + share * projected.data[i]!;
      return Math.min(1, Math.max(0, blended));
    }),
  );
}
