import { chiSquareP, chiSquareTest, twoSidedP } from './statistics.ts';

/**
 * Tests for samples drawn without replacement: `size` of N rows in each of `calls` independent calls.
 *
 * Rows of one call exclude each other, so counts over rows are not multinomial and Pearson's statistic is too small
 * by a known factor. Here each statistic is normalised by the covariance matrix that sampling without replacement has;
 * its limit over many independent calls is then exactly a χ² or normal law.
 */

export interface TestResult {
  /** χ², or z where there are no degrees. */
  statistic: number;
  degrees?: number;
  pValue: number;
}

/** C(n, k), exact as long as it is a safe integer. */
export function binomial(n: number, k: number): number {
  if (k < 0 || k > n) return 0;
  let result = 1;
  for (let i = 1; i <= Math.min(k, n - k); i++) result = Math.round((result * (n - i + 1)) / i);
  return result;
}

/** P(k of the `drawn` are among the `marked` of `total`) for k = 0 … drawn. */
export function hypergeometric(total: number, marked: number, drawn: number): number[] {
  const weights = new Array<number>(drawn + 1).fill(0);
  const low = Math.max(0, drawn + marked - total);
  const high = Math.min(drawn, marked);
  weights[low] = 1;
  for (let k = low; k < high; k++) {
    // p(k+1)/p(k) = (marked − k)(drawn − k) / ((k + 1)(total − marked − drawn + k + 1))
    weights[k + 1] = (weights[k]! * (marked - k) * (drawn - k)) / ((k + 1) * (total - marked - drawn + k + 1));
  }
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
}

/**
 * Whether every row is drawn equally often: `counts[i]` calls drew row i. An indicator has the variance p(1−p) with
 * p = size/N, two of them the covariance −p(1−p)/(N−1); so the covariance matrix is p(1−p)·N/(N−1) times a projection
 * of rank N−1.
 */
export function inclusionTest(counts: readonly number[], calls: number, size: number): TestResult {
  const N = counts.length;
  const p = size / N;
  const scale = (calls * p * (1 - p) * N) / (N - 1);
  const squares = counts.reduce((sum, count) => sum + (count - calls * p) ** 2, 0);
  const statistic = squares / scale;
  return { statistic, degrees: N - 1, pValue: chiSquareP(statistic, N - 1) };
}

/**
 * The variance, per call, of the pair counts along any unit direction that adds up to zero in every row and column.
 * A = Σ over slots of [first = i, second = j] for two independent samples in independent random order has
 * P(A_ij = 1) = p = size/N², P(A_ij A_kl = 1) = size(size−1)/(N(N−1))² for i ≠ k, j ≠ l, and 0 where a row or a column is
 * shared; on that space the covariance is p + size(size−1)/(N(N−1))².
 */
function pairVariance(N: number, size: number): number {
  return size / N ** 2 + (size * (size - 1)) / (N * (N - 1)) ** 2;
}

/**
 * Whether a greater row number in the first half comes with a greater (or smaller) one in the second: `table[i][j]` is how
 * often row i in the first half stood beside row j in the second. Correlations up to `slight` are let pass.
 */
export function rankCorrelationTest(
  table: readonly (readonly number[])[],
  calls: number,
  size: number,
  slight = 0,
): TestResult {
  const N = table.length;
  const centre = (N - 1) / 2;
  let sum = 0;
  for (const [i, row] of table.entries())
    for (const [j, count] of row.entries()) sum += (i - centre) * (j - centre) * count;
  // |x|² of x_i = i − centre
  const norm = (N * (N ** 2 - 1)) / 12;
  // Complete correlation adds norm/N for every pair.
  const correlation = sum / ((norm / N) * calls * size);
  const beyond = Math.sign(correlation) * Math.max(0, Math.abs(correlation) - slight);
  const statistic = (beyond * calls * size) / N / Math.sqrt(calls * pairVariance(N, size));
  return { statistic, pValue: twoSidedP(statistic) };
}

/** Whether the number of rows that two samples of a call share is that of independent samples: `shared[k]` calls shared k. */
export function overlapTest(shared: readonly number[], rows: number, size: number): TestResult {
  const calls = shared.reduce((a, b) => a + b, 0);
  return pooledTest(
    shared,
    hypergeometric(rows, size, size).map((p) => p * calls),
  );
}

/** Below this expectation Pearson's statistic is not yet near its limit. */
const LEAST_EXPECTED = 5;

/** Pearson's test of multinomial counts, neighbouring cells pooled until each is expected at least five times. */
export function pooledTest(observed: readonly number[], expected: readonly number[]): TestResult {
  const cells: [observed: number, expected: number][] = [];
  let open: [number, number] = [0, 0];
  for (const [i, count] of observed.entries()) {
    open = [open[0] + count, open[1] + expected[i]!];
    if (open[1] < LEAST_EXPECTED) continue;
    cells.push(open);
    open = [0, 0];
  }
  const last = cells.pop() ?? [0, 0];
  cells.push([last[0] + open[0], last[1] + open[1]]);
  const degrees = cells.length - 1;
  // One cell holds everything and says nothing.
  if (degrees === 0) return { statistic: 0, degrees, pValue: 1 };
  const { statistic, pValue } = chiSquareTest(
    cells.map(([count]) => count),
    cells.map(([, expectation]) => expectation),
  );
  return { statistic, degrees, pValue };
}

/** Pearson's test of counts that should be equal; counts are multinomial when every call adds one. */
export function equalCountsTest(counts: readonly number[]): TestResult {
  const total = counts.reduce((a, b) => a + b, 0);
  const { statistic, pValue } = chiSquareTest(counts, new Array<number>(counts.length).fill(total / counts.length));
  return { statistic, degrees: counts.length - 1, pValue };
}
