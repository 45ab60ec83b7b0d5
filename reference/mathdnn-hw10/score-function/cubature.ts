import { NdArray } from '../../../harness/model/value.ts';
import type { Random } from '../../../harness/numerics/random.ts';

/**
 * The Gauss–Hermite rule with three points (0 and ±√3, weights 2/3 and 1/6) written with equal weights: the mean over these
 * six numbers is E[f(ε)], ε standard normal, for every polynomial f of degree up to 5 (Abramowitz & Stegun 25.4.46).
 */
const LINE = [-Math.sqrt(3), 0, 0, 0, 0, Math.sqrt(3)];

/**
 * 6^k points in k dimensions, [6^k, k], whose plain mean is the expectation under N(0, I) for every polynomial of degree up
 * to 5: the product of the rule in one dimension, turned by a random rotation, in a random order. N(0, I) does not change when
 * it is turned, and neither does the degree of a polynomial.
 */
export function standardNormalCubature(random: Random, k: number): NdArray {
  const n = LINE.length ** k;
  const points = NdArray.zeros([n, k]);
  const order = random.permutation(n);
  for (const [row, at] of order.entries()) {
    for (let j = 0; j < k; j++) points.data[row * k + j] = LINE[Math.floor(at / LINE.length ** j) % LINE.length]!;
  }
  for (let a = 0; a < k; a++) for (let b = a + 1; b < k; b++) turn(points, a, b, 2 * Math.PI * random.uniform());
  return points;
}

/** Turns the plane of axes a and b, in place. */
function turn({ data, shape }: NdArray, a: number, b: number, angle: number): void {
  const [n, k] = shape as [number, number];
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  for (let row = 0; row < n; row++) {
    const [u, v] = [data[row * k + a]!, data[row * k + b]!];
    data[row * k + a] = c * u - s * v;
    data[row * k + b] = s * u + c * v;
  }
}
