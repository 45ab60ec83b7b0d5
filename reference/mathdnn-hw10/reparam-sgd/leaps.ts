import { momentsNear } from './residuals.ts';
import type { Run, RunOptions } from './run.ts';
import { type Method, normalMean, objectiveGradient, type Pair, restGradient, TERMS } from './truth.ts';

interface Named {
  mistake?: { id: string; message: string; hint?: string };
}

/** A step that was made, and the means and standard deviations of what a program takes the two derivatives for. */
type Reading = (
  method: Method,
  step: { at: Pair; next: Pair },
  options: RunOptions,
) => { taken: Pair; mean: Pair; deviation: Pair };

const KEYS = ['mu', 'tau'] as const;

const plain: Reading = (method, { at, next }, { batch, learningRate }) => {
  const { variance } = momentsNear(method, at);
  return {
    taken: { mu: (at.mu - next.mu) / learningRate, tau: (at.tau - next.tau) / learningRate },
    mean: objectiveGradient(at),
    deviation: { mu: Math.sqrt(variance.mu / batch), tau: Math.sqrt(variance.tau / batch) },
  };
};

/** The derivative with respect to one parameter is taken where the other one has moved already; draws are those of `at`. */
const oneAfterTheOther =
  (second: keyof Pair, fresh: boolean): Reading =>
  (method, step, options) => {
    const { at, next } = step;
    const read = plain(method, step, options);
    const first = second === 'mu' ? 'tau' : 'mu';
    const moved = { ...at, [first]: next[first] };
    // The draws x of the score method are made before the first of the two steps, or with the point that it leads to.
    const from = fresh || method === 'pathwise' ? moved : at;
    const noise = (y: number): number => (from.mu + Math.exp(from.tau) * y - moved.mu) / Math.exp(moved.tau);
    const moment = (power: number): number => normalMean((y) => TERMS[method](moved, noise(y))[second] ** power);
    const expected = moment(1);
    const deviation = Math.sqrt(Math.max(0, moment(2) - expected ** 2) / options.batch);
    return {
      taken: read.taken,
      mean: { ...read.mean, [second]: expected + restGradient(moved)[second] },
      deviation: { ...read.deviation, [second]: deviation },
    };
  };

/** σ is multiplied by 1 − learningRate · ∂F/∂τ, which is e^(−learningRate · ∂F/∂τ) to first order. */
const multiplied: Reading = (method, step, options) => {
  const read = plain(method, step, options);
  const tau = (1 - Math.exp(step.next.tau - step.at.tau)) / options.learningRate;
  return { ...read, taken: { ...read.taken, tau } };
};

const TOGETHER = 'Take both derivatives at the same point, and move μ and τ after that.';

/** What only long steps tell from right ones. */
const READINGS: { id: string; message: string; hint: string; readings: Reading[] }[] = [
  {
    id: 'tau-after-mu',
    message: 'The derivative with respect to τ is taken at the new μ: a step goes along the gradient at one point.',
    hint: TOGETHER,
    readings: [oneAfterTheOther('tau', false), oneAfterTheOther('tau', true)],
  },
  {
    id: 'mu-after-tau',
    message: 'The derivative with respect to μ is taken at the new τ: a step goes along the gradient at one point.',
    hint: TOGETHER,
    readings: [oneAfterTheOther('mu', false), oneAfterTheOther('mu', true)],
  },
  {
    id: 'sigma-multiplied',
    message:
      'σ is multiplied by 1 − learningRate · ∂F/∂τ: this resembles a step of τ = log σ only as long as steps are short.',
    hint: 'Subtract learningRate · ∂F/∂τ from τ; then σ is exp(τ).',
    readings: [multiplied],
  },
];

/** Within so many standard errors a step is what a reading makes of it. */
const NEAR = 5;

function fits(reading: Reading, method: Method, run: Run, options: RunOptions): boolean {
  return run.slice(1).every((next, t) => {
    const { taken, mean, deviation } = reading(method, { at: run[t]!, next }, options);
    // NaN does not fit.
    return KEYS.every((key) => Math.abs(taken[key] - mean[key]) <= NEAR * deviation[key] + 1e-9);
  });
}

/** Two seeds lead to one and the same τ, and to different μ. Steps of Adam, which are as long as the rate, are told elsewhere. */
function isBounded(run: Run, other: Run | undefined, { learningRate }: RunOptions): boolean {
  const [one, two] = [run[1]!, other?.[1]];
  const isLong = Math.abs(Math.abs(one.tau) - learningRate) < 1e-3 * learningRate;
  return two !== undefined && one.tau !== 0 && Math.abs(one.tau - two.tau) < 1e-12 && one.mu !== two.mu && !isLong;
}

/** The mistake that a few long steps show, if exactly one of the known ones does. `other`: the same steps from another seed. */
export function explainLeap(method: Method, run: Run, other: Run | undefined, options: RunOptions): Named {
  if (isBounded(run, other, options))
    return {
      mistake: {
        id: 'sigma-bounded',
        message: 'σ is kept from falling below a bound: two seeds lead to the same σ there. Plain steps are asked for.',
        hint: 'σ = exp(τ) is positive whatever τ is.',
      },
    };
  if (run.length > 2 && run[1]!.tau === 0 && run[1]!.mu !== 0 && run[2]!.tau !== 0)
    return {
      mistake: {
        id: 'sigma-behind',
        message: 'σ is a step behind: trace and result have the new μ with the σ from before the step.',
        hint: 'Take σ = exp(τ) after τ has moved.',
      },
    };
  if (fits(plain, method, run, options)) return {};
  const near = READINGS.filter(({ readings }) => readings.some((reading) => fits(reading, method, run, options)));
  if (near.length !== 1) return {};
  const { id, message, hint } = near[0]!;
  return { mistake: { id, message, hint } };
}
