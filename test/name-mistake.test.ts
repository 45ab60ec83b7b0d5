import { describe, expect, test } from 'vitest';
import { type Deviation, propertyCheck } from '../harness/checks/property.ts';
import { valuesCheck } from '../harness/checks/values.ts';
import type { Check } from '../harness/model/exercise.ts';
import type { Observation, Outcome } from '../harness/model/observation.ts';
import { NdArray, type Value } from '../harness/model/value.ts';
import { type KnownMistake, nameMistake } from '../harness/name-mistake.ts';
import { derive } from '../harness/numerics/random.ts';
import { call, failure, observationOf, ok, stored32, vector } from './checks/in-process.ts';

type Cases = Observation['cases'];

const mistake = (id: string, cases: Cases, hint?: string): KnownMistake => ({
  id,
  message: `This is ${id}.`,
  ...(hint === undefined ? {} : { hint }),
  fails: new Set([one.id]),
  observation: observationOf(cases),
});
const values = (id: string, fn = 'f', inputs = ['one']): Check =>
  valuesCheck({
    id,
    title: id,
    function: fn,
    cases: inputs.map((input) => ({ id: input, title: input, call: call(fn) })),
  });
const one = values('values');
/** One value for the single input of `one`, or an outcome. */
const at = (value: Value | Outcome): Cases => ({ 'values/one': { value: isOutcome(value) ? value : ok(value) } });
const isOutcome = (value: Value | Outcome): value is Outcome =>
  typeof value === 'object' && value !== null && 'status' in value && 'ms' in value;

function name(
  submission: Cases,
  mistakes: KnownMistake[],
  options: { checks?: Check[]; check?: Check; reference?: Cases; overrides?: Record<string, number> } = {},
) {
  const { checks = [one], check = checks[0]!, reference = at(vector(1, 2)), overrides = {} } = options;
  // What a mistake fails is what its header says; here it is what the checks say of it.
  const known = mistakes.map((mistake) => {
    const failed = (checked: Check): boolean => {
      try {
        return checked.judge({ submission: mistake.observation.cases, reference, overrides }).status === 'wrong-answer';
      } catch {
        return false;
      }
    };
    return { ...mistake, fails: new Set([...checks, check].filter(failed).map(({ id }) => id)) };
  });
  const input = { checks, submission: observationOf(submission), reference: observationOf(reference), mistakes: known };
  return nameMistake(input, check)?.id;
}
const named = (submission: Value | Outcome, wrong: Value | Outcome): boolean =>
  name(at(submission), [mistake('it', at(wrong))]) === 'it';

describe('exactly one', () => {
  const sign = mistake('sign', at(vector(-1, -2)), 'Look at the sign.');
  const twice = mistake('twice', at(vector(2, 4)));

  test('is named, with its hint where there is one', () => {
    const input = {
      checks: [one],
      submission: observationOf(at(vector(-1, -2))),
      reference: observationOf(at(vector(1, 2))),
      mistakes: [twice, sign],
    };
    expect(nameMistake(input, one)).toEqual({ id: 'sign', message: 'This is sign.', hint: 'Look at the sign.' });
    const other = { ...input, submission: observationOf(at(vector(2, 4))) };
    expect(nameMistake(other, one)).toEqual({ id: 'twice', message: 'This is twice.' });
  });

  test('or none', () => {
    expect(name(at(vector(5, 6)), [sign, twice])).toBeUndefined();
    expect(name(at(vector(5, 6)), [])).toBeUndefined();
  });

  test('a mistake that this check lets pass explains nothing here', () => {
    const harmless = mistake('harmless', at(vector(1, 2)));
    expect(name(at(vector(1, 2)), [harmless])).toBeUndefined();
    expect(name(at(vector(1.1, 2)), [mistake('small', at(vector(1.1, 2)))])).toBe('small');
    expect(
      name(at(vector(1.1, 2)), [mistake('small', at(vector(1.1, 2)))], { overrides: { rtol: 0.2 } }),
    ).toBeUndefined();
  });

  test('nor one that was not observed on these inputs, or cannot be judged', () => {
    expect(name(at(vector(-1, -2)), [mistake('unseen', {})])).toBeUndefined();
    expect(name({}, [sign])).toBeUndefined();
    expect(name(at(vector(-1, -2)), [sign], { reference: {} })).toBeUndefined();
    const unjudged = {
      ...one,
      judge: () => ({ status: 'wrong-answer' as const, share: 0, summary: '', evidence: [] }),
    };
    expect(name({}, [sign], { checks: [unjudged] })).toBeUndefined();
    expect(name(at(vector(-1, -2)), [mistake('unseen', {})], { checks: [unjudged] })).toBeUndefined();
    expect(name({ 'values/one': {} }, [mistake('it', { 'values/one': {} })], { checks: [unjudged] })).toBeUndefined();
    expect(name({}, [mistake('it', {})], { checks: [{ ...unjudged, cases: [] }] })).toBeUndefined();
  });
});

