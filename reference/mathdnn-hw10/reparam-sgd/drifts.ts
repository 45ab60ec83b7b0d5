import { meanSquare } from '../../../harness/numerics/statistics.ts';
import { type Drift, drift, residuals } from './residuals.ts';
import type { Run, RunOptions } from './run.ts';
import {
  expectation,
  expectationGradient,
  type Method,
  normalMean,
  objectiveGradient,
  type Pair,
  restGradient,
  TERMS,
} from './truth.ts';

const sum = (a: Pair, b: Pair, factor = 1): Pair => ({ mu: a.mu + factor * b.mu, tau: a.tau + factor * b.tau });
const times = (factor: number, a: Pair): Pair => ({ mu: factor * a.mu, tau: factor * a.tau });

/** Noise that is not normal: values with their weights. */
type Law = [value: number, weight: number][];

const CELLS = 60;
const UNIFORM: Law = Array.from({ length: CELLS }, (_, i) => [Math.sqrt(3) * ((2 * i + 1) / CELLS - 1), 1 / CELLS]);
/** The radius of Box and Muller, by equal shares of its distribution function 1 − exp(−r²/2). */
const RADIUS: Law = Array.from({ length: CELLS }, (_, i) => [Math.sqrt(-2 * Math.log((i + 0.5) / CELLS)), 1 / CELLS]);

/** The sum of three uniform numbers, with mean 0 and variance 1: its density is made of three parabolas on [−3, 3]. */
const THREE_UNIFORMS: Law = Array.from({ length: CELLS }, (_, i) => {
  const y = 6 * ((i + 0.5) / CELLS) - 3;
  const density = Math.abs(y) < 1 ? (3 - y * y) / 8 : (3 - Math.abs(y)) ** 2 / 16;
  return [y, (density * 6) / CELLS];
});

const underLaw =
  (method: Method, law: Law): Drift =>
  (at) =>
    law.reduce((total, [y, weight]) => sum(total, TERMS[method](at, y), weight), restGradient(at));

const noiseLaws = (method: Method): WrongDrift[] => [
  {
    id: 'uniform-noise',
    only: method,
    message: 'The noise seems to be uniform; it is to be normal.',
    drift: underLaw(method, UNIFORM),
  },
  {
    id: 'radius-as-noise',
    only: method,
    message: 'The noise seems to be the radius √(−2 log u) of Box and Muller alone: the factor cos(2πv) is missing.',
    drift: underLaw(method, RADIUS),
  },
  {
    id: 'three-uniforms',
    only: method,
    message:
      'The noise seems to be a sum of a few uniform numbers, such as three: its tails are too short for a normal one.',
    drift: underLaw(method, THREE_UNIFORMS),
  },
];

interface WrongDrift {
  id: string;
  message: string;
  only?: Method;
  drift: Drift;
}

