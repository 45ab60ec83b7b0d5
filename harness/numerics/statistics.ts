/** Distributions and tests. p-values are probabilities of a result at least as extreme if the hypothesis holds. */

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

export function meanSquare(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]! ** 2;
  return sum / values.length;
}

/** The unbiased estimate (divisor n − 1), by two passes: no cancellation where the mean is large. NaN for n < 2. */
export function variance(values: ArrayLike<number>): number {
  const n = values.length;
  if (n < 2) return Number.NaN;
  const centre = mean(values);
  let squares = 0;
  let rest = 0;
  for (let i = 0; i < n; i++) {
    squares += (values[i]! - centre) ** 2;
    rest += values[i]! - centre;
  }
  return (squares - (rest * rest) / n) / (n - 1);
}

export function median(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  if (sorted.length === 0) return Number.NaN;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** Lanczos' coefficients for g = 7 and nine terms: ln Γ to about 1e-15 relative. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** ln Γ(x) for x > 0. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  let series = LANCZOS[0]!;
  for (let k = 1; k < LANCZOS.length; k++) series += LANCZOS[k]! / (x - 1 + k);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(series);
}

/** Q(a, x) = Γ(a, x)/Γ(a), the upper regularised incomplete gamma function; a > 0, x ≥ 0 (DLMF 8.2.4). */
export function gammaQ(a: number, x: number): number {
  if (!(a > 0) || !(x >= 0)) return Number.NaN;
  if (x === 0) return 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  return x < a + 1 ? 1 - lowerSeries(a, x) : upperFraction(a, x);
}

/** P(a, x) = 1 − Q(a, x). */
export function gammaP(a: number, x: number): number {
  if (!(a > 0) || !(x >= 0)) return Number.NaN;
  if (x === 0) return 0;
  if (x === Number.POSITIVE_INFINITY) return 1;
  return x < a + 1 ? lowerSeries(a, x) : 1 - upperFraction(a, x);
}

/** DLMF 8.11.4: γ(a, x) = x^a e^{−x} Σ x^k / (a (a+1) … (a+k)). */
function lowerSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let k = 1; k < 100_000 && Math.abs(term) > 1e-17 * Math.abs(sum); k++) {
    term *= x / (a + k);
    sum += term;
  }
  return sum * Math.exp(a * Math.log(x) - x - logGamma(a));
}

/** DLMF 8.9.2, the continued fraction of Γ(a, x), evaluated from the front (Lentz). */
function upperFraction(a: number, x: number): number {
  const tiny = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / (Math.abs(b) < tiny ? tiny : b);
  let fraction = d;
  for (let k = 1; k < 100_000; k++) {
    const numerator = -k * (k - a);
    b += 2;
    d = numerator * d + b;
    if (Math.abs(d) < tiny) d = tiny;
    c = b + numerator / c;
    if (Math.abs(c) < tiny) c = tiny;
    d = 1 / d;
    const factor = c * d;
    fraction *= factor;
    if (Math.abs(factor - 1) < 1e-16) break;
  }
  return fraction * Math.exp(a * Math.log(x) - x - logGamma(a));
}

/** Φ(z) = ½ erfc(−z/√2) with erfc(t) = Q(½, t²) for t ≥ 0; the lower tail keeps its relative accuracy. */
export function normalCdf(z: number): number {
  if (Number.isNaN(z)) return z;
  const tail = 0.5 * gammaQ(0.5, (z * z) / 2);
  return z < 0 ? tail : 1 - tail;
}

/** Φ⁻¹(p). */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0) return Number.NEGATIVE_INFINITY;
  if (p === 1) return Number.POSITIVE_INFINITY;
  if (p > 0.5) return -normalQuantile(1 - p);
  // A start within 5e-4 (Abramowitz & Stegun 26.2.23), then Halley's steps on Φ(z) = p, which triple the digits.
  const t = Math.sqrt(-2 * Math.log(p));
  let z = (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (let step = 0; step < 4; step++) {
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    if (density === 0) break;
    const newton = (normalCdf(z) - p) / density;
    z -= newton / (1 + (z * newton) / 2);
  }
  return z;
}

