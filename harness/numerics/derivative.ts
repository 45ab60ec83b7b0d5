/**
 * Directional derivatives from stored values. The values f(x ± h·d) come from a sandbox; here they become
 * f'(x; d) with an error estimate.
 *
 * A central difference D(h) = (f(x + h d) − f(x − h d)) / 2h has the error c₂h² + c₄h⁴ + … (truncation) plus up to
 * noise/h (round-off). Richardson's extrapolation to h = 0 in powers of h² removes the first terms of the former
 * (Ridders, Adv. Eng. Software 4 (1982) 75; Press et al., Numerical Recipes, §5.7). Of all runs of neighbouring step
 * sizes the one with the least estimated total error is taken.
 */

export interface Sample {
  h: number;
  /** f(x + h·d) */
  plus: number;
  /** f(x − h·d) */
  minus: number;
}

export interface Derivative {
  value: number;
  /** |value − truth| is at most this, unless the function changes within far less than the smallest step. */
  error: number;
  /** false: one-sided slopes differ at x by more than noise explains (the kink of a ReLU, a max, an |x|). */
  smooth: boolean;
}

/**
 * Four step sizes, largest first: 2^-4, 2^-7, 2^-10, 2^-13 times the scale (rounded to a power of two, so that h·d
 * is exact). `scale`: the change of x along d over which f changes notably, e.g. 1 for x ~ 1 and |d| ~ 1.
 * The large factor between steps serves both precisions: float64 values are extrapolated from all four (truncation
 * ~h₁²h₂²h₃²h₄² = 2^-68, round-off ε/h₄ ~ 1e-12), float32 values mostly from the first two.
 */
export function stepSizes(scale: number): number[] {
  if (!(scale > 0) || !Number.isFinite(scale)) throw new RangeError(`the scale must be positive, got ${scale}`);
  const unit = 2 ** Math.round(Math.log2(scale));
  return [2 ** -4 * unit, 2 ** -7 * unit, 2 ** -10 * unit, 2 ** -13 * unit];
}

/**
 * Absolute noise of a value of this magnitude: half a unit in the last place where it was stored as float32;
 * otherwise float64 with some rounding of the computation before it (16 ε; |f'·x| enters through the rounding of x).
 */
export function roundOff(magnitude: number, float32: boolean): number {
  return Math.abs(magnitude) * (float32 ? 2 ** -24 : 16 * 2 ** -53);
}

/**
 * The derivative at h = 0. `noise`: absolute uncertainty of one stored value (see `roundOff`). Where the values turn
 * out to be noisier than that, the error grows accordingly.
 */
export function extrapolate(samples: readonly Sample[], noise: number): Derivative {
  if (samples.length < 2) throw new RangeError('extrapolation needs at least two step sizes');
  const sorted = [...samples].sort((a, b) => b.h - a.h);
  if (!sorted.every(({ plus, minus }) => Number.isFinite(plus) && Number.isFinite(minus))) {
    return { value: Number.NaN, error: Number.POSITIVE_INFINITY, smooth: false };
  }
  const differences = sorted.map(({ h, plus, minus }) => (plus - minus) / (2 * h));
  const steps = sorted.map(({ h }) => h);
  const trueNoise = observedNoise(steps, differences, noise);
  const runs = extrapolations(steps, differences, trueNoise);
  const best = runs.reduce((least, run) => (run.error < least.error ? run : least));

  // Every run of steps at least as small must agree within the two errors: a chance agreement of two large steps,
  // which the least error would favour, is found out here.
  let error = best.error;
  for (const run of runs) {
    if (run.first < best.first || run.last < best.last) continue;
    error = Math.max(error, Math.abs(run.value - best.value) - run.error);
  }
  const jump = slopeJump(sorted, trueNoise);
  return { value: best.value, error: Math.max(SAFETY * error, jump / 2), smooth: jump === 0 };
}

/** The best of several estimates is one that chance made look good. */
const SAFETY = 3;

interface Run {
  first: number;
  last: number;
  value: number;
  error: number;
}

