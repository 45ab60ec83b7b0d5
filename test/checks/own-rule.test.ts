import { describe, expect, test } from 'vitest';
import { ownRuleCheck } from '../../harness/checks/own-rule.ts';
import type { Outcome } from '../../harness/model/observation.ts';
import { NdArray, type Value } from '../../harness/model/value.ts';
import { call, failure, observe, ok, vector } from './in-process.ts';

const check = ownRuleCheck({ id: 'rule', title: 'Own rule', function: 'expm', call: call('expm', vector(1)) });
const judge = (usual: Outcome, without: Outcome) =>
  check.judge({
    submission: { 'rule/plain': { gradient: usual }, 'rule/restricted': { gradient: without } },
    reference: {},
    overrides: {},
  });
const gradients = (a: Value, b: Value) => judge(ok(a), ok(b)).status;

test('asks for the gradient with and without the engine’s own', async () => {
  expect(check).toMatchObject({ id: 'rule', kind: 'rule', title: 'Own rule', function: 'expm' });
  expect(check.cases.map(({ id, title, worker }) => [id, title, worker])).toEqual([
    ['rule/plain', 'an ordinary engine', undefined],
    ['rule/restricted', 'an engine without gradients of its own', { gradients: 'shape-only' }],
  ]);
  expect(await observe(check.cases, (one) => ok(one.fn as string))).toEqual({
    'rule/plain': { gradient: ok('expm') },
    'rule/restricted': { gradient: ok('expm') },
  });
});

describe('verdicts', () => {
  test('the same gradient: a rule of one’s own', () => {
    expect(judge(ok([vector(1, 2)]), ok([vector(1, 2)]))).toEqual({
      status: 'accepted',
      share: 1,
      summary: 'The backward rule is your own.',
      evidence: [],
    });
    expect(gradients([vector(1, 2), vector(3)], [vector(1 + 1.9e-6, 2), vector(3)])).toBe('accepted');
    expect(gradients([vector(0)], [vector(0.9e-9)])).toBe('accepted');
  });

  test('no gradient without the engine’s own: none', () => {
    expect(judge(ok([vector(1)]), failure('runtime-error', 'No gradient for Mul.'))).toMatchObject({
      status: 'wrong-answer',
      share: 0,
      summary:
        "expm has no backward rule of its own: where tfjs's own gradients are taken away, it cannot be differentiated (No gradient for Mul). Use tf.customGrad with the rule worked out by hand.",
      mistake: {
        id: 'no-own-rule',
        message: 'The gradient comes from automatic differentiation, not from a rule of your own.',
      },
    });
  });

  test('another gradient: part of it is not its own', () => {
    expect(judge(ok([vector(1)]), ok([vector(2)]))).toMatchObject({
      status: 'wrong-answer',
      summary:
        "expm gives another gradient where tfjs's own gradients are taken away: part of it does not come from its own rule.",
    });
    expect(judge(ok([vector(1)]), ok([vector(2)]))).not.toHaveProperty('mistake');
    expect(gradients([vector(1, 2)], [vector(1 + 2.1e-6, 2)])).toBe('wrong-answer');
    expect(gradients([vector(0)], [vector(1.1e-9)])).toBe('wrong-answer');
    expect(gradients([vector(1), vector(2)], [vector(1), vector(3)])).toBe('wrong-answer');
    expect(gradients([vector(1), vector(2)], [vector(3), vector(2)])).toBe('wrong-answer');
    expect(gradients([vector(1)], [vector(1), vector(2)])).toBe('wrong-answer');
    expect(gradients([vector(1), vector(2)], [vector(1)])).toBe('wrong-answer');
    expect(gradients([vector(1)], [NdArray.of([1], [1, 1])])).toBe('wrong-answer');
    expect(gradients([NdArray.of([1, 2], [1, 2])], [NdArray.of([1, 2], [2, 1])])).toBe('wrong-answer');
    expect(gradients([NdArray.zeros([2, 3])], [NdArray.zeros([2, 4])])).toBe('wrong-answer');
    expect([gradients([vector(1)], null), gradients(null, [vector(1)])]).toEqual(['wrong-answer', 'wrong-answer']);
    expect(gradients(vector(1), vector(1))).toBe('wrong-answer');
    expect(gradients([vector(1)], vector(1))).toBe('wrong-answer');
    expect(gradients(vector(1), [vector(1)])).toBe('wrong-answer');
    expect(gradients([1], [vector(1)])).toBe('wrong-answer');
    expect(gradients([vector(1)], [1])).toBe('wrong-answer');
    expect(gradients(['(a function)'], ['(a function)'])).toBe('wrong-answer');
  });

  test('calls that fail otherwise', () => {
    expect(judge(failure('runtime-error', 'Boom.'), failure('runtime-error', 'Boom.'))).toMatchObject({
      status: 'runtime-error',
      summary: 'expm on an ordinary engine: Boom.',
    });
    expect(judge(ok([vector(1)]), failure('time-limit-exceeded', 'Too slow.'))).toMatchObject({
      status: 'time-limit-exceeded',
      summary: 'expm on an engine without gradients of its own: Too slow.',
    });
  });
});
