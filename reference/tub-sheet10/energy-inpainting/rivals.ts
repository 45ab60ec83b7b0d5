import { NdArray } from '../../../harness/model/value.ts';
import { columnMeans, matmul, symmetricEigen, transpose } from '../../../harness/numerics/linalg.ts';
import { type HoledDigits, PIXELS } from './inputs.ts';
import { measureFill, type Rivals } from './judge-fill.ts';

/** As many principal components as on the sheet's middle picture, of as many training digits as are quick to analyse. */
const COMPONENTS = 60;
const ANALYSED = 300;

/** What the empty hole, the mean picture and the projection on principal components would reach on these digits. */
export function measureRivals(training: NdArray, held: HoledDigits): Rivals {
  const mean = columnMeans(training);
  const { shape } = held.x;
  const filled = new NdArray(
    shape,
    Float64Array.from(held.x.data, (_, i) => mean[i % PIXELS]!),
  );
  return {
    empty: measureFill(held.z, held).error,
    mean: measureFill(filled, held).error,
    components: measureFill(projected(training, mean, held.z), held).error,
  };
}

/** m + V Vᵀ(z − m), V from the Gram matrix of the first training digits: Xᵀu/√λ for each of its leading eigenvectors u. */
function projected(training: NdArray, mean: Float64Array, z: NdArray): NdArray {
  const count = Math.min(ANALYSED, training.shape[0]!);
  const less = (array: NdArray, rows: number): NdArray =>
    new NdArray(
      [rows, PIXELS],
      Float64Array.from({ length: rows * PIXELS }, (_, i) => array.data[i]! - mean[i % PIXELS]!),
    );
  const centred = less(training, count);
  const { values, vectors } = symmetricEigen(matmul(centred, transpose(centred)));
  const kept = Math.min(COMPONENTS, count - 1);
  const weights = NdArray.zeros([kept, count]);
  for (let k = 0; k < kept; k++) {
    for (let j = 0; j < count; j++) weights.data[k * count + j] = vectors.data[k * count + j]! / Math.sqrt(values[k]!);
  }
  const components = matmul(weights, centred);
  const result = matmul(matmul(less(z, z.shape[0]!), transpose(components)), components);
  for (let i = 0; i < result.data.length; i++) result.data[i]! += mean[i % PIXELS]!;
  return result;
}