/** Neville's scheme in h²: the extrapolated value of every run first…last of at least two steps. */
function extrapolations(steps: number[], differences: number[], noise: number): Run[] {
  const runs: Run[] = [];
  let values = [...differences];
  let roundOffs = steps.map((h) => noise / h);
  for (let length = 2; length <= steps.length; length++) {
    const nextValues: number[] = [];
    const nextRoundOffs: number[] = [];
    for (let first = 0; first + length <= steps.length; first++) {
      const last = first + length - 1;
      const weight = 1 / ((steps[first]! / steps[last]!) ** 2 - 1);
      const correction = weight * (values[first + 1]! - values[first]!);
      const value = values[first + 1]! + correction;
      const rounding = (1 + weight) * roundOffs[first + 1]! + weight * roundOffs[first]!;
      nextValues.push(value);
      nextRoundOffs.push(rounding);
      // The last correction is the truncation error of the run without its largest step, hence more than that of
      // this run.
      runs.push({ first, last, value, error: Math.abs(correction) + rounding + Number.EPSILON * Math.abs(value) });
    }
    values = nextValues;
    roundOffs = nextRoundOffs;
  }
  return runs;
}

/**
 * The noise that the smallest step shows: what is left between its central difference and what the larger steps
 * predict for it. One draw of a random number may be small by chance, hence the factor where it exceeds the claim.
 */
function observedNoise(steps: number[], differences: number[], claimed: number): number {
  const last = steps.length - 1;
  if (last < 2) return claimed;
  let residual = Math.abs(differences[last]! - differences[last - 1]!);
  for (let first = last - 2; first >= 0; first--) {
    const predicted = nevilleAt(steps[last]! ** 2, steps.slice(first, last), differences.slice(first, last));
    residual = Math.min(residual, Math.abs(differences[last]! - predicted));
  }
  const observed = residual * steps[last]!;
  return observed > 2 * claimed ? 4 * observed : claimed;
}

/** The polynomial in h² through the central differences, at h² = `square`. */
function nevilleAt(square: number, steps: number[], differences: number[]): number {
  const values = [...differences];
  for (let length = 2; length <= steps.length; length++) {
    for (let first = 0; first + length <= steps.length; first++) {
      const near = steps[first + length - 1]! ** 2;
      const far = steps[first]! ** 2;
      values[first] = ((square - near) * values[first]! + (far - square) * values[first + 1]!) / (far - near);
    }
  }
  return values[0]!;
}

/**
 * The difference of the right and left derivative at x, 0 where it is not significant. A central difference
 * cannot see a kink at x itself (it gives the mean slope); the even part can: f(x + h d) + f(x − h d) is
 * a + b h² + c h⁴ where f is smooth and has a term J·|h| where it is not.
 */
function slopeJump(samples: Sample[], noise: number): number {
  if (samples.length < 4) return 0;
  const [first, second, third, fourth] = samples.slice(-4) as [Sample, Sample, Sample, Sample];
  const wide = linearTerm([first, second, third, fourth], [0, 1, 2, 4]);
  const narrow = linearTerm([second, third, fourth], [0, 1, 2]);
  const rounding = 2 * noise * Math.max(wide.gain, narrow.gain);
  const jump = Math.abs(wide.value);
  const agree = Math.abs(wide.value - narrow.value) <= 0.1 * jump + rounding;
  // The two smallest steps must see it too: a kink between the larger steps leaves the small ones unharmed.
  const closest = (third.plus + third.minus - fourth.plus - fourth.minus) / (third.h - fourth.h);
  const seen = Math.abs(closest - wide.value) <= 0.5 * jump;
  return agree && seen && jump > 4 * rounding ? jump : 0;
}

/** The coefficient of h in the combination of these powers that fits the even part; `gain`: Σ |weights|. */
function linearTerm(samples: Sample[], powers: number[]): { value: number; gain: number } {
  const unit = samples[0]!.h;
  const weights = solveTransposed(
    samples.map(({ h }) => powers.map((power) => (h / unit) ** power)),
    powers.indexOf(1),
  );
  // Differences to the first sample keep the large constant part from swamping the sum: the weights add up to 0.
  const base = samples[0]!.plus + samples[0]!.minus;
  let value = 0;
  let gain = 0;
  for (const [i, { plus, minus }] of samples.entries()) {
    value += (weights[i]! * (plus + minus - base)) / unit;
    gain += Math.abs(weights[i]!) / unit;
  }
  return { value, gain };
}

