/**
 * @about Paths in opposite pairs (u and 1 − u), each pair one estimate; the standard error is that of the means of pairs.
 */
export function estimateWinProbability(
  { trials, p, q, maxPlays, start, target }: { trials: number; p: number; q: number; maxPlays: number; start: number; target: number },
  rng: () => number,
) {
  const path = (next: () => number) => {
    let x = start;
    let w = 1;
    let n = 0;
    while (x > 0 && x < target && n++ < maxPlays) {
      const up = next() < q;
      x += up ? 1 : -1;
      w *= up ? p / q : (1 - p) / (1 - q);
    }
    return x >= target ? w : 0;
  };
  const values: number[] = [];
  // Pairs need two of them at least for a spread: a small or odd number of trials is sampled one by one.
  const paired = trials >= 8 && trials % 2 === 0;
  for (let i = 0; i < (paired ? trials / 2 : trials); i++) {
    if (!paired) {
      values.push(path(rng));
      continue;
    }
    const numbers = Array.from({ length: maxPlays }, rng);
    let k = 0;
    const first = path(() => numbers[k++]);
    k = 0;
    const second = path(() => 1 - numbers[k++]);
    values.push((first + second) / 2);
  }
  const n = values.length;
  const mean = values.reduce((s, v) => s + v, 0) / n;
  const variance = values.reduce((s, v) => s + (v - mean) ** 2, 0) / (n - 1);
  return { mean, standardError: Math.sqrt(variance / n) };
}
