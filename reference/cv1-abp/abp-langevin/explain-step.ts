import type { CaseResult } from '../../../harness/checks/case-result.ts';
import { meanSquare } from '../../../harness/numerics/statistics.ts';
import { groupSumsTest, shapeTest, tailsTest } from './laws.ts';

type Mistake = NonNullable<CaseResult['mistake']>;

/** What one right step adds to the latents, part by part, [n, d] each. */
export interface StepTruth {
  s: number;
  sigma: number;
  n: number;
  /** h·w·c */
  pixels: number;
  start: Float64Array;
  /** (s²/2) Wᵀ(I − g(z))/σ² */
  likelihood: Float64Array;
  /** −(s²/2) z */
  prior: Float64Array;
}

/** How often the two drifts are in a step, and the standard deviation of what is left in units of s. */
export interface Parts {
  likelihood: number;
  prior: number;
  noise: number;
}

/** By least squares. With thousands of latents both factors are known to a few per cent. */
export function partsOf({ start, likelihood, prior, s }: StepTruth, z: Float64Array): Parts {
  let [ll, lp, pp, lr, pr] = [0, 0, 0, 0, 0];
  const moved = z.map((x, i) => x - start[i]!);
  for (let i = 0; i < z.length; i++) {
    const [l, p, r] = [likelihood[i]!, prior[i]!, moved[i]!];
    ll += l * l;
    lp += l * p;
    pp += p * p;
    lr += l * r;
    pr += p * r;
  }
  const determinant = ll * pp - lp * lp;
  const [a, b] = [(lr * pp - pr * lp) / determinant, (pr * ll - lr * lp) / determinant];
  const rest = moved.map((r, i) => (r - a * likelihood[i]! - b * prior[i]!) / s);
  return { likelihood: a, prior: b, noise: Math.sqrt(meanSquare(rest)) };
}

const near = (value: number, wanted: number, slack = 0.07): boolean =>
  Math.abs(value - wanted) <= slack * Math.max(Math.abs(wanted), 0.4);

/** The mistake that one step shows by its parts. */
export function explainStep(truth: StepTruth, z: Float64Array): Mistake | undefined {
  if (z.every((x, i) => x === truth.start[i]))
    return {
      id: 'no-step',
      message: 'The latents are those of the start: not a single step was made, or all of them were rejected.',
    };
  const parts = partsOf(truth, z);
  const right = near(parts.likelihood, 1) && near(parts.prior, 1);
  return right ? noiseMistake(truth, z, parts.noise) : driftMistake(truth, parts);
}

function driftMistake({ s, sigma, n, pixels }: StepTruth, { likelihood: a, prior: b }: Parts): Mistake | undefined {
  const known: [holds: boolean, id: string, message: string][] = [
    [
      near(a, 0, 0.025) && near(b, 0, 0.025),
      'no-drift',
      'The latents do not move along the gradient at all: there is only noise.',
    ],
    [near(a, -1) && near(b, -1), 'descent', 'The step goes down the gradient of log p: it should go up.'],
    [near(a, 2 / s) && near(b, 2 / s), 'drift-s', 'The gradient is multiplied by s in place of s²/2.'],
    [near(a, 2) && near(b, 2), 'drift-s-squared', 'The gradient is multiplied by s² in place of s²/2.'],
    [near(a, 1 / s) && near(b, 1 / s), 'drift-s-half', 'The gradient is multiplied by s/2 in place of s²/2.'],
    [
      near(a, 1 / n, 0.04) && near(b, 1 / n, 0.04),
      'mean-over-batch',
      'The gradient is that of the mean over the pictures: each picture has a chain of its own.',
    ],
    [near(a, 1) && near(b, 0), 'prior-forgotten', 'The prior is forgotten: −‖z‖²/2 adds −z to the gradient.'],
    [near(a, 1) && near(b, -1), 'prior-sign', 'The prior has the wrong sign: it adds −z to the gradient, not +z.'],
    [
      near(a, 0) && near(b, 1),
      'likelihood-forgotten',
      'Only the prior moves the latents: the gradient of −‖I − g(z)‖²/(2σ²) is missing.',
    ],
    [near(a, -1) && near(b, 1), 'likelihood-sign', 'The gradient of the likelihood has the wrong sign.'],
    [
      near(a, 2) && near(b, 1),
      'likelihood-doubled',
      'The likelihood is counted twice: it is −‖I − g(z)‖²/(2σ²), with the 2.',
    ],
    [near(a, 1) && near(b, 2), 'prior-doubled', 'The prior is counted twice: it is −‖z‖²/2.'],
    [near(a, sigma) && near(b, 1), 'sigma-for-sigma-squared', 'The likelihood is divided by σ in place of σ².'],
    [near(a, sigma ** 2) && near(b, 1), 'sigma-forgotten', 'The likelihood is not divided by σ².'],
    [
      near(a, 1 / pixels, 0.015) && near(b, 1),
      'mean-over-pixels',
      'The squared differences are averaged over the pixels: they should be summed.',
    ],
  ];
  const found = known.find(([holds]) => holds);
  return found === undefined ? undefined : { id: found[1], message: found[2] };
}

