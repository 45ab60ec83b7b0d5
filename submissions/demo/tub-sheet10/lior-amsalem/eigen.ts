// Eigenvalues and eigenvectors of a symmetric matrix. From the tutorial (session 9): Householder, then QL.
// Returns values in descending order; vectors[k] belongs to values[k].

export function eigSym(matrix: number[][]): { values: number[]; vectors: number[][] } {
  const n = matrix.length;
  const a = matrix.map((row) => Float64Array.from(row));
  // columns of q are the basis we have turned into, kept as rows for speed
  const q = matrix.map((_, i) => Float64Array.from({ length: n }, (_, j) => (i === j ? 1 : 0)));

  // 1. to tridiagonal form, one Householder reflection a column
  for (let k = 0; k + 2 < n; k++) {
    const v = new Float64Array(n);
    let norm = 0;
    for (let i = k + 1; i < n; i++) norm = Math.hypot(norm, (v[i] = a[i][k]));
    if (norm === 0) continue;
    v[k + 1] += v[k + 1] < 0 ? -norm : norm;
    const vv = inner(v, v);
    const p = Float64Array.from(a, (row) => (2 * inner(row, v)) / vv);
    const half = inner(v, p) / vv;
    const w = p.map((x, i) => x - half * v[i]);
    for (let i = k; i < n; i++) for (let j = k; j < n; j++) a[i][j] -= v[i] * w[j] + w[i] * v[j];
    // q <- H q, row by row
    const s = new Float64Array(n);
    for (let i = k + 1; i < n; i++) for (let j = 0; j < n; j++) s[j] += (2 / vv) * v[i] * q[i][j];
    for (let i = k + 1; i < n; i++) for (let j = 0; j < n; j++) q[i][j] -= v[i] * s[j];
  }

  // 2. implicit QL on the diagonal d and the off-diagonal e
  const d = Float64Array.from(a, (row, i) => row[i]);
  const e = Float64Array.from({ length: n }, (_, i) => (i + 1 < n ? a[i + 1][i] : 0));
  for (let l = 0; l < n; l++) {
    for (let iteration = 0; ; iteration++) {
      let m = l;
      while (m < n - 1 && Math.abs(e[m]) > 1e-16 * (Math.abs(d[m]) + Math.abs(d[m + 1]))) m++;
      if (m === l || iteration === 100) break;
      let g = (d[l + 1] - d[l]) / (2 * e[l]);
      let r = Math.hypot(g, 1);
      g = d[m] - d[l] + e[l] / (g < 0 ? g - r : g + r);
      let s = 1;
      let c = 1;
      let shift = 0;
      let stopped = false;
      for (let i = m - 1; i >= l; i--) {
        const f = s * e[i];
        const b = c * e[i];
        r = Math.hypot(f, g);
        e[i + 1] = r;
        if (r === 0) {
          d[i + 1] -= shift;
          e[m] = 0;
          stopped = true;
          break;
        }
        s = f / r;
        c = g / r;
        g = d[i + 1] - shift;
        r = (d[i] - g) * s + 2 * c * b;
        shift = s * r;
        d[i + 1] = g + shift;
        g = c * r - b;
        const upper = q[i];
        const lower = q[i + 1];
        for (let k = 0; k < n; k++) {
          const x = lower[k];
          lower[k] = s * upper[k] + c * x;
          upper[k] = c * upper[k] - s * x;
        }
      }
      if (stopped) continue;
      d[l] -= shift;
      e[l] = g;
      e[m] = 0;
    }
  }
  const order = Array.from(d.keys()).sort((i, j) => d[j] - d[i]);
  return { values: order.map((i) => d[i]), vectors: order.map((i) => Array.from(q[i])) };
}

function inner(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
