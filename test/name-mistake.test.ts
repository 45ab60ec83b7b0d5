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

  test('one that shows on other inputs only explains nothing on these', () => {
    const two = values('values', 'f', ['one', 'two']);
    const on = (first: Value, second: Value): Cases => ({
      'values/one': { value: ok(first) },
      'values/two': { value: ok(second) },
    });
    // It fails the check by the second input, on which it was not observed here.
    const elsewhere = { ...mistake('it', at(vector(1, 2))), fails: new Set(['values']) };
    const input = {
      checks: [two],
      submission: observationOf(at(vector(1, 2 + 1e-7))),
      reference: observationOf(on(vector(1, 2), vector(3))),
      mistakes: [elsewhere],
    };
    expect(nameMistake(input, one)).toBeUndefined();
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

  test('but not by the results of another function', () => {
    const mistakes = [mistake('a', of(5, 7, 3)), mistake('b', of(5, 7, 2))];
    expect(name(of(5, 7, 3), mistakes, { checks: [one, g, foreign], reference })).toBeUndefined();
    expect(
      name(of(5, 7, 3), [mistake('a', of(5, 7, 1)), mistake('b', of(5, 8, 1))], {
        checks: [one, g, foreign],
        reference,
      }),
    ).toBe('a');
  });

  test('one that shows in another function, where the submission passes, is ruled out', () => {
    const deep = mistake('deep', of(5, 7, 9));
    const shallow = mistake('shallow', of(5, 7, 1));
    const checks = [one, g, foreign];
    expect(name(of(5, 7, 1), [deep, shallow], { checks, reference })).toBe('shallow');
    // Where the submission is wrong there, too, or failed, it may be either.
    expect(name(of(5, 7, 9), [deep, shallow], { checks, reference })).toBeUndefined();
    expect(name(of(5, 7, 8), [deep, shallow], { checks, reference })).toBeUndefined();
    const broken = { ...of(5, 7), 'foreign/one': { value: failure('runtime-error') } };
    expect(name(broken, [deep, shallow], { checks, reference })).toBeUndefined();
    // What cannot be judged, or was not asked, rules nothing out.
    const unseen = { 'values/one': { value: ok(5) }, 'other/one': { value: ok(7) } };
    expect(name(unseen, [deep, shallow], { checks, reference })).toBeUndefined();
    expect(name(of(5, 7, 1), [deep, shallow], { checks: [one, g], reference })).toBeUndefined();
    // A single one needs no ruling out, and of two that are both ruled out neither is named.
    expect(name(of(5, 7, 1), [deep], { checks, reference })).toBe('deep');
    expect(name(of(5, 7, 1), [deep, mistake('other', of(5, 7, 8))], { checks, reference })).toBeUndefined();
  });

  test('one that fails another check of the function, which the submission passes, is ruled out', () => {
    const short = mistake('short', of(5, 7));
    const checks = [one, g];
    expect(name(of(5, 7), [short], { checks, reference })).toBe('short');
    expect(name(of(5, 1), [short], { checks, reference })).toBeUndefined();
    // Wrong there in a way of its own: that may be a second mistake.
    expect(name(of(5, 8), [short], { checks, reference })).toBe('short');
  });

  test('with one text are one mistake', () => {
    const text = (id: string, message: string, hint?: string): KnownMistake => ({
      ...mistake(id, of(5, 7), hint),
      message,
    });
    const both = (...mistakes: KnownMistake[]) => name(of(5, 7), mistakes, { checks: [one, g], reference });
    expect(both(text('a', 'Same.'), text('b', 'Same.'))).toBe('a');
    expect(both(text('a', 'Same.'), text('b', 'Other.'))).toBeUndefined();
    // Also where both are right in the other check.
    const right = (...ids: string[]) => ids.map((id) => ({ ...mistake(id, of(5, 1)), message: 'Same.' }));
    expect(name(of(5, 1), right('a', 'b'), { checks: [one, g], reference })).toBe('a');
    expect(both(text('a', 'Same.'), text('b', 'Same.', 'Look.'))).toBeUndefined();
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

describe('where parts of a record are judged', () => {
  const part = (id: string, ...names: string[]): Check =>
    valuesCheck({
      id: `gradient-${id}`,
      title: id,
      function: 'f',
      parts: names.map((name) => ({ path: [name], name })),
      cases: [{ id: 'one', title: 'one', call: call('f'), caseId: 'gradients/one' }],
    });
  const [a, b, both] = [part('a', 'a'), part('b', 'b'), part('both', 'a', 'b')];
  const on = (value: Value): Cases => ({ 'gradients/one': { value: ok(value) } });
  const of = (a: Value, b: Value): Cases => on({ a, b });
  const options = (check: Check, checks = [a, b, both]) => ({
    check,
    checks,
    reference: of(vector(1, 2), vector(3, 4)),
  });
  // As a mean where a sum belongs, in both biases of a network.
  const averaged = mistake('averaged', of(vector(0.1, 0.2), vector(0.3, 0.4)));

  test('only these are compared', () => {
    const first = of(vector(0.1, 0.2), vector(3, 4));
    expect(name(first, [averaged], options(a))).toBe('averaged');
    expect(name(first, [averaged], options(both))).toBeUndefined();
    expect(name(of(vector(0.1, 0.3), vector(0.3, 0.4)), [averaged], options(a))).toBeUndefined();
    expect(name(of(vector(0.1, 0.2), vector(0.3, 0.4)), [averaged], options(both))).toBe('averaged');
    // Another key beside them changes nothing.
    expect(name(on({ a: vector(0.1, 0.2), b: vector(3, 4), loss: 1 }), [averaged], options(a))).toBe('averaged');
  });

  test('of several that share a part, the one that shares the others is meant', () => {
    const alone = mistake('alone', of(vector(0.1, 0.2), vector(3, 4)));
    expect(name(of(vector(0.1, 0.2), vector(3, 4)), [averaged, alone], options(a))).toBe('alone');
    expect(name(of(vector(0.1, 0.2), vector(0.3, 0.4)), [averaged, alone], options(a))).toBe('averaged');
    expect(name(of(vector(0.1, 0.2), vector(8, 9)), [averaged, alone], options(a))).toBeUndefined();
    // Also where nothing else of the function is asked.
    expect(name(of(vector(0.1, 0.2), vector(3, 4)), [averaged, alone], options(a, [a]))).toBe('alone');
    expect(name(of(vector(0.1, 0.2), vector(8, 9)), [averaged, alone], options(a, [a]))).toBeUndefined();
  });

  test('a part without numbers names nothing by itself', () => {
    for (const nothing of [vector(0, 0), vector(Number.NaN, Number.NaN), undefined, 0]) {
      const lost = mistake('lost', of(nothing, vector(8, 9)));
      expect(name(of(nothing, vector(3, 4)), [lost], options(a))).toBeUndefined();
      expect(name(of(nothing, vector(8, 9)), [lost], options(a))).toBe('lost');
    }
    const few = mistake('few', of(vector(0, 7), vector(8, 9)));
    expect(name(of(vector(0, 7), vector(3, 4)), [few], options(a))).toBe('few');
  });

  test('nor do numbers that are right: the wrong ones have to tell', () => {
    const two: Check = valuesCheck({
      id: 'gradient-a',
      title: 'a',
      function: 'f',
      parts: [{ path: ['a'], name: 'a' }],
      cases: ['one', 'two'].map((id) => ({ id, title: id, call: call('f'), caseId: `gradients/${id}` })),
    });
    const onBoth = (second: Value, b: Value): Cases => ({
      'gradients/one': { value: ok({ a: vector(1, 2), b }) },
      'gradients/two': { value: ok({ a: second, b }) },
    });
    const reference = onBoth(vector(5, 6), 1);
    const lost = mistake('lost', onBoth(vector(0, 0), 2));
    expect(name(onBoth(vector(0, 0), 3), [lost], { checks: [two], reference })).toBeUndefined();
    expect(name(onBoth(vector(0, 0), 2), [lost], { checks: [two], reference })).toBe('lost');
  });

  test('a part that went through float32 is compared as such', () => {
    const [exact, other] = [derive(1, 'exact').normals([20]), derive(2, 'other').normals([20])];
    const reference = of(derive(3, 'right').normals([20]), other);
    const wrong = [mistake('it', of(exact, other))];
    expect(name(of(stored32(exact), stored32(other)), wrong, { check: a, checks: [a], reference })).toBe('it');
  });
});

describe('the same result', () => {
  test('as nested lists, as a tensor, or as a number', () => {
    const grid = NdArray.of([1.5, 2.5, 3.5, 4.5], [2, 2]);
    const lists = [
      [1.5, 2.5],
      [3.5, 4.5],
    ];
    const reference = at(NdArray.of([1, 2, 3, 4], [2, 2]));
    const same = (a: Value, b: Value): boolean => name(at(a), [mistake('it', at(b))], { reference }) === 'it';
    expect([same(lists, grid), same(grid, lists), same(lists, lists)]).toEqual([true, true, true]);
    expect(same([vector(1.5, 2.5), [3.5, 4.5]], grid)).toBe(true);
    expect(same([1.5, 2.5, 3.5, 4.5], grid)).toBe(false);
    expect(same([[1.5, 2.5], [3.5]], grid)).toBe(false);
    expect(same([[1.5, 2.5], [3.5]], [[1.5, 2.5], [3.5]])).toBe(true);
    expect(same([[1.5, 2.5], [3.5]], [[1.5, 2.5], [3.6]])).toBe(false);
    expect(same([[1.5, 2.5], [3.5]], [[1.5, 2.5], [3.5], [1]])).toBe(false);
    expect(same({ a: lists }, { a: grid })).toBe(true);
    expect(same({ a: lists }, { b: grid })).toBe(false);
    expect(same({ a: lists }, { a: grid, b: grid })).toBe(false);
    expect(same({ a: grid, b: grid }, { a: grid })).toBe(false);
    const five = NdArray.of([5], []);
    expect([named(five, 5), named([5], 5), named([5], vector(5))]).toEqual([true, true, true]);
    // A lost axis is a mistake of its own.
    expect([named(five, vector(5)), named([5], five)]).toEqual([false, false]);
    expect([named(five, 6), named([5, 5], 5), named(vector(5, 5), five)]).toEqual([false, false, false]);
    // Rounding is measured against the greatest entry of the whole list.
    expect(
      same(
        [
          [1.5, 2.5],
          [3.5, 1e-9],
        ],
        NdArray.of([1.5, 2.5, 3.5, 0], [2, 2]),
      ),
    ).toBe(true);
  });

  test('up to rounding', () => {
    expect(named(vector(3, 4 * (1 + 0.9e-6)), vector(3, 4))).toBe(true);
    expect(named(vector(3, 4 * (1 + 1.1e-6)), vector(3, 4))).toBe(false);
    expect([named(5 * (1 + 0.9e-6), 5), named(5 * (1 + 1.1e-6), 5)]).toEqual([true, false]);
  });

  test('what is left of a sum that cancels is 0', () => {
    expect([named(-5.6e-17, 0), named(vector(0, 1e-15), vector(0, 0))]).toEqual([true, true]);
    expect(named(2e-14, 0)).toBe(false);
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
