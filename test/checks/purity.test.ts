import { describe, expect, test } from 'vitest';
import { purityCheck } from '../../harness/checks/purity.ts';
import { type Arg, RngArg } from '../../harness/model/call.ts';
import { NdArray, type Value } from '../../harness/model/value.ts';
import { call, failure, observe, ok, type Program, vector, verdictOf } from './in-process.ts';

const purity = (...args: Arg[]) =>
  purityCheck({
    id: 'purity',
    title: 'Purity',
    function: 'f',
    cases: [{ id: 'one', title: 'one', call: call('f', ...args), between: call('f', vector(9)) }],
  });
const check = purity(vector(1, 2));
/** Answers the three calls in their order; the arguments come back as they were sent. */
const answers = (first: Value, between: Value, second: Value, echoed: Value[] = [vector(1, 2)]): Program => {
  const values: Record<string, Value> = { first, between, second };
  return (_, id) => ok(values[id]!, id === 'first' ? { args: echoed } : {});
};
const reference = answers(vector(3), vector(4), vector(3));

test('makes the same call twice, with another between', async () => {
  expect(check).toMatchObject({ id: 'purity', kind: 'purity', title: 'Purity', function: 'f' });
  const asked: [string, boolean | undefined, Value][] = [];
  const observed = await observe(check.cases, (one, id) => {
    asked.push([id, one.echo, one.args[0] as Value]);
    return ok(null);
  });
  expect(Object.keys(observed)).toEqual(['purity/one']);
  expect(asked).toEqual([
    ['first', true, vector(1, 2)],
    ['between', undefined, vector(9)],
    ['second', undefined, vector(1, 2)],
  ]);
});

describe('results', () => {
  test('the same: accepted, though they are wrong', async () => {
    expect(await verdictOf(check, reference, reference)).toEqual({
      status: 'accepted',
      share: 1,
      summary: 'Same arguments give the same result, and arguments stay as they are.',
      evidence: [],
    });
    expect((await verdictOf(check, answers(vector(7), vector(7), vector(7)), reference)).status).toBe('accepted');
    expect((await verdictOf(check, answers(vector(3), vector(4), vector(3 * (1 + 0.5e-12))), reference)).status).toBe(
      'accepted',
    );
  });

  test('different', async () => {
    const verdict = await verdictOf(check, answers(vector(3), vector(4), vector(3.1)), reference);
    expect(verdict).toMatchObject({
      status: 'wrong-answer',
      share: 0,
      summary:
        'f gave two different results for the same arguments: it seems to keep something from one call to the next.',
      mistake: { id: 'state-kept', message: 'The function keeps something from one call to the next.' },
    });
    expect((await verdictOf(check, answers(vector(3), vector(4), vector(3 * (1 + 2e-12))), reference)).status).toBe(
      'wrong-answer',
    );
  });

  test('that of the first call for the one between, where the first is right: remembered under too small a key', async () => {
    expect(await verdictOf(check, answers(vector(3), vector(3), vector(3)), reference)).toMatchObject({
      status: 'wrong-answer',
      summary:
        'f gave the result of one call for another one with other arguments: what it remembers is not told apart by all of its arguments.',
      mistake: { id: 'state-kept' },
    });
    // Inputs whose results hardly differ tell nothing.
    const alike = answers(vector(3), vector(3 + 1e-5), vector(3));
    expect((await verdictOf(check, answers(vector(3), vector(3), vector(3)), alike)).status).toBe('accepted');
    const tiny = answers(vector(0), vector(1e-17), vector(0));
    expect((await verdictOf(check, answers(vector(0), vector(0), vector(0)), tiny)).status).toBe('accepted');
  });

  test('the call between is not judged here', async () => {
    const fails: Program = (one, id) => (id === 'between' ? failure() : reference(one, id));
    expect((await verdictOf(check, fails, reference)).status).toBe('accepted');
  });
});

describe('arguments', () => {
  const touched = async (args: Arg[], echoed: Value[]) => {
    const verdict = await verdictOf(purity(...args), answers(1, 2, 1, echoed), answers(1, 2, 1));
    return verdict.status === 'accepted' ? 'accepted' : verdict.summary;
  };

  test('changed or disposed, with its number', async () => {
    const program = answers(vector(3), vector(4), vector(3), [vector(1, 3)]);
    expect(await verdictOf(check, program, reference)).toMatchObject({
      status: 'wrong-answer',
      summary: 'f changed a tensor that belongs to the caller (argument 1).',
      mistake: { id: 'argument-touched', message: 'An argument was changed or disposed of; it belongs to the caller.' },
    });
    expect(await touched([3, vector(1)], [3, 'disposed'])).toBe(
      'f disposed of a tensor that belongs to the caller (argument 2).',
    );
    expect(await touched([vector(1, 2)], [vector(5, 2)])).toContain('changed a tensor');
    expect(await touched([vector(1, 2)], [vector(1)])).toContain('changed a tensor');
    expect(await touched([vector(1, 2)], ['text'])).toContain('changed a tensor');
    expect(await touched([vector(1, 2)], [])).toContain('changed a tensor');
    expect(await touched([vector(1, Number.NaN)], [vector(1, Number.NaN)])).toBe('accepted');
    expect(await touched([vector(1, Number.NaN)], [vector(1, 2)])).toContain('changed a tensor');
    expect(await touched([vector(0)], [vector(-0)])).toBe('accepted');
  });

  test('inside lists and records', async () => {
    const nested: Arg[] = [[vector(1), [vector(2)]], { w: vector(3), layers: [vector(4)] }];
    const echo = (a: number, b: number, c: number, d: number): Value[] => [
      [vector(a), [vector(b)]],
      { w: vector(c), layers: [vector(d)] },
    ];
    expect(await touched(nested, echo(1, 2, 3, 4))).toBe('accepted');
    expect(await touched(nested, echo(0, 2, 3, 4))).toContain('(argument 1)');
    expect(await touched(nested, echo(1, 0, 3, 4))).toContain('(argument 1)');
    expect(await touched(nested, echo(1, 2, 0, 4))).toContain('(argument 2)');
    expect(await touched(nested, echo(1, 2, 3, 0))).toContain('(argument 2)');
    expect(await touched([[vector(1)]], ['disposed'])).toContain('changed a tensor');
    expect(await touched([{ w: vector(1) }], [])).toContain('changed a tensor');
    expect(await touched([{ w: vector(1) }], [{ w: 'disposed' }])).toContain('disposed of');
  });

  test('that are no tensors stay out of it', async () => {
    const rng = new RngArg(1);
    expect(await touched([3, 'text', null, undefined, true, rng], [4, 'other', 1, 2, false, '(a function)'])).toBe(
      'accepted',
    );
    expect(await touched([new NdArray([1], Int32Array.of(2))], [new NdArray([1], Int32Array.of(2))])).toBe('accepted');
  });
});

test('calls that fail', async () => {
  expect(await verdictOf(check, () => failure('runtime-error', 'Boom.'), reference)).toMatchObject({
    status: 'runtime-error',
    summary: 'f on one: Boom.',
  });
  const second: Program = (one, id) => (id === 'second' ? failure('runtime-error', 'Boom.') : reference(one, id));
  expect(await verdictOf(check, second, reference)).toMatchObject({
    status: 'runtime-error',
    summary: 'The second call with the same arguments failed. f on one: Boom.',
  });
  const bare: Program = (one, id) => ({ ...reference(one, id), args: undefined }) as never;
  expect((await verdictOf(purity(3), bare, reference)).status).toBe('accepted');
});
