/** Gram–Schmidt, each row twice unless said otherwise; rows that depend on the ones before them are left out. */
export function orthonormalise(rows: number[][], passes = 2): number[][] {
  const size = Math.sqrt(Math.max(...rows.map((row) => dot(row, row))));
  const result: number[][] = [];
  for (const row of rows) {
    const v = row.slice();
    for (let pass = 0; pass < passes; pass++) {
      for (const w of result) {
        const s = dot(v, w);
        for (let k = 0; k < v.length; k++) v[k] -= s * w[k];
      }
    }
    const length = Math.sqrt(dot(v, v));
    if (length > 1e-9 * size) result.push(v.map((value) => value / length));
  }
  return result;
}

function dot(a: number[], b: number[]): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}
