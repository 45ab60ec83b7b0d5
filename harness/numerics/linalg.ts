/** Float64 linear algebra on matrices held as `NdArray` of shape [rows, columns]. */
export { type Eigen, symmetricEigen } from './linalg/eigen.ts';
export { expm, expmFrechet, expmFrechetAdjoint } from './linalg/expm.ts';
export { determinant, inverse, type Lu, logAbsDeterminant, lu, solve } from './linalg/lu.ts';
export {
  add,
  columnMeans,
  dot,
  identity,
  matmul,
  norm1,
  normFrobenius,
  normInf,
  scale,
  trace,
  transpose,
} from './linalg/matrix.ts';
