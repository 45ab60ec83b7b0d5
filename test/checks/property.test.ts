import { describe, expect, test } from 'vitest';
import { type Deviation, type PropertyCase, propertyCheck } from '../../harness/checks/property.ts';
import type { Success } from '../../harness/model/observation.ts';
import { call, failure, observe, ok, verdictOf } from './in-process.ts';

const options = (cases: PropertyCase[]) => ({
  id: 'property',
  title: 'Identities',
  function: 'exp',
  praise: 'All hold.',
  cases,
});
const deviation = (error: number, bound = 1, identity = 'a = b'): Deviation => ({ identity, error, bound });
const withDeviations = (...lists: (Deviation[] | string)[]) =>
  propertyCheck(
    options(
      lists.map((found, i) => ({
        id: `c${i}`,
        title: `input ${i}`,
        calls: [{ id: 'x', call: call('exp', i) }],
        deviations: () => found,
      })),
    ),
  );
const judge = (...lists: (Deviation[] | string)[]) => verdictOf(withDeviations(...lists), () => ok(1));

test('makes its calls one after the other, each from the results before', async () => {
  const seen: unknown[] = [];
  const check = propertyCheck(
    options([
      {
        id: 'chain',
        title: 'a chain',
        worker: { precision: 'fast' },
        calls: [
          { id: 'x', call: call('exp', 1) },
          { id: 'y', call: (before: Record<string, Success>) => call('exp', (before.x!.value as number) + 10) },
        ],
        deviations(results, reference) {
          seen.push(results.y!.value, reference.y!.value);
          return [deviation(0)];
        },
      },
      { id: 'plain', title: 'plain', calls: [], deviations: () => [deviation(0)] },
    ]),
  );
  expect(check).toMatchObject({ id: 'property', kind: 'property', title: 'Identities', function: 'exp' });
  expect(check.cases.map(({ id, title, worker }) => [id, title, worker])).toEqual([
    ['property/chain', 'a chain', { precision: 'fast' }],
    ['property/plain', 'plain', undefined],
  ]);
  expect(check.cases[1]).not.toHaveProperty('worker');
  const plus = (by: number) => (one: { args: unknown[] }) => ok((one.args[0] as number) + by);
  expect((await verdictOf(check, plus(1), plus(2))).status).toBe('accepted');
  expect(seen).toEqual([13, 15]);
  const failed = await observe(check.cases, (_, id) => (id === 'x' ? failure() : ok(1)));
  expect(Object.keys(failed['property/chain']!)).toEqual(['x']);
});

test('says which call failed, where it is one of another function', async () => {
  const check = propertyCheck(
    options([
      {
        id: 'chain',
        title: 'a chain',
        calls: [
          { id: 'x', call: call('exp', 1) },
          { id: 'y', call: (before: Record<string, Success>) => call('log', before.x!.value as number) },
        ],
        deviations: () => [deviation(0)],
      },
    ]),
  );
  const summary = async (bad: string) =>
    (
      await verdictOf(
        check,
        (one) => (one.fn === bad ? failure() : ok(1)),
        () => ok(1),
      )
    ).summary;
  expect(await summary('log')).toMatch(/^exp on a chain, in the call of log: /);
  expect(await summary('exp')).toMatch(/^exp on a chain: /);
});

describe('identities', () => {
  test('hold', async () => {
    expect(
      await judge(
        [deviation(1e-9, 1e-6, 'a = b'), deviation(5e-7, 1e-6, 'c = d'), deviation(0, 1, 'e = f')],
        [deviation(1)],
      ),
    ).toEqual({
      status: 'accepted',
      share: 1,
      summary: 'All hold.',
      evidence: [
        {
          kind: 'table',
          title: 'Inputs',
          columns: ['input', 'outcome', 'figure'],
          rows: [
            ['input 0', 'accepted', 'c = d: off by 5.0e-7'],
            ['input 1', 'accepted', 'a = b: off by 1.0'],
          ],
        },
      ],
    });
  });

  test('do not: the worst by its own bound', async () => {
    const evidence = [{ kind: 'text' as const, title: 'Note', text: 'x' }];
    const verdict = await judge([deviation(3, 2, 'a = b'), { ...deviation(0.012345, 1e-6, 'c = d'), evidence }]);
    expect(verdict).toEqual({
      status: 'wrong-answer',
      share: 0,
      summary: 'exp on input 0: it should hold that c = d, but this is off by 0.0123 (allowed 0.0000010).',
      evidence,
    });
    expect((await judge([deviation(1.01)])).summary).toBe(
      'exp on input 0: it should hold that a = b, but this is off by 1.01 (allowed 1.0).',
    );
    expect((await judge([deviation(1.01)])).evidence).toEqual([]);
  });

  test('NaN and infinity hold nothing', async () => {
    for (const error of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const verdict = await judge([deviation(0.1, 1, 'a = b'), deviation(error, 1, 'c = d'), deviation(5, 1, 'e = f')]);
      expect(verdict.status).toBe('wrong-answer');
      expect(verdict.summary).toContain('it should hold that c = d, but the result is not finite');
      expect((await judge([deviation(error, Number.POSITIVE_INFINITY)])).status).toBe('wrong-answer');
    }
  });

  test('cannot be looked at', async () => {
    expect(await judge('the result has no parts.')).toMatchObject({
      status: 'wrong-answer',
      summary: 'exp on input 0: the result has no parts.',
    });
  });
});

test('a failed call speaks for its input', async () => {
  const check = withDeviations([deviation(0)], [deviation(0)]);
  const verdict = await verdictOf(
    check,
    (one) => (one.args[0] === 1 ? failure('runtime-error', 'Boom.') : ok(1)),
    () => ok(1),
  );
  expect(verdict).toMatchObject({ status: 'runtime-error', summary: 'exp on input 1: Boom.' });
});