describe('alike on every input', () => {
  const both = values('values', 'f', ['one', 'two']);
  const on = (a: Value, b: Value): Cases => ({ 'values/one': { value: ok(a) }, 'values/two': { value: ok(b) } });

  test('not only on some', () => {
    const reference = on(1, 2);
    const wrong = [mistake('it', on(3, 4))];
    expect(name(on(3, 4), wrong, { checks: [both], reference })).toBe('it');
    expect(name(on(3, 5), wrong, { checks: [both], reference })).toBeUndefined();
    expect(name(on(5, 4), wrong, { checks: [both], reference })).toBeUndefined();
    expect(name(at(3), wrong, { checks: [both], reference })).toBeUndefined();
  });
});

describe('two alike', () => {
  const g = values('other');
  const foreign = values('foreign', 'g');
  const of = (value: number, other: number, elsewhere = 0): Cases => ({
    'values/one': { value: ok(value) },
    'other/one': { value: ok(other) },
    'foreign/one': { value: ok(elsewhere) },
  });
  const reference = of(1, 1, 1);

  test('are told apart by the other checks of the function', () => {
    const mistakes = [mistake('a', of(5, 7)), mistake('b', of(5, 8))];
    const checks = [one, g];
    expect(name(of(5, 7), mistakes, { checks, reference })).toBe('a');
    expect(name(of(5, 8), mistakes, { checks, reference })).toBe('b');
    expect(name(of(5, 9), mistakes, { checks, reference })).toBeUndefined();
    expect(name(of(5, 7), mistakes, { checks: [one], reference })).toBeUndefined();
  });

  test('also by those that one of them passes, which was not run there', () => {
    const onlyHere = mistake('here', at(5));
    const both = mistake('both', of(5, 7));
    const checks = [one, g];
    expect(name(of(5, 1), [onlyHere, both], { checks, reference })).toBe('here');
    expect(name(of(5, 7), [onlyHere, both], { checks, reference })).toBe('both');
    // Wrong elsewhere in a way of its own: it is neither.
    expect(name(of(5, 9), [onlyHere, both], { checks, reference })).toBeUndefined();
    // What cannot be judged speaks for nobody.
    expect(name(of(5, 1), [onlyHere, mistake('again', at(5))], { checks, reference: at(1) })).toBeUndefined();
  });

  test('but not by those of another function', () => {
    const mistakes = [mistake('a', of(5, 7, 1)), mistake('b', of(5, 7, 2))];
    expect(name(of(5, 7, 1), mistakes, { checks: [one, g, foreign], reference })).toBeUndefined();
    expect(
      name(of(5, 7, 3), [mistake('a', of(5, 7, 1)), mistake('b', of(5, 8, 1))], {
        checks: [one, g, foreign],
        reference,
      }),
    ).toBe('a');
  });

  test('a single one need not agree elsewhere', () => {
    expect(name(of(5, 9), [mistake('a', of(5, 7))], { checks: [one, g], reference })).toBe('a');
  });
});

describe('where only some cases tell', () => {
  const check = { ...values('values', 'f', ['one', 'two']), tellingCases: ['values/one'] };
  const on = (a: Value, b: Value): Cases => ({ 'values/one': { value: ok(a) }, 'values/two': { value: ok(b) } });
  const options = { checks: [check], reference: on(1, 2) };

  test('the others are not compared', () => {
    expect(name(on(3, 9), [mistake('it', on(3, 4))], options)).toBe('it');
    expect(name(on(5, 4), [mistake('it', on(3, 4))], options)).toBeUndefined();
  });

  test('a mistake that does not show on them explains nothing', () => {
    expect(name(on(1, 4), [mistake('it', on(1, 4))], options)).toBeUndefined();
  });
});

