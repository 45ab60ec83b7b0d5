import { judgeAlone } from '../../harness/judge.ts';
import type { Check } from '../../harness/model/exercise.ts';
import type { Observation, Outcome } from '../../harness/model/observation.ts';
import { NdArray, type Value } from '../../harness/model/value.ts';
import type { Random } from '../../harness/numerics/random.ts';

const empty = (fields: Record<string, Value>): Value => Object.assign(Object.create(null), fields);
const deep = (levels: number): Value => (levels === 0 ? [] : [deep(levels - 1)]);

/** Whatever the channel lets through where a result of some shape is expected. */
const ODD: Value[] = [
  ...[
    null,
    undefined,
    true,
    false,
    0,
    -0,
    1,
    -1,
    Number.NaN,
    Infinity,
    -Infinity,
    5e-324,
    1.7e308,
    '',
    'disposed',
    '(a function)',
  ],
  ...[
    'x'.repeat(5000),
    '\u0000\u202e',
    [],
    [[]],
    [[], []],
    [1],
    [[1, 2], [3]],
    [[1], 2],
    [null],
    [undefined, 1],
    ['1', '2'],
    deep(15),
  ],
  ...[[1, Number.NaN, 3], [[Infinity]], [true, false], [NdArray.of([1, 2]), NdArray.of([3])], [NdArray.of([]), 1]],
  ...[empty({}), empty({ length: 3, 0: 1 }), empty({ constructor: 2, ['__proto__']: 3 }), empty({ a: empty({}) })],
  ...[empty({ shape: [3], data: [1, 2, 3], dtype: 'float32' }), empty({ toString: 'x', valueOf: null })],
  ...[
    NdArray.of([]),
    NdArray.of([1], []),
    NdArray.of([Number.NaN], []),
    NdArray.of([1], [1]),
    NdArray.of([1], [1, 1, 1, 1, 1, 1, 1, 1]),
  ],
  ...[
    NdArray.of([], [0, 5]),
    NdArray.of([], [5, 0, 2 ** 32 - 1]),
    NdArray.of([1, 2, 3, 4, 5, 6], [2, 3]),
    NdArray.zeros([64]),
  ],
  new NdArray([3], Float64Array.of(Number.NaN, Infinity, -Infinity)),
  new NdArray([2], Int32Array.of(2 ** 31 - 1, -(2 ** 31))),
  new NdArray([4], Uint8Array.of(0, 1, 2, 255)),
  new NdArray([2], Float32Array.of(1e38, -1e38)),
];

const FAILURES: Outcome[] = (
  [
    'runtime-error',
    'time-limit-exceeded',
    'memory-limit-exceeded',
    'output-limit-exceeded',
    'protocol-error',
    'missing',
    'compile-error',
  ] as const
).map((status) => ({ status, message: 'x', ms: 1 }));

/**
 * Judges a program that answers with odd values, everywhere or here and there, the reference's own results in all other
 * places. A plan or a check that throws is a fault of the grader's and would leave points open. @returns such faults.
 */
export async function judgeOddResults(
  checks: readonly Check[],
  reference: Observation,
  random: Random,
  rounds: number,
): Promise<string[]> {
  const faults = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    // In the first rounds one value everywhere, each once; then mixtures.
    const share = round < ODD.length ? 1 : [0.05, 0.3, 1][random.integer(3)]!;
    const answer = (truth: Outcome | undefined): Outcome => {
      if (truth !== undefined && random.uniform() >= share) return truth;
      if (round >= ODD.length && random.integer(6) === 0) return FAILURES[random.integer(FAILURES.length)]!;
      const value = round < ODD.length ? ODD[round]! : like(truth, random);
      return { status: 'ok', value, ms: random.uniform() * 10, ...echo(random) };
    };
    const cases: Observation['cases'] = {};
    for (const item of new Map(checks.flatMap((check) => check.cases).map((each) => [each.id, each])).values()) {
      const outcomes: Record<string, Outcome> = {};
      try {
        await item.plan(async (id) => {
          outcomes[id] = answer(reference.cases[item.id]?.[id]);
          return outcomes[id];
        });
      } catch (error) {
        faults.add(`the plan of ${item.id} threw ${error}`);
      }
      cases[item.id] = outcomes;
    }
    for (const check of checks) {
      const verdict = judgeAlone({ checks, submission: { ...reference, cases }, reference }, check);
      if (verdict.status !== 'internal-error') continue;
      const text = verdict.evidence.find((piece) => piece.kind === 'text');
      faults.add(`${check.id} threw ${text?.kind === 'text' ? text.text.split('\n').slice(0, 3).join(' ') : ''}`);
    }
  }
  return [...faults];
}

/** An odd value, or the true one with something wrong in it. */
function like(truth: Outcome | undefined, random: Random): Value {
  const odd = ODD[random.integer(ODD.length)]!;
  if (truth?.status !== 'ok' || random.integer(2) === 0) return odd;
  return spoiled(truth.value, odd, random);
}

function spoiled(value: Value, odd: Value, random: Random): Value {
  if (value instanceof NdArray) {
    const data = Float64Array.from(value.data);
    if (data.length > 0) data[random.integer(data.length)] = [Number.NaN, Infinity, 1e300, 0][random.integer(4)]!;
    return new NdArray(value.shape, data);
  }
  if (Array.isArray(value)) {
    if (value.length === 0 || random.integer(3) === 0) return [...value, odd];
    const at = random.integer(value.length);
    return value.map((item, i) => (i === at ? spoiled(item, odd, random) : item));
  }
  if (typeof value === 'object' && value !== null) {
    const keys = Object.keys(value);
    const at = keys[random.integer(Math.max(1, keys.length))];
    const copy = empty({ ...value });
    if (at !== undefined)
      (copy as Record<string, Value>)[at] = spoiled((value as Record<string, Value>)[at], odd, random);
    return copy;
  }
  return odd;
}

function echo(random: Random): { args?: Value[]; callbacks?: number[][] } {
  const args =
    random.integer(3) === 0
      ? {}
      : { args: Array.from({ length: random.integer(5) }, () => ODD[random.integer(ODD.length)]) };
  const callbacks =
    random.integer(3) === 0
      ? {}
      : {
          callbacks: Array.from({ length: random.integer(5) }, () =>
            [1, Number.NaN, Infinity].slice(random.integer(3)),
          ),
        };
  return { ...args, ...callbacks };
}