/** P(|Z| ≥ |z|) for a standard normal Z. */
export function twoSidedP(z: number): number {
  return Number.isNaN(z) ? z : gammaQ(0.5, (z * z) / 2);
}

/** Whether the mean of independent draws is `expected`: z = (mean − expected)/(s/√n). Meant for n ≥ 30. */
export function zTest(values: ArrayLike<number>, expected: number): { z: number; pValue: number } {
  const difference = mean(values) - expected;
  const standardError = Math.sqrt(variance(values) / values.length);
  // Draws without spread decide the question by themselves.
  const z = difference === 0 ? 0 : difference / standardError;
  return { z, pValue: twoSidedP(z) };
}

/** P(X ≥ statistic) for a χ² variable with these degrees of freedom. */
export function chiSquareP(statistic: number, degrees: number): number {
  return gammaQ(degrees / 2, statistic / 2);
}

/** Pearson's test of counts against expected counts (each of which should be at least about 5). */
export function chiSquareTest(
  observed: ArrayLike<number>,
  expected: ArrayLike<number>,
  degrees = observed.length - 1,
): { statistic: number; pValue: number } {
  let statistic = 0;
  for (let i = 0; i < observed.length; i++) {
    const difference = observed[i]! - expected[i]!;
    if (difference !== 0) statistic += difference ** 2 / expected[i]!;
  }
  return { statistic, pValue: chiSquareP(statistic, degrees) };
}

/** Whether draws follow a continuous distribution function (Kolmogorov–Smirnov, one sample). */
export function kolmogorovSmirnov(
  values: ArrayLike<number>,
  cdf: (x: number) => number,
): { statistic: number; pValue: number } {
  const sorted = Float64Array.from(values).sort();
  const n = sorted.length;
  let statistic = 0;
  for (let i = 0; i < n; i++) {
    const level = cdf(sorted[i]!);
    statistic = Math.max(statistic, level - i / n, (i + 1) / n - level);
  }
  return { statistic, pValue: kolmogorovP(statistic, n) };
}

/** Whether two samples come from the same continuous distribution (Kolmogorov–Smirnov, two samples). */
export function kolmogorovSmirnovTwoSample(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
): { statistic: number; pValue: number } {
  const a = Float64Array.from(first).sort();
  const b = Float64Array.from(second).sort();
  let i = 0;
  let j = 0;
  let statistic = 0;
  while (i < a.length && j < b.length) {
    const x = Math.min(a[i]!, b[j]!);
    while (i < a.length && a[i]! <= x) i++;
    while (j < b.length && b[j]! <= x) j++;
    statistic = Math.max(statistic, Math.abs(i / a.length - j / b.length));
  }
  return { statistic, pValue: kolmogorovP(statistic, (a.length * b.length) / (a.length + b.length)) };
}

/**
 * P(D ≥ statistic) for an (effective) sample size n: Kolmogorov's limit law with Stephens' correction
 * λ = (√n + 0.12 + 0.11/√n) D (J. R. Stat. Soc. B 32 (1970) 115), good to about 0.01 from n = 8 on.
 */
export function kolmogorovP(statistic: number, n: number): number {
  const root = Math.sqrt(n);
  const lambda = (root + 0.12 + 0.11 / root) * statistic;
  if (lambda <= 0) return 1;
  if (lambda < 1.18) {
    // Near 0 the alternating series below converges slowly; its theta-function counterpart does not.
    let sum = 0;
    for (let k = 1; k <= 7; k += 2) sum += Math.exp((-k * k * Math.PI * Math.PI) / (8 * lambda * lambda));
    return 1 - (Math.sqrt(2 * Math.PI) / lambda) * sum;
  }
  let sum = 0;
  for (let k = 1; k <= 6; k++) sum += (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k * k * lambda * lambda);
  return Math.min(1, 2 * sum);
}
