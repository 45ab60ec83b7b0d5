const affine = (x: number[], w: number[][], b: number[]) => b.map((v, j) => x.reduce((s, t, i) => s + t * w[i][j], v));
const elu = (a: number) => (a > 0 ? a : Math.expm1(a));
const slope = (a: number) => (a > 0 ? 1 : Math.exp(a));

export function criticForward([w1, b1, w2, b2, w3, b3]: any[], rows: number[][]) {
  return rows.map((x) => {
    const a1 = affine(x, w1, b1);
    const h1 = a1.map(elu);
    const a2 = affine(h1, w2, b2);
    const h2 = a2.map(elu);
    return { a1, h1, a2, h2, out: affine(h2, w3, b3)[0] };
  });
}

export function criticBackward(w: any[], rows: number[][], dy: number[]): any[] {
  const [w1, b1, w2, b2, w3] = w;
  const zero = (like: any): any => (Array.isArray(like) ? like.map(zero) : 0);
  const g = w.map(zero);
  const layer = (at: number, input: number[], d: number[]) => {
    input.forEach((v, i) => d.forEach((e, j) => { g[at][i][j] += v * e; }));
    d.forEach((e, j) => { g[at + 1][j] += e; });
  };
  criticForward(w, rows).forEach(({ a1, h1, a2, h2 }, r) => {
    layer(4, h2, [dy[r]]);
    const d2 = b2.map((_: number, j: number) => dy[r] * w3[j][0] * slope(a2[j]));
    layer(2, h1, d2);
    const d1 = b1.map((_: number, j: number) => slope(a1[j]) * d2.reduce((s: number, e: number, k: number) => s + w2[j][k] * e, 0));
    layer(0, rows[r], d1);
  });
  return g;
}
