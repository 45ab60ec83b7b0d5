/**
 * One-sided Jacobi (Hestenes): turn pairs of rows against each other until all rows are orthogonal. The rows are then
 * singular value times right singular vector, and I never need a covariance matrix.
 */
export function orthogonaliseRows(rows: Float64Array[]): void {
  const n = rows.length;
  let squares = rows.map((row) => dot(row, row));
  const tiny = 1e-26 * squares.reduce((a, b) => a + b, 0);
  for (let sweep = 0; sweep < 30; sweep++) {
    let turns = 0;
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        const pq = dot(rows[p], rows[q]);
        if (Math.abs(pq) <= 1e-10 * Math.sqrt(squares[p] * squares[q]) || Math.abs(pq) <= tiny) continue;
        turns++;
        const zeta = (squares[q] - squares[p]) / (2 * pq);
        const tan = (zeta < 0 ? -1 : 1) / (Math.abs(zeta) + Math.hypot(1, zeta));
        const cos = 1 / Math.hypot(1, tan);
        const sin = cos * tan;
        const [x, y] = [rows[p], rows[q]];
        for (let k = 0; k < x.length; k++) {
          const old = x[k];
          x[k] = cos * old - sin * y[k];
          y[k] = sin * old + cos * y[k];
        }
        squares[p] -= tan * pq;
        squares[q] += tan * pq;
      }
    }
    squares = rows.map((row) => dot(row, row));
    if (turns === 0) return;
  }
}

export function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}
