import { type CaseResult, combine, failedCall } from '../../../harness/checks/case-result.ts';
import { select } from '../../../harness/checks/coerce.ts';
import { type Deviation, propertyCheck } from '../../../harness/checks/property.ts';
import { type Bound, bothValues, DOUBLE, judgeArray } from '../../../harness/checks/values.ts';
import type { Ask, CaseOutcomes, Check } from '../../../harness/model/exercise.ts';
import { NdArray } from '../../../harness/model/value.ts';
import type { Evidence } from '../../../harness/model/verdict.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { asPair, examine, type Finding, holds, LIMIT, type Sample } from './draws.ts';
import {
  type EstimatorInput,
  estimatorCall,
  estimatorInputs,
  FUNCTIONS,
  freshNoise,
  pointsOf,
} from './estimator-inputs.ts';
import { estimate, type Method, normalNodes, objectiveGradient, type Pair } from './truth.ts';

const FORMULAS: Record<Method, string> = {
  score: 'mean of x sin x · ∇ log N(x; μ, σ²), and (μ − 1, σ − 1)',
  pathwise: 'mean of the gradient of x sin x at x = μ + σy, and (μ − 1, σ − 1)',
};
const OTHER: Record<Method, Method> = { score: 'pathwise', pathwise: 'score' };
const PARTS = [
  { key: 'mu', name: '∂F/∂μ' },
  { key: 'tau', name: '∂F/∂τ' },
] as const;

/** Two estimates agree to rounding. */
const SAME = 1e-6;
const ROUNDS = ['first', 'second'] as const;
/** Sums over single draws are exact to far more digits. */
const UNBIASED = 1e-6;
/** Where fresh batches are drawn: the score estimator has far more variance than the pathwise one there. */
const SAMPLED: { at: Pair; n: number; batches: number }[] = [
  { at: { mu: 0.32, tau: -0.24 }, n: 2, batches: 400 },
  { at: { mu: -0.7, tau: -0.9 }, n: 2, batches: 400 },
  { at: { mu: 0.32, tau: -0.24 }, n: 16, batches: 250 },
  { at: { mu: -0.7, tau: -0.9 }, n: 16, batches: 250 },
];

/**
 * `values-…`: number by number against the reference. A program that differs may still be right, with a baseline or a
 * control variate: where its results are finite and differ, it is asked for many batches of fresh draws, and
 * passes when their mean is the gradient and their variance at most 1.5 times the plain estimator's. (So is the expectation over
 * single draws, which needs no random numbers.)
 */
export function estimatorValues(seed: number, method: Method): Check {
  const fn = FUNCTIONS[method];
  const id = `values-${fn}`;
  const inputs = estimatorInputs(seed);
  const probe = inputs.find((input) => input.id === 'way')!;
  const exact = inputs.map((input) => ({
    id: `${id}/${input.id}`,
    title: input.title,
    plan: async (ask: Ask) => void (await ask('value', estimatorCall(method, input))),
  }));
  const draws = {
    id: `${id}/draws`,
    title: 'many batches of fresh draws',
    plan: (ask: Ask) => askForDraws(seed, method, probe, ask),
  };
  return {
    id,
    kind: 'values',
    title: FORMULAS[method],
    function: fn,
    parameters: { rtol: DOUBLE.rtol, atol: DOUBLE.atol },
    cases: [...exact, draws],
    telling: ['value'],
    tellingCases: exact.map((item) => item.id),
    judge({ submission, reference, overrides }) {
      const results = inputs.map((input, i) => {
        const case_ = exact[i]!.id;
        const bound = { ...DOUBLE, ...overrides, ...roundingOf(method, input) };
        const { actual, expected } = bothValues(
          submission[case_]?.value,
          reference[case_]?.value,
          `${fn} on ${input.title}`,
        );
        if (actual.status !== 'ok') return failedCall(input.title, fn, actual);
        return judgeParts(fn, input.title, actual.value, expected, bound);
      });
      const praise = `${fn} agrees with the reference on every input.`;
      if (results.every(({ status }) => status === 'accepted')) return combine(results, praise);
      const values = exact.map((item) => asPair(resultOf(submission[item.id]!)));
      const whole = values.every((value) => value !== undefined && Number.isFinite(value.mu + value.tau));
      const outcomes = submission[draws.id] ?? {};
      if (!whole || !('single.0' in outcomes)) return combine(results, praise);
      const otherwise = otherMethod(method, inputs, values as Pair[]);
      if (otherwise !== undefined) {
        const verdict = combine(results, praise);
        return { ...verdict, summary: `${fn}: ${otherwise.message} ${verdict.summary}`, mistake: otherwise };
      }
      const rounds = ROUNDS.map((round) => readRound(method, outcomes, round));
      const refuted = !singlesUnbiased(outcomes) || rounds.every((round) => round === undefined || !round.every(holds));
      const table = drawsTable(rounds);
      if (refuted) {
        const verdict = combine(results, praise);
        return { ...verdict, evidence: [...verdict.evidence, ...table] };
      }
      return {
        status: 'accepted',
        share: 1,
        summary: `${fn} is not the plain estimator, but over many batches its mean is the gradient and its variance no larger: a right estimator with a baseline of its own.`,
        evidence: table,
      };
    },
  };
}

