export function softmax(logits: number[]): number[] {
  const top = logits.reduce((a, b) => Math.max(a, b));
  const e = logits.map((z) => Math.exp(z - top));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((v) => v / sum);
}