/** Known wrong steps: where they lead in the mean. */
const DRIFTS: WrongDrift[] = [
  ...noiseLaws('score'),
  ...noiseLaws('pathwise'),
  {
    id: 'ascent',
    message: 'The steps go up the gradient: a minimum is looked for.',
    drift: (at) => times(-1, objectiveGradient(at)),
  },
  {
    id: 'rest-missing',
    message: 'The steps follow the gradient of E[X sin X] alone: (μ − 1, σ − 1), that of the other terms, is missing.',
    drift: expectationGradient,
  },
  {
    id: 'expectation-missing',
    message: 'The gradient of E[X sin X] has no part in the steps: only that of the other terms is followed.',
    drift: restGradient,
  },
  {
    id: 'expectation-sign',
    message: 'The gradient of E[X sin X] has the wrong sign in the steps.',
    drift: (at) => sum(restGradient(at), expectationGradient(at), -1),
  },
  {
    id: 'sum-for-mean',
    message: 'The estimates are added up over the batch in place of their mean.',
    drift: (at, batch) => sum(restGradient(at), expectationGradient(at), batch),
  },
  {
    id: 'all-summed',
    message: 'The gradients are added up over the batch in place of their mean.',
    drift: (at, batch) => times(batch, objectiveGradient(at)),
  },
  {
    id: 'batch-squared',
    message: 'The estimate is divided by the batch size once too often.',
    drift: (at, batch) => sum(restGradient(at), expectationGradient(at), 1 / batch),
  },
  {
    id: 'step-in-sigma',
    message: 'The steps are made in σ; they are to be made in τ = log σ.',
    drift: (at) => {
      const { mu, tau } = objectiveGradient(at);
      return { mu, tau: tau * Math.exp(-2 * at.tau) };
    },
  },
  {
    id: 'sigma-derivative',
    message:
      'The step of τ is made with the derivative with respect to σ: the factor dσ/dτ = σ is missing, or the step was made in σ.',
    drift: (at) => {
      const { mu, tau } = objectiveGradient(at);
      return { mu, tau: tau * Math.exp(-at.tau) };
    },
  },
  {
    id: 'rest-in-sigma',
    message:
      'In the step of τ the terms σ − log σ have the derivative with respect to σ, 1 − 1/σ; with respect to τ it is σ − 1.',
    drift: (at) => {
      const { mu, tau } = objectiveGradient(at);
      return { mu, tau: tau - (Math.exp(at.tau) - 1) + 1 - Math.exp(-at.tau) };
    },
  },
  {
    id: 'log-forgotten',
    message: 'The derivative of −log σ with respect to τ, −1, is missing.',
    drift: (at) => sum(objectiveGradient(at), { mu: 0, tau: 1 }),
  },
  {
    id: 'rest-sign',
    message: 'In the step of τ the derivative of σ − log σ has the wrong sign: with respect to τ it is σ − 1.',
    drift: (at) => sum(objectiveGradient(at), { mu: 0, tau: -2 * (Math.exp(at.tau) - 1) }),
  },
  {
    id: 'half-of-the-square',
    message: 'The derivative of ½(μ − 1)² is μ − 1; the steps follow another multiple of it.',
    drift: (at) => sum(objectiveGradient(at), { mu: -0.5 * (at.mu - 1), tau: 0 }),
  },
  {
    id: 'score-sign',
    only: 'score',
    message: 'The score of μ has the wrong sign: it is (x − μ)/σ².',
    drift: (at) => sum(objectiveGradient(at), { mu: expectationGradient(at).mu, tau: 0 }, -2),
  },
  {
    id: 'sigma-for-variance',
    only: 'score',
    message: 'The score of τ has (x − μ)²/σ where it should have (x − μ)²/σ²: nothing of this shows at σ = 1.',
    drift: (at) => {
      const sigma = Math.exp(at.tau);
      const raised = normalMean((y) => {
        const x = at.mu + sigma * y;
        return x * Math.sin(x) * y * y;
      });
      return sum(objectiveGradient(at), { mu: 0, tau: (sigma - 1) * raised });
    },
  },
  {
    id: 'score-without-one',
    only: 'score',
    message: 'The score of τ is (x − μ)²/σ² − 1: the −1 is missing.',
    drift: (at) => sum(objectiveGradient(at), { mu: 0, tau: expectation(at) }),
  },
  {
    id: 'mu-sigma-for-variance',
    only: 'score',
    message: 'The score of μ has (x − μ)/σ where it should have (x − μ)/σ².',
    drift: (at) => {
      const { mu } = expectationGradient(at);
      return sum(objectiveGradient(at), { mu: mu * (Math.exp(at.tau) - 1), tau: 0 });
    },
  },
  {
    id: 'drawn-with-variance',
    only: 'score',
    message: 'x is drawn as μ + σ²y; the standard deviation is σ.',
    drift: (at) => {
      const variance = Math.exp(2 * at.tau);
      const value = (score: (y: number) => number): number =>
        normalMean((y) => {
          const x = at.mu + variance * y;
          return x * Math.sin(x) * score(y);
        });
      return sum(restGradient(at), { mu: value((y) => y), tau: value((y) => variance * y * y - 1) });
    },
  },
  {
    id: 'drawn-at-start',
    only: 'score',
    message: 'x is drawn from N(0, 1) in every step; it is to be drawn from N(μ, σ²) with the μ and σ of that step.',
    drift: (at) => {
      const variance = Math.exp(2 * at.tau);
      const value = (score: (x: number) => number): number => normalMean((x) => x * Math.sin(x) * score(x));
      return sum(restGradient(at), {
        mu: value((x) => (x - at.mu) / variance),
        tau: value((x) => (x - at.mu) ** 2 / variance - 1),
      });
    },
  },
  {
    id: 'pathwise-sigma-missing',
    only: 'pathwise',
    message: 'The pathwise derivative with respect to τ lacks the factor σ of dx/dτ = σy.',
    drift: (at) => {
      const { mu, tau } = expectationGradient(at);
      return sum(restGradient(at), { mu, tau: tau * Math.exp(-at.tau) });
    },
  },
];

/** Within so many standard errors of a wrong drift, and farther from the right one, it is named. */
const NEAR = 4;

/** The run up to where it leaves the surroundings of the start: where it has run away, every drift is as wrong as another. */
function nearBy(run: Run): Run {
  const away = run.findIndex(({ mu, tau }) => !(Math.abs(mu) < 4 && Math.abs(tau) < 2));
  return away > 20 ? run.slice(0, away) : run;
}

/** How far the steps are, in the mean, from a drift: the greater of the standard errors over the first steps and over the rest. */
export function distanceFrom(test: Drift, method: Method, run: Run, options: RunOptions): number {
  const found = residuals(method, nearBy(run), options, test);
  const early = Math.ceil(found.mu.length / 4);
  return Math.max(
    ...(['mu', 'tau'] as const).flatMap((key) => [
      studentised(found[key].slice(0, early)),
      studentised(found[key].slice(early)),
    ]),
  );
}

