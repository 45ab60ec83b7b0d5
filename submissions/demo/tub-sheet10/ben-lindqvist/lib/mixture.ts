/** Everything about the mixture on plain arrays. I found this easier to debug than tensors. */
export interface Mixture {
  mu: number[][];
  sigma: number[];
  t: number[];
}

export function logDensities({ mu, sigma, t }: Mixture): number[] {
  return mu.map((row, i) => {
    let log = 0;
    row.forEach((m, k) => {
      const z = (m - t[k]) / sigma[i];
      log -= z * z / 2 + Math.log(sigma[i]) + Math.log(2 * Math.PI) / 2;
    });
    return log;
  });
}

export function logSumExp(xs: number[]): number {
  const top = Math.max(...xs);
  return top + Math.log(xs.reduce((sum, x) => sum + Math.exp(x - top), 0));
}
