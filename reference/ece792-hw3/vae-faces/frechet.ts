import { NdArray } from '../../../harness/model/value.ts';
import { columnMeans, matmul, symmetricEigen, transpose } from '../../../harness/numerics/linalg.ts';

/**
 * Fréchet distance of two sets of pictures, as Gaussians on the leading principal components of the first one (Dowson & Landau
 * 1982; Heusel et al. 2017 with other features): |m₁ − m₂|² + tr(C₁ + C₂ − 2 (C₁^½ C₂ C₁^½)^½), and what the second set
 * has beyond these components, |r₂|². As a share of the variance of the first set: 0 for sets that are alike, about 1 for
 * one picture, repeated, that is the mean of the first.
 */
export function frechetShare(real: NdArray, other: NdArray, components = 24): number {
  const mean = columnMeans(real);
  const [a, b] = [centred(real, mean), centred(other, mean)];
  const basis = principal(a, components);
  const [pa, pb] = [matmul(a, transpose(basis)), matmul(b, transpose(basis))];
  const [ma, mb] = [columnMeans(pa), columnMeans(pb)];
  const [ca, cb] = [covariance(pa, ma), covariance(pb, mb)];
  const means = ma.reduce((sum, x, i) => sum + (x - mb[i]!) ** 2, 0);
  const beyond = Math.max(0, meanSquare(b) - meanSquare(pb));
  const own = Math.max(0, meanSquare(a) - meanSquare(pa));
  const root = squareRoot(ca);
  const cross = symmetricEigen(matmul(matmul(root, cb), root)).values;
  const traces = traceOf(ca) + traceOf(cb) - 2 * cross.reduce((sum, x) => sum + Math.sqrt(Math.max(0, x)), 0);
  return (means + Math.max(0, traces) + Math.abs(beyond - own)) / meanSquare(a);
}

function centred({ shape, data }: NdArray, mean: Float64Array): NdArray {
  return new NdArray(
    [shape[0]!, mean.length],
    Float64Array.from(data, (x, i) => x - mean[i % mean.length]!),
  );
}

/** The leading principal components as rows, from the Gram matrix of the rows: Xᵀu/√λ for its eigenvectors u. */
function principal(x: NdArray, wanted: number): NdArray {
  const gram = matmul(x, transpose(x));
  const { values, vectors } = symmetricEigen(gram);
  const n = x.shape[0]!;
  const kept = Math.min(wanted, values.filter((value) => value > 1e-9 * values[0]!).length);
  const weights = NdArray.zeros([kept, n]);
  for (let k = 0; k < kept; k++) {
    for (let j = 0; j < n; j++) weights.data[k * n + j] = vectors.data[k * n + j]! / Math.sqrt(values[k]!);
  }
  return matmul(weights, x);
}

function covariance(x: NdArray, mean: Float64Array): NdArray {
  const c = centred(x, mean);
  const product = matmul(transpose(c), c);
  return new NdArray(
    product.shape,
    Float64Array.from(product.data, (value) => value / x.shape[0]!),
  );
}

function squareRoot(c: NdArray): NdArray {
  const { values, vectors } = symmetricEigen(c);
  const n = values.length;
  const weighted = new NdArray(
    [n, n],
    Float64Array.from(vectors.data, (v, i) => v * Math.sqrt(Math.max(0, values[Math.floor(i / n)]!))),
  );
  return matmul(transpose(vectors), weighted);
}

const traceOf = ({ shape, data }: NdArray): number =>
  Array.from({ length: shape[0]! }, (_, i) => data[i * shape[0]! + i]!).reduce((sum, x) => sum + x, 0);
const meanSquare = ({ shape, data }: NdArray): number =>
  (data as Float64Array).reduce((sum, x) => sum + x * x, 0) / shape[0]!;
