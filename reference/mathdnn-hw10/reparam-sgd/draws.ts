import { coerce } from '../../../harness/checks/coerce.ts';
import { isRecord, type Value } from '../../../harness/model/value.ts';
import { mean, variance, zTest } from '../../../harness/numerics/statistics.ts';
import { type Method, objectiveGradient, type Pair, termMoments } from './truth.ts';

/** A scalar as values are compared: a number, a one-element tensor or list; undefined for anything else. */
export function asNumber(value: Value): number | undefined {
  const scalar = coerce(value, []);
  return scalar.ok ? scalar.array.data[0] : undefined;
}

/** The two parts of a gradient, as far as they are numbers. */
export function asPair(value: Value): Pair | undefined {
  if (!isRecord(value)) return undefined;
  const [mu, tau] = [asNumber(value.mu), asNumber(value.tau)];
  return mu === undefined || tau === undefined ? undefined : { mu, tau };
}

/** Results of a function on many batches of n fresh draws at one point. */
export interface Sample {
  at: Pair;
  n: number;
  values: Pair[];
}

export interface Finding {
  claim: string;
  /** How many standard errors the sample is from the claim; above `LIMIT` it speaks against it. */
  z: number;
  figure: string;
}

/** A normal z beyond 5 comes once in two million; with tails a hundred times as heavy, and twice in a row, once in 1e9. */
export const LIMIT = 5;
/** An estimator may have this multiple of the plain one's variance … */
export const MOST_VARIANCE = 1.5;
/** … and one with less than this share of it does not use its draws: the best constant baseline leaves 0.18. */
const LEAST_VARIANCE = 1e-3;

const KEYS = ['mu', 'tau'] as const;
const NAMES = { mu: 'μ', tau: 'τ' };

/** What a sample says: the mean is ∇F, and (in batches of 16) the variance about that of the plain estimator. */
export function examine(method: Method, { at, n, values }: Sample): Finding[] {
  const truth = objectiveGradient(at);
  const plain = termMoments(method, at);
  return KEYS.flatMap((key) => {
    const numbers = values.map((value) => value[key]);
    const { z } = zTest(numbers, truth[key]);
    const found: Finding[] = [
      {
        claim: `the mean over batches of ${n} is ∂F/∂${NAMES[key]}`,
        z: Math.abs(z),
        figure: `${mean(numbers).toPrecision(4)}, expected ${truth[key].toPrecision(4)}`,
      },
    ];
    // A baseline from the other draws of a batch of two is worth little: variances are judged in batches of 16.
    if (n < 16) return found;
    const ratio = (variance(numbers) * n) / plain.variance[key];
    const kurtosis = 3 + (plain.kurtosis[key] - 3) / n;
    const spread = MOST_VARIANCE * Math.sqrt((kurtosis - 1) / numbers.length);
    const figure = `${ratio.toPrecision(3)} times that of the plain estimator`;
    return [
      ...found,
      {
        claim: `the variance in ${NAMES[key]} is at most ${MOST_VARIANCE} times the plain estimator's`,
        z: (ratio - MOST_VARIANCE) / spread,
        figure,
      },
      {
        claim: `the estimate of ∂F/∂${NAMES[key]} depends on the draws`,
        z: ratio < LEAST_VARIANCE ? Number.POSITIVE_INFINITY : 0,
        figure,
      },
    ];
  });
}

// NaN fails.
export const holds = ({ z }: Finding): boolean => z <= LIMIT;
