/** A small tanh network on Float64Arrays, with its backward pass by hand. */
export interface Mlp { sizes: number[]; W: Float64Array[]; b: Float64Array[]; h: number; w: number }

export function normals(rng: () => number, k: number): Float64Array {
  // inverse of the normal distribution function (Acklam)
  const a = [-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239];
  const b = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572];
  const c = [-0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783];
  const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416];
  const tail = (q: number) => (((((c[0] * q + c[1]) * q + c[2]) * q + c[3]) * q + c[4]) * q + c[5]) / ((((d[0] * q + d[1]) * q + d[2]) * q + d[3]) * q + 1);
  const out = new Float64Array(k);
  for (let i = 0; i < k; i++) {
    const p = Math.min(1 - 1e-15, Math.max(1e-15, rng()));
    if (p < 0.02425) out[i] = tail(Math.sqrt(-2 * Math.log(p)));
    else if (p > 1 - 0.02425) out[i] = -tail(Math.sqrt(-2 * Math.log(1 - p)));
    else { const q = p - 0.5, r = q * q; out[i] = ((((((a[0] * r + a[1]) * r + a[2]) * r + a[3]) * r + a[4]) * r + a[5]) * q) / (((((b[0] * r + b[1]) * r + b[2]) * r + b[3]) * r + b[4]) * r + 1); }
  }
  return out;
}

export function create(rng: () => number, d: number, h: number, w: number): Mlp {
  const sizes = [d, 24, 40, h * w * 3], W: Float64Array[] = [], b: Float64Array[] = [];
  for (let l = 0; l < 3; l++) {
    const g = normals(rng, sizes[l] * sizes[l + 1]), s = (l === 2 ? 0.5 : 1.2) / Math.sqrt(sizes[l]);
    W.push(g.map((v) => v * s)); b.push(l === 0 ? normals(rng, sizes[1]).map((v) => v * 0.3) : new Float64Array(sizes[l + 1]));
  }
  return { sizes, W, b, h, w };
}

export function forward(m: Mlp, z: ArrayLike<number>): Float64Array[] {
  const acts: Float64Array[] = [Float64Array.from(z as any)];
  for (let l = 0; l < 3; l++) {
    const I = m.sizes[l], O = m.sizes[l + 1], out = m.b[l].slice(), W = m.W[l], a = acts[l];
    for (let i = 0; i < I; i++) { const v = a[i]; for (let o = 0, q = i * O; o < O; o++, q++) out[o] += v * W[q]; }
    if (l < 2) for (let o = 0; o < O; o++) out[o] = Math.tanh(out[o]);
    else for (let o = 0; o < O; o++) out[o] = 1 / (1 + Math.exp(-out[o]));
    acts.push(out);
  }
  return acts;
}

/** cotangent of the picture → cotangent of z; adds to gW, gb where given */
export function backward(m: Mlp, acts: Float64Array[], cot: Float64Array, gW?: Float64Array[], gb?: Float64Array[]): Float64Array {
  let g = cot.map((v, o) => v * acts[3][o] * (1 - acts[3][o]));
  for (let l = 2; l >= 0; l--) {
    const I = m.sizes[l], O = m.sizes[l + 1], W = m.W[l], a = acts[l], back = new Float64Array(I);
    for (let i = 0; i < I; i++) { let t = 0; for (let o = 0, q = i * O; o < O; o++, q++) t += W[q] * g[o]; back[i] = t; }
    if (gW && gb) {
      const w = gW[l];
      for (let i = 0; i < I; i++) { const v = a[i]; for (let o = 0, q = i * O; o < O; o++, q++) w[q] += v * g[o]; }
      for (let o = 0; o < O; o++) gb[l][o] += g[o];
    }
    if (l > 0) for (let i = 0; i < I; i++) back[i] *= 1 - a[i] * a[i];
    g = back;
  }
  return g;
}