/** Whether the steps follow the right gradient in the mean, as far as one can see. */
export function followsGradient(method: Method, run: Run, options: RunOptions): boolean {
  return distanceFrom(objectiveGradient, method, run, options) < NEAR;
}

interface Explained {
  mistake?: { id: string; message: string };
}

/** What the first step shows, whatever the options are. */
function explainStart(method: Method, run: Run, options: RunOptions): Explained {
  if (startsElsewhere(method, run, options))
    return {
      mistake: { id: 'start', message: 'The descent does not start at (μ, τ) = (0, 0), that is at μ = 0, σ = 1.' },
    };
  if (scaledSteps(run, options))
    return {
      mistake: {
        id: 'scaled-steps',
        message:
          'The first step has the length of learningRate in both directions, as steps of Adam have: plain steps −learningRate · gradient are asked for.',
      },
    };
  return {};
}

/** Mistakes that scale the noise with the batch. */
const SCALED = ['sum-for-mean', 'all-summed'];
/** Beyond this multiple of the ordinary variance the noise hides where steps lead. */
const WILD = 20;

function isWild(test: Drift, method: Method, run: Run, options: RunOptions): boolean {
  const { mu, tau } = residuals(method, nearBy(run), options, test);
  return !(meanSquare(mu) < WILD && meanSquare(tau) < WILD);
}

/** What every run tells: where it starts, and whether it goes up. A run of long steps that does is soon beyond all numbers. */
export function explainRoughly(method: Method, run: Run, options: RunOptions): Explained {
  const start = explainStart(method, run, options);
  if (start.mistake !== undefined || followsGradient(method, run, options)) return start;
  const [ascent] = DRIFTS.filter(({ id }) => id === 'ascent');
  if (distanceFrom(ascent!.drift, method, run, options) >= NEAR || isWild(ascent!.drift, method, run, options))
    return {};
  return { mistake: { id: ascent!.id, message: ascent!.message } };
}

/**
 * The one known wrong drift that the steps follow, if exactly one does. Meant for a run in which σ comes near 0.6: at σ = 1
 * many mistakes look alike.
 */
export function explainDrift(method: Method, run: Run, options: RunOptions): Explained {
  const start = explainStart(method, run, options);
  if (start.mistake !== undefined || followsGradient(method, run, options)) return start;
  const near = DRIFTS.filter(
    ({ id, only, drift: test }) =>
      (only ?? method) === method &&
      distanceFrom(test, method, run, options) < NEAR &&
      (SCALED.includes(id) || !isWild(test, method, run, options)),
  );
  return near.length === 1 ? { mistake: { id: near[0]!.id, message: near[0]!.message } } : {};
}

/** Of a run that follows the gradient in larger batches: a baseline that contains the draw itself takes 1/batch of E[X sin X]. */
export function explainSharedBaseline(method: Method, run: Run, options: RunOptions): Explained {
  const biased: Drift = (at, batch) => sum(objectiveGradient(at), expectationGradient(at), -1 / batch);
  if (method !== 'score' || followsGradient(method, run, options)) return {};
  if (distanceFrom(biased, method, run, options) >= NEAR) return {};
  return {
    mistake: {
      id: 'baseline-of-the-same-batch',
      message:
        'With batches of n draws the gradient of E[X sin X] in the steps is 1 − 1/n times what it should be: a baseline is subtracted that contains the draw itself, such as the mean over the same batch.',
    },
  };
}

/** The first step is a leap, and from there on all is well. */
function startsElsewhere(method: Method, run: Run, options: RunOptions): boolean {
  const { mu, tau } = residuals(method, run.slice(0, 2), options);
  const leaps = Math.max(Math.abs(mu[0]!), Math.abs(tau[0]!)) > 20;
  const rest = run.slice(1);
  // A first step among others that are as long is no leap.
  const ordinary = rest.length > 1 && meanSquare(residuals(method, rest, options).mu) < 3;
  return leaps && ordinary && followsGradient(method, rest, options);
}

function scaledSteps([start, first]: Run, { learningRate }: RunOptions): boolean {
  const near = (key: keyof Pair): boolean =>
    Math.abs(Math.abs(first![key] - start![key]) - learningRate) < 1e-3 * learningRate;
  return near('mu') && near('tau');
}

/** |Σ r/√T| in units of the spread that the residuals themselves show. */
function studentised(values: readonly number[]): number {
  const spread = Math.sqrt(Math.max(meanSquare(values) - drift(values) ** 2 / values.length, 1e-30));
  const z = Math.abs(drift(values)) / spread;
  return Number.isNaN(z) ? Number.POSITIVE_INFINITY : z;
}
