import type { Call, RngArg } from '../../../harness/model/call.ts';
import { isRecord, type Value } from '../../../harness/model/value.ts';
import { asNumber } from './draws.ts';
import { MODULE } from './estimator-inputs.ts';
import type { Method, Pair } from './truth.ts';

export interface RunOptions {
  iterations: number;
  batch: number;
  learningRate: number;
}

export function runCall(method: Method, options: RunOptions, rng: RngArg): Call {
  return { module: MODULE, fn: 'minimise', args: [method, { ...options }, rng] };
}

/** The points (μ, τ) of a descent, from the start (0, 0): `iterations` + 1 of them. */
export type Run = Pair[];

export interface Fault {
  statement: string;
  mistake: { id: string; message: string; hint?: string };
}

const fault = (id: string, statement: string, message: string, hint?: string): Fault => ({
  statement,
  mistake: { id, message, ...(hint === undefined ? {} : { hint }) },
});

/** The last entry and the result may differ by this much: one of the two may have gone through float32. */
const ALIKE = 1e-6;

/** Reads a result of `minimise`, or says what is wrong with its form. */
export function readRun(value: Value, { iterations, learningRate }: RunOptions): Run | Fault {
  if (!isRecord(value))
    return fault(
      'no-record',
      'it should return { mu, sigma, trace }.',
      'The result is not a record { mu, sigma, trace }.',
    );
  const { trace } = value;
  if (!Array.isArray(trace))
    return fault(
      'no-trace',
      'trace should be a list of { mu, sigma }.',
      'The result has no list trace of { mu, sigma }.',
    );
  const points: { mu: number; sigma: number }[] = [];
  for (const [i, entry] of trace.entries()) {
    const mu = isRecord(entry) ? asNumber(entry.mu) : undefined;
    const sigma = isRecord(entry) ? asNumber(entry.sigma) : undefined;
    if (mu === undefined || sigma === undefined)
      return fault(
        'trace-entries',
        `trace[${i}] should be { mu, sigma } with two numbers.`,
        'The entries of trace are not { mu, sigma }.',
      );
    if (!Number.isFinite(mu) || !Number.isFinite(sigma))
      return fault(
        'not-finite',
        `trace[${i}] is { mu: ${mu}, sigma: ${sigma} }.`,
        'The descent gives NaN or infinity.',
        'rng() is uniform on [0, 1) and may be exactly 0: log(rng()) is then −∞. With a batch of one a variance over the batch has no value.',
      );
    points.push({ mu, sigma });
  }
  const [mu, sigma] = [asNumber(value.mu), asNumber(value.sigma)];
  if (mu === undefined || sigma === undefined)
    return fault('no-numbers', 'mu and sigma should be numbers.', 'The result has no numbers mu and sigma.');
  if (points.length !== iterations && points.length !== iterations + 1)
    return fault(
      'trace-length',
      `with iterations: ${iterations} the trace has ${points.length} entries.`,
      'trace has one entry for every step (and, if one likes, the start before them).',
      'options.iterations says how many steps are made.',
    );
  const first = points[0]!;
  const startsAtStart = first.mu === 0 && first.sigma === 1;
  const isMoving = learningRate !== 0 && points.length > 1;
  if (isMoving && points.every((point) => point.mu === first.mu && point.sigma === first.sigma))
    return fault(
      'trace-constant',
      `all ${points.length} entries of the trace are the same, { mu: ${first.mu}, sigma: ${first.sigma} }.`,
      'All entries of trace are the same point.',
      'One record that is changed in every step and pushed again and again is one record: push a new one.',
    );
  if (points.length === iterations + 1 && !startsAtStart)
    return fault(
      'trace-length',
      `with iterations: ${iterations} the trace has ${points.length} entries, and the first, { mu: ${first.mu}, sigma: ${first.sigma} }, is not the start { mu: 0, sigma: 1 }.`,
      'trace has one entry for every step; if there is one more, it is the start, (μ, σ) = (0, 1), and comes first.',
      'The descent begins at μ = 0, τ = 0.',
    );
  const last = points.at(-1)!;
  const differs = (a: number, b: number): boolean => !(Math.abs(a - b) <= ALIKE * Math.max(1, Math.abs(b)));
  if (!differs(mu, last.mu) && !differs(last.sigma, Math.log(sigma)))
    return fault(
      'trace-tau-for-sigma',
      `the last entry of the trace is { mu: ${last.mu}, sigma: ${last.sigma} }, and log σ of the result is ${Math.log(sigma)}.`,
      'trace has τ = log σ in the place of σ; the result has σ.',
      'Push { mu, sigma: Math.exp(tau) }.',
    );
  if (differs(mu, last.mu) || differs(sigma, last.sigma)) {
    const isTau = !differs(sigma, Math.log(last.sigma));
    return fault(
      isTau ? 'tau-for-sigma' : 'last-entry',
      `the last entry of the trace is { mu: ${last.mu}, sigma: ${last.sigma} }, and the result { mu: ${mu}, sigma: ${sigma} }.`,
      isTau ? 'The result has τ = log σ in the place of σ.' : 'The last entry of trace is not the result.',
      'Push the point after a step, not before it.',
    );
  }
  const negative = points.findIndex((point) => !(point.sigma > 0));
  if (negative >= 0)
    return fault(
      'sigma-not-positive',
      `trace[${negative}].sigma is ${points[negative]!.sigma}.`,
      'σ is not positive: trace and result have σ = exp(τ), not τ.',
    );
  const steps = points.length === iterations ? points : points.slice(1);
  return [{ mu: 0, tau: 0 }, ...steps.map((point) => ({ mu: point.mu, tau: Math.log(point.sigma) }))];
}