function judgeParts(
  fn: string,
  title: string,
  actual: Parameters<typeof select>[0],
  expected: typeof actual,
  bound: Bound,
): CaseResult {
  let worst: CaseResult = { title, status: 'accepted', statement: '', ratio: 0 };
  for (const { key, name } of PARTS) {
    const wanted = asPair(expected);
    if (wanted === undefined) throw new Error(`the reference has no numbers for ${fn} on ${title}`);
    const result = judgeArray(fn, title, name, select(actual, [key]), NdArray.of([wanted[key]], []), bound);
    if (result.status !== 'accepted') return result;
    if ((result.ratio ?? 0) >= (worst.ratio ?? 0)) worst = result;
  }
  return worst;
}

/** Terms may cancel, and y = (x − μ)/σ carries the rounding of x divided by σ. */
function roundingOf(method: Method, { at, noise }: EstimatorInput): Partial<Bound> {
  const { mu, tau, size } = estimate(method, at, noise);
  const amplified = 1 + Math.abs(at.mu) * Math.exp(-at.tau);
  const condition = Math.max(size.mu / Math.max(Math.abs(mu), 1e-9), size.tau / Math.max(Math.abs(tau), 1e-9));
  return {
    condition: Math.max(1, condition * amplified),
    atol: DOUBLE.atol + 1e-13 * Math.max(size.mu, size.tau) * amplified,
  };
}

const resultOf = (outcomes: CaseOutcomes) => {
  const outcome = outcomes.value;
  return outcome?.status === 'ok' ? outcome.value : undefined;
};

/** Whether, in μ or in τ, the function computes the other method's estimate, or one that needs no draws. */
function otherMethod(
  method: Method,
  inputs: EstimatorInput[],
  values: Pair[],
): { id: string; message: string } | undefined {
  const close = (a: number, b: number, size: number): boolean => Math.abs(a - b) <= SAME * size;
  const everywhere = (test: (input: EstimatorInput, value: Pair, key: keyof Pair) => boolean): boolean =>
    PARTS.some(({ key }) => inputs.every((input, i) => test(input, values[i]!, key)));
  if (
    everywhere(({ at, noise }, value, key) => {
      const other = estimate(OTHER[method], at, noise);
      return close(value[key], other[key], other.size[key]);
    })
  ) {
    const [asked, given] = method === 'score' ? ['score-function', 'pathwise'] : ['pathwise', 'score-function'];
    return { id: 'other-method', message: `The result is the ${given} estimate, where the ${asked} one is asked for.` };
  }
  if (everywhere(({ at }, value, key) => close(value[key], objectiveGradient(at)[key], 1)))
    return { id: 'closed-form', message: 'The result is the exact gradient; an estimate from the draws is asked for.' };
  return undefined;
}

async function askForDraws(seed: number, method: Method, probe: EstimatorInput, ask: Ask): Promise<void> {
  const outcome = await ask('probe', estimatorCall(method, probe));
  if (outcome.status !== 'ok') return;
  const value = asPair(outcome.value);
  const plain = estimate(method, probe.at, probe.noise);
  if (value === undefined || !Number.isFinite(value.mu + value.tau)) return;
  if (PARTS.every(({ key }) => Math.abs(value[key] - plain[key]) <= SAME * plain.size[key])) return;
  const outcomes: CaseOutcomes = {};
  await Promise.all(
    SINGLE.nodes.map(async ([y], i) => {
      const id = `single.${i}`;
      outcomes[id] = await ask(id, estimatorCall(method, { at: SINGLE.at, noise: Float64Array.of(y) }));
    }),
  );
  if (!singlesUnbiased(outcomes)) return;
  for (const round of ROUNDS) {
    const random = derive(seed, `reparam/draws/${method}/${round}`);
    await Promise.all(
      SAMPLED.flatMap(({ at, n, batches }, s) =>
        freshNoise(random, n, batches).map(async (noise, i) => {
          const id = `${round}.${s}.${i}`;
          outcomes[id] = await ask(id, estimatorCall(method, { at, noise }));
        }),
      ),
    );
    if (readRound(method, outcomes, round)?.every(holds)) return;
  }
}