describe('which calls tell', () => {
  const pair = (telling?: string[]): Check => ({
    id: 'property',
    kind: 'property',
    title: 'p',
    function: 'f',
    cases: [{ id: 'c', title: 'c', plan: async () => {} }],
    ...(telling === undefined ? {} : { telling }),
    judge: () => ({ status: 'wrong-answer', share: 0, summary: '', evidence: [] }),
  });
  const of = (x: Value, y: Value): Cases => ({ c: { x: ok(x), y: ok(y) } });

  test('all of them, or those that the check names', () => {
    const wrong = [mistake('it', of(1, 2))];
    expect(name(of(1, 3), wrong, { checks: [pair()] })).toBeUndefined();
    expect(name(of(1, 3), wrong, { checks: [pair(['x'])] })).toBe('it');
    expect(name(of(1, 3), wrong, { checks: [pair(['y'])] })).toBeUndefined();
    expect(name(of(1, 3), wrong, { checks: [pair([])] })).toBeUndefined();
  });

  test('of those that both were asked', () => {
    const more: Cases = { c: { x: ok(1), y: ok(2), z: ok(3) } };
    expect(name(more, [mistake('it', of(1, 2))], { checks: [pair()] })).toBe('it');
    expect(name(of(1, 2), [mistake('it', more)], { checks: [pair()] })).toBe('it');
    expect(name({ c: { z: ok(1) } }, [mistake('it', of(1, 2))], { checks: [pair()] })).toBeUndefined();
    expect(name(of(1, 2), [mistake('it', of(1, 2))], { checks: [pair(['w', 'x'])] })).toBe('it');
    expect(name(more, [mistake('it', of(1, 2))], { checks: [pair(['z'])] })).toBeUndefined();
  });
});

describe('the same result', () => {
  test('up to rounding', () => {
    expect(named(vector(3, 4 * (1 + 0.9e-6)), vector(3, 4))).toBe(true);
    expect(named(vector(3, 4 * (1 + 1.1e-6)), vector(3, 4))).toBe(false);
    expect([named(5 * (1 + 0.9e-6), 5), named(5 * (1 + 1.1e-6), 5)]).toEqual([true, false]);
  });

  test('up to float32’s rounding where one of them stores float32', () => {
    const wrong = derive(1, 'wrong').normals([20]);
    const reference = derive(2, 'reference').normals([20]);
    const same = (a: NdArray, b: NdArray): boolean =>
      name(at(a), [mistake('it', at(b))], { reference: at(reference) }) === 'it';
    const largest = Math.max(...wrong.data.map(Math.abs));
    const off = (array: NdArray, error: number): NdArray => NdArray.of(array.data.map((x) => x + error * largest));
    expect(same(stored32(wrong), wrong)).toBe(true);
    expect(same(stored32(off(wrong, 0.9e-4)), wrong)).toBe(true);
    expect(same(wrong, stored32(off(wrong, 0.9e-4)))).toBe(true);
    expect(same(stored32(off(wrong, 1.1e-4)), wrong)).toBe(false);
    expect(same(off(wrong, 0.9e-4), wrong)).toBe(false);
    expect(same(stored32(off(wrong, 0.9e-4)), stored32(wrong))).toBe(false);
  });

  test('NaN in the same places', () => {
    expect(named(vector(Number.NaN, 2), vector(Number.NaN, 2))).toBe(true);
    expect(named(vector(2, Number.NaN), vector(Number.NaN, 2))).toBe(false);
    expect(named(vector(Number.NaN, Number.NaN), vector(Number.NaN, 2))).toBe(false);
  });

  test('of the same shape', () => {
    expect(named(vector(1, 2, 3), vector(1, 2, 3))).toBe(true);
    expect(named(NdArray.of([1, 2, 3], [3, 1]), vector(1, 2, 3))).toBe(false);
  });

  test('the same status where both failed: only wrong answers are named, and a failure is one', () => {
    const property = propertyCheck({
      id: 'values',
      title: '',
      function: 'f',
      praise: '',
      cases: [
        {
          id: 'one',
          title: 'one',
          calls: [{ id: 'value', call: call('f') }],
          deviations: (): Deviation[] => [{ identity: '', error: 2, bound: 1 }],
        },
      ],
    });
    const judged: Check = {
      ...property,
      judge: () => ({ status: 'wrong-answer', share: 0, summary: '', evidence: [] }),
    };
    const alike = (a: Outcome, b: Outcome): boolean =>
      name(at(a), [mistake('it', at(b))], { checks: [judged] }) === 'it';
    expect(alike(failure('runtime-error', 'a'), failure('runtime-error', 'b'))).toBe(true);
    expect(alike(failure('runtime-error'), failure('time-limit-exceeded'))).toBe(false);
    expect(alike(failure('runtime-error'), ok(1))).toBe(false);
    expect(alike(ok(1), failure('runtime-error'))).toBe(false);
    expect(alike(ok(undefined), failure('runtime-error'))).toBe(false);
    expect(alike(failure('runtime-error'), ok(undefined))).toBe(false);
    expect(alike(ok(1), ok(1))).toBe(true);
    expect(alike(ok(1, { args: [vector(1)] }), ok(1, { args: [vector(1)] }))).toBe(true);
    expect(alike(ok(1, { args: [vector(1)] }), ok(1, { args: [vector(2)] }))).toBe(false);
    expect(alike(ok(1, { args: [vector(1)] }), ok(1))).toBe(true);
    expect(alike(ok(1), ok(1, { args: [vector(1)] }))).toBe(true);
  });
});