/**
 * The interval that holds the slopes on the two sides of x where a kink lies so near that all steps reach over it; undefined
 * where the function looks smooth. `value`: f(x). A central difference is then a mean of the two slopes, whatever the step, and
 * its error estimate knows little of it. Of a smooth function the two sides agree at h = 0; next to a kink they do not, and
 * it is the same from smaller and from larger steps. Where the function jumps, or is noisy, they part.
 */
export function slopesAtKink(samples: readonly Sample[], value: number, noise: number): [number, number] | undefined {
  if (samples.length < 3) return undefined;
  const { nearest, right, left } = differencesBySide(samples, value);
  // The difference of the two sides at h = 0, from the two smallest steps and from the next two: its part in h is curvature.
  const jumps = nearest.map(({ h }, k) => ({ h, slope: right[k]!.slope - left[k]!.slope }));
  const closest = Math.abs(limit(jumps[0]!, jumps[1]!));
  const next = Math.abs(limit(jumps[1]!, jumps[2]!));
  if (!(closest > 0.5 * next && closest < 2 * next) || !(closest > (16 * noise) / nearest[0]!.h)) return undefined;
  const sides = [right, left].map((side) => oneSided(side, noise));
  return [
    Math.min(...sides.map(({ slope, error }) => slope - error)),
    Math.max(...sides.map(({ slope, error }) => slope + error)),
  ];
}

/**
 * The derivatives from the right and from the left, each from the values of its side alone. Where a kink lies between the steps of
 * one side, the other side's is still good; the bad one shows by its error.
 */
export function oneSidedSlopes(
  samples: readonly Sample[],
  value: number,
  noise: number,
): { slope: number; error: number }[] {
  if (samples.length < 3) return [];
  const { right, left } = differencesBySide(samples, value);
  return [oneSided(right, noise), oneSided(left, noise)];
}

/** Of the three smallest steps, ascending. */
function differencesBySide(samples: readonly Sample[], value: number) {
  const nearest = [...samples].sort((a, b) => a.h - b.h).slice(0, 3);
  const right = nearest.map(({ h, plus }) => ({ h, slope: (plus - value) / h }));
  const left = nearest.map(({ h, minus }) => ({ h, slope: (value - minus) / h }));
  return { nearest, right, left };
}

interface Slope {
  h: number;
  slope: number;
}

/** At h = 0, of what is linear in h. */
function limit(near: Slope, far: Slope): number {
  return near.slope + ((near.slope - far.slope) * near.h) / (far.h - near.h);
}

/** The limit of one-sided differences, whose error is c₁h + c₂h² + …; steps ascending. */
function oneSided([first, second, third]: Slope[], noise: number): { slope: number; error: number } {
  const slope = limit(first!, second!);
  // c₂h₁h₂ is left; the same from the next two steps has c₂h₂h₃.
  const left = (Math.abs(slope - limit(second!, third!)) * first!.h) / third!.h;
  return { slope, error: 3 * left + (4 * noise) / first!.h };
}

/** w with Σᵢ wᵢ·matrix[i][j] = δ(j, unknown), by Gauss–Jordan elimination with pivoting (sizes 3 and 4). */
function solveTransposed(matrix: number[][], unknown: number): number[] {
  const n = matrix.length;
  const rows = Array.from({ length: n }, (_, j) => [
    ...Array.from({ length: n }, (_, i) => matrix[i]![j]!),
    j === unknown ? 1 : 0,
  ]);
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let r = column + 1; r < n; r++) {
      if (Math.abs(rows[r]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = r;
    }
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    for (let r = 0; r < n; r++) {
      if (r === column) continue;
      const factor = rows[r]![column]! / rows[column]![column]!;
      for (let k = column; k <= n; k++) rows[r]![k]! -= factor * rows[column]![k]!;
    }
  }
  return rows.map((row, i) => row[n]! / row[i]!);
}
