export type Matrix = number[][];

export const identity = (): Matrix => [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

export const scale = (A: Matrix, s: number): Matrix => A.map((row) => row.map((x) => x * s));

export const add = (A: Matrix, B: Matrix): Matrix => A.map((row, i) => row.map((x, j) => x + B[i][j]));

export const transpose = (A: Matrix): Matrix => A[0].map((_, j) => A.map((row) => row[j]));

export function multiply(A: Matrix, B: Matrix): Matrix {
  const Bt = transpose(B);
  return A.map((row) => Bt.map((column) => row.reduce((sum, x, k) => sum + x * column[k], 0)));
}

export const norm1 = (A: Matrix): number =>
  Math.max(...transpose(A).map((column) => column.reduce((sum, x) => sum + Math.abs(x), 0)));

/** X with A X = B, by Gaussian elimination with row pivoting. */
export function solve(A: Matrix, B: Matrix): Matrix {
  const n = A.length;
  const M = A.map((row, i) => [...row, ...B[i]]);
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(M[i][k]) > Math.abs(M[pivot][k])) pivot = i;
    [M[k], M[pivot]] = [M[pivot], M[k]];
    for (let i = 0; i < n; i++) {
      if (i === k) continue;
      const f = M[i][k] / M[k][k];
      for (let j = k; j < M[i].length; j++) M[i][j] -= f * M[k][j];
    }
  }
  return M.map((row, i) => row.slice(n).map((x) => x / row[i]));
}