/** Single draws whose weighted sum is an expectation without noise: a small bias does not hide in the noise of the batches. */
const SINGLE = { at: SAMPLED[1]!.at, nodes: normalNodes(0.7) };

/** Whether that expectation is the gradient. */
function singlesUnbiased(outcomes: CaseOutcomes): boolean {
  const truth = objectiveGradient(SINGLE.at);
  return PARTS.every(({ key }) => {
    let sum = 0;
    for (const [i, [, weight]] of SINGLE.nodes.entries()) {
      const outcome = outcomes[`single.${i}`];
      const value = outcome?.status === 'ok' ? asPair(outcome.value) : undefined;
      sum += weight * (value?.[key] ?? Number.NaN);
    }
    return Math.abs(sum - truth[key]) <= UNBIASED * (1 + Math.abs(truth[key]));
  });
}

/** The findings of a round; undefined where it was not asked for. A batch without numbers counts as NaN, and refutes. */
function readRound(method: Method, outcomes: CaseOutcomes, round: string): Finding[] | undefined {
  if (!(`${round}.0.0` in outcomes)) return undefined;
  return SAMPLED.flatMap(({ at, n, batches }, s) => {
    const values = Array.from({ length: batches }, (_, i): Pair => {
      const outcome = outcomes[`${round}.${s}.${i}`];
      const value = outcome?.status === 'ok' ? asPair(outcome.value) : undefined;
      return value ?? { mu: Number.NaN, tau: Number.NaN };
    });
    const sample: Sample = { at, n, values };
    return examine(method, sample);
  });
}

function drawsTable(rounds: (Finding[] | undefined)[]): Evidence[] {
  const [first, second] = rounds;
  if (first === undefined) return [];
  const points = SAMPLED.flatMap(({ at, n }) => new Array<string>(n < 16 ? 2 : 6).fill(`μ = ${at.mu}, τ = ${at.tau}`));
  return [
    {
      kind: 'table',
      title: 'Many batches of fresh draws',
      columns: ['point', 'what should hold', 'found', 'z', 'z on fresh draws'],
      rows: first.map((found, i) => [
        points[i]!,
        found.claim,
        found.figure,
        found.z.toPrecision(3),
        second?.[i]?.z.toPrecision(3) ?? '',
      ]),
      note: `The results are not those of the plain estimator, which an unbiased baseline could explain. It is refuted where z is above ${LIMIT} on two independent sets of draws; a right program fails with a probability below 1e-8.`,
    },
  ];
}

/** Steps of the sum over draws: its error is far below rounding (see normalMean). */
const STEP = 0.7;

/**
 * `unbiased-…`: the results for single draws, summed with the weights of the normal distribution, are an expectation without
 * noise; it is to be the gradient of F in closed form, which needs no reference program.
 */
export function unbiasedCheck(seed: number, method: Method): Check {
  const fn = FUNCTIONS[method];
  const shift = derive(seed, 'reparam/nodes').uniform() * STEP;
  const nodes = normalNodes(STEP, shift);
  return propertyCheck({
    id: `unbiased-${fn}`,
    title: `The expectation of ${fn} is ∇F in closed form`,
    function: fn,
    praise: 'The expectation over the draws is the gradient of F, by its closed form.',
    cases: pointsOf(seed).map(({ id, title, at }) => ({
      id,
      title,
      calls: nodes.map(([y], i) => ({
        id: `draw-${i}`,
        call: estimatorCall(method, { at, noise: Float64Array.of(y) }),
      })),
      deviations: (results) => {
        const truth = objectiveGradient(at);
        const sum = { mu: 0, tau: 0 };
        for (const [i, [y, weight]] of nodes.entries()) {
          const value = asPair(results[`draw-${i}`]!.value);
          if (value === undefined) return 'it should return { mu, tau }, two scalars.';
          // Far out a draw has no weight, and nothing but a result that is not finite could matter.
          sum.mu += Number.isFinite(value.mu) ? weight * value.mu : Number.NaN;
          sum.tau += Number.isFinite(value.tau) ? weight * value.tau : Number.NaN;
          if (Number.isNaN(sum.mu + sum.tau))
            return `the result for the single draw ${method === 'score' ? 'x' : 'y'} = ${(method === 'score' ? at.mu + Math.exp(at.tau) * y : y).toPrecision(5)} is not a number.`;
        }
        return PARTS.map(
          ({ key, name }): Deviation => ({
            identity: `E[estimate of ${name}] = ${truth[key].toPrecision(6)} at μ = ${at.mu.toPrecision(3)}, τ = ${at.tau.toPrecision(3)}`,
            error: Math.abs(sum[key] - truth[key]),
            bound: UNBIASED * (1 + Math.abs(truth[key])),
          }),
        );
      },
    })),
  });
}
