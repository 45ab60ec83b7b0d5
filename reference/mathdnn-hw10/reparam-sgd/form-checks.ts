import { type Problem, propertyCheck } from '../../../harness/checks/property.ts';
import { sameValue } from '../../../harness/checks/same-value.ts';
import { RngArg } from '../../../harness/model/call.ts';
import type { Check } from '../../../harness/model/exercise.ts';
import type { Success } from '../../../harness/model/observation.ts';
import { isRecord } from '../../../harness/model/value.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { type Run, type RunOptions, readRun, runCall } from './run.ts';
import type { Method } from './truth.ts';

const METHODS: Method[] = ['score', 'pathwise'];
const FINE = [{ identity: 'the result has the form that is asked for', error: 0, bound: 1 }];

/** So small a rate that no batch, whatever is made of a random number 0, leads far away. */
const TINY = 1e-6;

/** Batches of one draw: two seeds give two descents. */
const SINGLE: RunOptions = { iterations: 2, batch: 1, learningRate: 0.01 };

const FORMS: { id: string; title: string; options: RunOptions; zeroEvery?: number }[] = [
  { id: 'one-step', title: 'a single step', options: { iterations: 1, batch: 16, learningRate: 0.01 } },
  { id: 'one-draw', title: 'batches of one', options: { iterations: 6, batch: 1, learningRate: 1e-3 } },
  { id: 'still', title: 'steps of length 0', options: { iterations: 3, batch: 4, learningRate: 0 } },
  { id: 'odd', title: '7 steps with batches of 5', options: { iterations: 7, batch: 5, learningRate: 0.02 } },
  {
    id: 'zeros',
    title: 'an rng that is exactly 0 now and then',
    options: { iterations: 12, batch: 16, learningRate: TINY },
    zeroEvery: 7,
  },
];

/** `trace`: the form of the result, under all sorts of options and random numbers. */
export function traceCheck(seed: number): Check {
  const random = derive(seed, 'reparam/trace');
  const cases = METHODS.flatMap((method) =>
    FORMS.map(({ id, title, options, zeroEvery = 0 }) => ({
      id: `${method}-${id}`,
      title: `${title} (${method})`,
      calls: [{ id: 'run', call: runCall(method, options, new RngArg(random.bits(), zeroEvery)) }],
      deviations: ({ run }: Record<string, Success>) => {
        const found = readRun(run!.value, options);
        if ('statement' in found) return found;
        return options.learningRate === 0 ? judgeStanding(found) : FINE;
      },
    })),
  );
  return {
    ...propertyCheck({
      id: 'trace',
      title: 'trace has (μ, σ) after every step, its last entry is the result, everything is finite',
      function: 'minimise',
      praise:
        'Trace and result have the form that is asked for, also for one step, batches of one, and random numbers that are 0.',
      cases,
    }),
    telling: [],
  };
}

/** With a rate of 0 the descent stays where it starts. */
function judgeStanding(run: Run): typeof FINE | Problem {
  const moved = run.find(({ mu, tau }) => Math.abs(mu) > 1e-12 || Math.abs(tau) > 1e-12);
  if (moved === undefined) return FINE;
  if (run.slice(1).every(({ mu, tau }) => mu === run[1]!.mu && tau === run[1]!.tau))
    return said(
      'start',
      'With learningRate 0 the descent stays at a point that is not its start, (μ, σ) = (0, 1).',
      'The descent begins at μ = 0, τ = 0.',
    );
  return said(
    'rate-zero',
    'With learningRate 0 the descent moves: it is to stay at (μ, σ) = (0, 1).',
    'options.learningRate || 1e-3 takes 1e-3 where the rate is 0; write ?? for a default, or none.',
  );
}

const said = (id: string, message: string, hint?: string): Problem => ({
  statement: message,
  mistake: { id, message, ...(hint === undefined ? {} : { hint }) },
});

/** `repeatable`: the random numbers come from rng and from nowhere else, nothing is kept, and the method is looked at. */
export function repeatableCheck(seed: number): Check {
  const random = derive(seed, 'reparam/repeatable');
  const options: RunOptions = { iterations: 8, batch: 16, learningRate: 0.01 };
  const rng = new RngArg(random.bits());
  const cases = METHODS.map((method) => {
    const other: Method = method === 'score' ? 'pathwise' : 'score';
    // An odd number of normal numbers: a second one of a pair that is kept for later would then be left over.
    const between = { iterations: 1, batch: 3, learningRate: 0.1 };
    return {
      id: method,
      title: `the same seed twice (${method})`,
      calls: [
        { id: 'first', call: { ...runCall(method, options, rng), echo: true } },
        { id: 'between', call: runCall(method, between, new RngArg(random.bits())) },
        { id: 'second', call: runCall(method, options, rng) },
        { id: 'seed', call: runCall(method, options, new RngArg(random.bits())) },
        { id: 'other', call: runCall(other, options, rng) },
        { id: 'rate', call: runCall(method, { ...options, learningRate: 0.02 }, rng) },
        // The last number of an odd batch is the only one of a batch of one.
        ...['draw-a', 'draw-b'].map((id) => ({ id, call: runCall(method, SINGLE, new RngArg(random.bits())) })),
      ],
      deviations: (results: Record<string, Success>) => judgeRepeat(results, options),
    };
  });
  return {
    ...propertyCheck({
      id: 'repeatable',
      title: 'Same seed, same descent; another seed, method or rate, another one',
      function: 'minimise',
      praise:
        'The same seed gives the same descent, nothing is kept between calls, and method, rate and rng have their effect.',
      cases,
    }),
    telling: [],
  };
}

function judgeRepeat(results: Record<string, Success>, options: RunOptions): typeof FINE | Problem {
  for (const id of ['first', 'second', 'seed', 'other', 'rate']) {
    const run = readRun(results[id]!.value, options);
    if ('statement' in run) return run;
  }
  const same = (id: string): boolean => sameValue(results.first!.value, results[id]!.value, 1e-9);
  const after = results.first!.args?.[1];
  if (!isRecord(after) || Object.entries(options).some(([key, value]) => after[key] !== value))
    return said('options-changed', 'minimise changed the record options; it belongs to the caller.');
  if (!same('second'))
    return said(
      'not-repeatable',
      'Two calls with the same seed give different descents.',
      'Random numbers may come from rng alone, and nothing may be kept from one call to the next: no parameters, no baseline, no second number of a pair.',
    );
  if (same('seed')) return said('rng-ignored', 'Two seeds give the same descent: rng is not used.');
  if (same('other'))
    return said(
      'method-ignored',
      "'score' and 'pathwise' give the same descent from the same random numbers: method is not looked at.",
    );
  if (same('rate'))
    return said('rate-ignored', 'learningRate 0.01 and 0.02 give the same descent: the option is not looked at.');
  return judgeSingle(results);
}

function judgeSingle(results: Record<string, Success>): typeof FINE | Problem {
  const [a, b] = [results['draw-a']!.value, results['draw-b']!.value];
  for (const value of [a, b]) {
    const run = readRun(value, SINGLE);
    if ('statement' in run) return run;
  }
  if (!sameValue(a, b, 1e-9)) return FINE;
  return said(
    'single-draw-without-effect',
    'With batches of one draw two seeds give the same descent: the last draw of an odd batch has no part in it.',
    'Box and Muller give normal numbers two at a time: for an odd batch one more pair is needed, of which one number is left over. A baseline that contains the draw itself takes a single draw away, too.',
  );
}
