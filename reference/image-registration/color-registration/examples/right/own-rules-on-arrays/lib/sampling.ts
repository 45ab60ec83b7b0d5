type Shape = [number, number, number];

/** Calls back for each point with its four neighbours inside the picture: pixel number, weight, and slopes of the weight. */
function visit(
  [h, w]: Shape, m: number[], xs: number[], ys: number[],
  each: (point: number, pixel: number, weight: number, byX: number, byY: number, u: number, v: number, s: number) => void,
): void {
  for (let p = 0; p < xs.length; p++) {
    const s = m[6] * xs[p] + m[7] * ys[p] + m[8];
    const u = (m[0] * xs[p] + m[1] * ys[p] + m[2]) / s;
    const v = (m[3] * xs[p] + m[4] * ys[p] + m[5]) / s;
    const px = ((u + 1) * (w - 1)) / 2;
    const py = ((v + 1) * (h - 1)) / 2;
    for (const j of [Math.floor(px), Math.floor(px) + 1]) {
      for (const i of [Math.floor(py), Math.floor(py) + 1]) {
        if (i < 0 || j < 0 || i >= h || j >= w) continue;
        const wx = 1 - Math.abs(px - j);
        const wy = 1 - Math.abs(py - i);
        const sx = (j > px ? 1 : -1) * ((w - 1) / 2);
        const sy = (i > py ? 1 : -1) * ((h - 1) / 2);
        each(p, i * w + j, wx * wy, sx * wy, sy * wx, u, v, s);
      }
    }
  }
}

export function forward(pixels: number[], shape: Shape, m: number[], xs: number[], ys: number[]): number[] {
  const c = shape[2];
  const out = new Array<number>(xs.length * c).fill(0);
  visit(shape, m, xs, ys, (p, q, weight) => {
    for (let k = 0; k < c; k++) out[p * c + k] += weight * pixels[q * c + k];
  });
  return out;
}

export function backward(pixels: number[], shape: Shape, m: number[], xs: number[], ys: number[], dy: number[]) {
  const c = shape[2];
  const dImage = pixels.map(() => 0);
  const dH = new Array<number>(9).fill(0);
  visit(shape, m, xs, ys, (p, q, weight, byX, byY, u, v, s) => {
    let dot = 0;
    for (let k = 0; k < c; k++) {
      dImage[q * c + k] += weight * dy[p * c + k];
      dot += dy[p * c + k] * pixels[q * c + k];
    }
    const du = (dot * byX) / s;
    const dv = (dot * byY) / s;
    const ds = -(du * u + dv * v);
    [du, dv, ds].forEach((d, r) => {
      dH[3 * r] += d * xs[p];
      dH[3 * r + 1] += d * ys[p];
      dH[3 * r + 2] += d;
    });
  });
  return { dImage, dH };
}
