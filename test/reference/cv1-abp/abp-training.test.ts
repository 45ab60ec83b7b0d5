import * as path from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import type { Call } from '../../../harness/model/call.ts';
import type { CaseOutcomes, Check } from '../../../harness/model/exercise.ts';
import type { Outcome } from '../../../harness/model/observation.ts';
import { NdArray } from '../../../harness/model/value.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { ROOT } from '../../../harness/root.ts';
import { invoke } from '../../../harness/sandbox/worker/invoke.ts';
import exercise from '../../../reference/cv1-abp/abp-training/exercise.ts';
import { lossOf } from '../../../reference/cv1-abp/abp-training/learn-check.ts';
import * as look from '../../../reference/cv1-abp/abp-training/look.ts';
import { dotAll, namesOf, plus, tensorsOf, withTensors } from '../../../reference/cv1-abp/abp-training/weights.ts';

/**
 * Programs and checks in one process, on tfjs's own CPU backend: the checks are asked for what the sandboxed worker would be asked for, by the
 * same code that answers there.
 */
async function verdictOf(check: Check, program: Record<string, unknown>) {
  const modules = { open: async (module: string) => ({ exports: module === '/look' ? { ...look } : program }) };
  const session = { tf, kept: new Map(), primed: new Map(), modules } as unknown as Parameters<typeof invoke>[0];
  const submission: Record<string, CaseOutcomes> = {};
  for (const item of check.cases) {
    const outcomes: CaseOutcomes = {};
    submission[item.id] = outcomes;
    await item.plan(async (id, call) => {
      outcomes[id] = await answer(session, call);
      return outcomes[id]!;
    });
  }
  return check.judge({ submission, reference: submission, overrides: {} });
}

async function answer(session: Parameters<typeof invoke>[0], call: Call): Promise<Outcome> {
  try {
    return { status: 'ok', ...(await invoke(session, call)), ms: 0 };
  } catch (error) {
    return { status: 'runtime-error', message: String(error), ms: 0 };
  }
}

const check = (id: string): Check => exercise.checks(7).find((one) => one.id === id)!;
const load = (name: string): Promise<Record<string, unknown>> =>
  import(path.join(ROOT, 'reference/cv1-abp/abp-training/examples', name));

describe('learnStep is judged without knowing the architecture', () => {
  test.each(['right/dense-plain-ascent.ts', 'right/plain-arrays.ts'])('%s is accepted', async (name) => {
    await tf.setBackend('cpu');
    const verdict = await verdictOf(check('learn-step'), await load(name));
    expect(verdict.summary).toContain('plain gradient ascent');
    expect(verdict.status).toBe('accepted');
  });

  test.each([
    ['learn-summed', 'summed-over-batch'],
    ['adam-in-learn-step', 'not-plain'],
    ['learn-biases-left-out', 'weights-left-out'],
  ])('%s is refused', async (name, id) => {
    const verdict = await verdictOf(check('learn-step'), await load(`wrong/${name}.ts`));
    expect(verdict.status).toBe('wrong-answer');
    expect(verdict.mistake?.id).toBe(id);
  });
});

describe('warm and cold starts are told apart', () => {
  test.each([
    ['right/plain-arrays.ts', undefined],
    ['wrong/cold-is-warm.ts', 'cold-is-warm'],
    ['wrong/warm-is-cold.ts', 'warm-is-cold'],
  ])('%s', async (name, id) => {
    expect((await verdictOf(check('start'), await load(name))).mistake?.id).toBe(id);
  });
});

describe('parameters that can be seen', () => {
  const params = {
    size: 3,
    layers: [{ kernel: NdArray.of([1, 2], [1, 2]), bias: NdArray.of([3]) }],
    last: NdArray.of([4]),
  };

  test('are found, named and put back', () => {
    expect(namesOf(params)).toEqual(['layers.0.kernel', 'layers.0.bias', 'last']);
    const tensors = tensorsOf(params);
    expect(withTensors(params, tensors)).toEqual(params);
    expect(tensorsOf(withTensors(params, plus(tensors, tensors, 2))).map(({ data }) => [...data])).toEqual([
      [3, 6],
      [9],
      [12],
    ]);
    expect(dotAll(tensors, tensors)).toBe(30);
  });

  test('are none where there is anything but tensors', () => {
    const tensor = tf.tensor1d([1]);
    expect(look.plain({ a: tensor, n: 2 })).not.toBeNull();
    expect(look.plain({ a: tensor, model: new Map() })).toBeNull();
    expect(look.plain({ a: new Float32Array(2) })).toBeNull();
    expect(look.plain({ a: [1, 2] })).toBeNull();
    tensor.dispose();
    expect(look.plain({ a: tensor })).toBeNull();
    expect(look.state(tensor)).toEqual({ disposed: true });
  });
});

test('the loss is the mean over the batch of sums over pixels', () => {
  const [a, b] = [derive(1, 'a').normals([2, 32, 32, 3]), derive(1, 'b').normals([2, 32, 32, 3])];
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += (a.data[i]! - b.data[i]!) ** 2;
  expect(lossOf(a, b, 0.7)).toBeCloseTo(sum / 2 / (2 * 0.49), 6);
});

test('checks have ids of their own', () => {
  for (const profile of ['quick', 'full'] as const) {
    const ids = exercise.checks(7, profile).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  }
});
