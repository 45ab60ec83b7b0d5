import type { NdArray } from '../../../harness/model/value.ts';

/**
 * KL(N(μ₀, Σ₀) ‖ N(μ₁, Σ₁)) in exact arithmetic, rounded at the end only: every double is an integer times a power of 2, and
 * elimination without fractions (Bareiss 1968) stays among integers.
 */
export function exactKl(mu0: NdArray, Sigma0: NdArray, mu1: NdArray, Sigma1: NdArray): number {
  const k = mu0.data.length;
  const unit = Math.min(...[Sigma0, Sigma1].map(({ data }) => lowestBit(data)));
  const [S0, S1] = [Sigma0, Sigma1].map(({ data }) => rows(data, k, unit)) as [bigint[][], bigint[][]];
  const meanUnit = Math.min(lowestBit(mu0.data), lowestBit(mu1.data));
  const d = Array.from(mu1.data, (x, i) => integer(x, meanUnit) - integer(mu0.data[i]!, meanUnit));
  // Beside S₁: S₀ and d, which become det S₁ times S₁⁻¹S₀ and S₁⁻¹d.
  const { determinant, solution } = solve(
    S1,
    S0.map((row, i) => [...row, d[i]!]),
  );
  let trace = 0n;
  let quadratic = 0n;
  for (let i = 0; i < k; i++) {
    trace += solution[i]![i]!;
    quadratic += solution[i]![k]! * d[i]!;
  }
  const logRatio =
    logOf(determinant) -
    logOf(
      solve(
        S0,
        S0.map(() => []),
      ).determinant,
    );
  // Divided before anything is rounded: near equality the trace and k cancel.
  const excess = ratio(trace - BigInt(k) * determinant, determinant);
  const scale = 2 ** (2 * meanUnit - unit);
  return 0.5 * (excess + ratio(quadratic, determinant) * scale + logRatio);
}

/** Exponent of the last bit that any of the numbers uses. */
function lowestBit(numbers: ArrayLike<number>): number {
  let lowest = 0;
  for (const x of Array.from(numbers)) {
    let exponent = 0;
    let scaled = x;
    while (!Number.isInteger(scaled)) {
      scaled *= 2;
      exponent--;
    }
    lowest = Math.min(lowest, exponent);
  }
  return lowest;
}

function integer(x: number, unit: number): bigint {
  // In two steps: 2^−unit alone may be beyond the largest double.
  const half = Math.trunc(-unit / 2);
  return BigInt(x * 2 ** half * 2 ** (-unit - half));
}

function rows(data: ArrayLike<number>, k: number, unit: number): bigint[][] {
  return Array.from({ length: k }, (_, i) => Array.from({ length: k }, (_, j) => integer(data[i * k + j]!, unit)));
}

/** det A and det A · A⁻¹B for positive definite A, whose leading minors are no zeros. */
function solve(A: bigint[][], B: bigint[][]): { determinant: bigint; solution: bigint[][] } {
  const k = A.length;
  const work = A.map((row, i) => [...row, ...B[i]!]);
  let previous = 1n;
  for (let p = 0; p < k; p++) {
    const pivot = work[p]![p]!;
    for (let i = 0; i < k; i++) {
      if (i === p) continue;
      const factor = work[i]![p]!;
      for (let j = 0; j < work[i]!.length; j++) work[i]![j] = (pivot * work[i]![j]! - factor * work[p]![j]!) / previous;
    }
    previous = pivot;
  }
  return { determinant: previous, solution: work.map((row) => row.slice(k)) };
}

/** a / b to double precision. */
function ratio(a: bigint, b: bigint): number {
  const sign = a < 0n !== b < 0n ? -1 : 1;
  const [m, n] = [a < 0n ? -a : a, b < 0n ? -b : b];
  const shift = 80 + bits(n) - bits(m);
  const quotient = shift >= 0 ? (m << BigInt(shift)) / n : m / (n << BigInt(-shift));
  return sign * Number(quotient) * 2 ** -shift;
}

function logOf(a: bigint): number {
  const shift = Math.max(0, bits(a) - 60);
  return Math.log(Number(a >> BigInt(shift))) + shift * Math.LN2;
}

function bits(a: bigint): number {
  return a.toString(16).length * 4;
}