/** The drift is right here, so that what is left is the noise itself. */
function noiseMistake(truth: StepTruth, z: Float64Array, size: number): Mistake | undefined {
  const { s, n, start, likelihood, prior } = truth;
  if (size < 1e-4) return { id: 'noise-missing', message: 'There is no noise in the step: s·noise is missing.' };
  const noise = z.map((x, i) => (x - start[i]! - likelihood[i]! - prior[i]!) / s);
  const unit = noise.map((x) => x / size);
  return dependence(unit, n) ?? shape(unit) ?? scale(size, s);
}

function dependence(unit: Float64Array, n: number): Mistake | undefined {
  const d = unit.length / n;
  const equal = unit.filter((x, i) => i > 0 && Math.abs(x - unit[i - 1]!) < 1e-5).length;
  const alike = (groupOf: (i: number) => number, groups: number): boolean =>
    groupSumsTest(unit, groupOf, groups).statistic > 0.9 * unit.length;
  if (unit.every((x) => x > -0.01))
    return { id: 'positive-noise', message: 'The noise is never negative: it should be standard normal.' };
  if (alike((i) => i % d, d))
    return { id: 'shared-noise', message: 'All pictures get the same noise: each has a chain, and noise, of its own.' };
  if (alike((i) => Math.floor(i / d), n))
    return {
      id: 'same-noise-for-latents',
      message: 'All latents of a picture get the same noise: each number needs its own.',
    };
  if (equal > 0.3 * unit.length)
    return {
      id: 'numbers-twice',
      message: 'Every random number is used twice: neighbouring latents get the same noise.',
    };
  return undefined;
}

function shape(unit: Float64Array): Mistake | undefined {
  if (shapeTest(unit).pValue > 1e-3 && tailsTest(unit).pValue > 1e-4) return undefined;
  const most = unit.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0);
  if (most < 1.8)
    return {
      id: 'uniform-noise',
      message:
        'The noise is uniform: it should be standard normal (Box and Muller make normal numbers of uniform ones).',
    };
  return { id: 'not-normal', message: 'The noise is not normal: it should be standard normal.' };
}

function scale(size: number, s: number): Mistake | undefined {
  const sizes: [factor: number, id: string, message: string][] = [
    [s, 'noise-s-squared', 'The noise is multiplied by s² in place of s.'],
    [1 / s, 'noise-not-scaled', 'The noise is not multiplied by s.'],
    [Math.sqrt(s) / s, 'noise-root-s', 'The noise is multiplied by √s in place of s.'],
    [s / 2, 'noise-half-s-squared', 'The noise is multiplied by s²/2 in place of s.'],
    [1 / 2, 'noise-half', 'The noise is half as large as it should be.'],
    [Math.SQRT2, 'noise-root-two', 'The noise is √2 times as large as it should be.'],
    [
      Math.SQRT1_2,
      'noise-over-root-two',
      'The noise is √2 times smaller than it should be: Box and Muller take √(−2 log u).',
    ],
  ];
  // 12,000 numbers tell a standard deviation to 0.6 %.
  const found = sizes.find(([factor]) => Math.abs(size - factor) < 0.03 * factor);
  return found === undefined ? undefined : { id: found[1], message: found[2] };
}
