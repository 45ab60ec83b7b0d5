import {
  chiSquareP,
  chiSquareTest,
  gammaP,
  gammaQ,
  mean,
  normalCdf,
  twoSidedP,
} from '../../../harness/numerics/statistics.ts';
import type { TestResult } from '../../../harness/numerics/without-replacement.ts';

/** Tests of numbers that should be independent and standard normal. Sums of squares and of products have exact or nearly normal laws. */

/** Whether a sum of `count` squares is as large as it should be: neither too large nor too small. */
export function squaresTest(values: ArrayLike<number>): TestResult {
  let statistic = 0;
  for (let i = 0; i < values.length; i++) statistic += values[i]! ** 2;
  const half = values.length / 2;
  const sides = [gammaP(half, statistic / 2), gammaQ(half, statistic / 2)];
  return { statistic, degrees: values.length, pValue: Math.min(1, 2 * Math.min(...sides)) };
}

/**
 * Whether sums over groups of independent numbers vary as they should: `groups` of equal size, of which each sum divided by
 * √size is standard normal. Numbers that are alike within a group, or whose mean is not 0, make them larger.
 */
export function groupSumsTest(values: ArrayLike<number>, groupOf: (i: number) => number, groups: number): TestResult {
  const sums = new Float64Array(groups);
  for (let i = 0; i < values.length; i++) sums[groupOf(i)]! += values[i]!;
  const size = values.length / groups;
  const statistic = sums.reduce((total, sum) => total + sum ** 2 / size, 0);
  return { statistic, degrees: groups, pValue: chiSquareP(statistic, groups) };
}

/** Neighbours on either side, whose spread is alike: modes are sorted by eigenvalue. */
const NEIGHBOURS = 3;

/**
 * Whether the means over `calls` of numbers [calls, n, d] are 0, however far these spread: where the numbers of a column and its neighbours
 * vary more than they should from call to call, its means may, too. Dividing by more than 1 only makes p larger for numbers that are standard normal.
 */
export function meansTest(values: ArrayLike<number>, calls: number, d: number): TestResult {
  const size = values.length / calls;
  const means = Float64Array.from({ length: size }, (_, i) => {
    let sum = 0;
    for (let c = 0; c < calls; c++) sum += values[c * size + i]!;
    return sum / calls;
  });
  const spread = new Float64Array(d);
  const degrees = (calls - 1) * (size / d);
  for (let i = 0; i < values.length; i++) spread[i % d]! += (values[i]! - means[i % size]!) ** 2 / degrees;
  const scale = spread.map((_, k) => Math.max(1, mean(spread.slice(Math.max(0, k - NEIGHBOURS), k + NEIGHBOURS + 1))));
  const statistic = means.reduce((total, value, i) => total + (calls * value ** 2) / scale[i % d]!, 0);
  return { statistic, degrees: size, pValue: chiSquareP(statistic, size) };
}

/** Whether the numbers have a part along a direction that is given: ⟨values, direction⟩/‖direction‖ is standard normal. */
export function alongTest(values: ArrayLike<number>, direction: ArrayLike<number>): TestResult {
  let [product, square] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    product += values[i]! * direction[i]!;
    square += direction[i]! ** 2;
  }
  const statistic = product / Math.sqrt(square);
  return { statistic, pValue: twoSidedP(statistic) };
}

const CELLS = 64;

/** Whether the numbers are spread as normal ones: counts in 64 cells that should be equally full. */
export function shapeTest(values: ArrayLike<number>): TestResult {
  const counts = new Array<number>(CELLS).fill(0);
  for (let i = 0; i < values.length; i++) {
    const level = normalCdf(values[i]!);
    if (Number.isNaN(level)) return { statistic: Number.NaN, degrees: CELLS - 1, pValue: Number.NaN };
    counts[Math.min(CELLS - 1, Math.floor(CELLS * level))]! += 1;
  }
  const { statistic, pValue } = chiSquareTest(counts, new Array<number>(CELLS).fill(values.length / CELLS));
  return { statistic, degrees: CELLS - 1, pValue };
}

/** From here on a number is in the tails: so are 27 of 10,000 normal ones. */
const TAIL = 3;

/**
 * Whether as many numbers lie beyond ±3 as should: sums of a few uniform numbers hardly reach that far. The count is nearly Poisson
 * distributed, P(count ≤ k) = Q(k + 1, expected).
 */
export function tailsTest(values: Float64Array): TestResult {
  const count = values.filter((x) => Math.abs(x) > TAIL).length;
  const expected = values.length * twoSidedP(TAIL);
  const sides = [gammaQ(count + 1, expected), count === 0 ? 1 : gammaP(count, expected)];
  const statistic = (count - expected) / Math.sqrt(expected);
  // A NaN is beyond nothing and would pass.
  const pValue = values.some(Number.isNaN) ? Number.NaN : Math.min(1, 2 * Math.min(...sides));
  return { statistic, pValue };
}

/** Whether a number tells something of the next one, by the product of the two. */
export function neighboursTest(values: ArrayLike<number>): TestResult {
  let sum = 0;
  for (let i = 1; i < values.length; i++) sum += values[i - 1]! * values[i]!;
  const statistic = sum / Math.sqrt(values.length - 1);
  return { statistic, pValue: twoSidedP(statistic) };
}

/** Of rows of d numbers, the first half of each, or the second. */
export function halfOf(values: Float64Array, d: number, first: boolean): Float64Array {
  return values.filter((_, i) => i % d < d / 2 === first);
}
