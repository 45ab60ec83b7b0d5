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
import * as look from '../../../reference/cv1-abp/abp-training/look.ts';
import { lossOf } from '../../../reference/cv1-abp/abp-training/pictures.ts';
import { dotAll, namesOf, plus, tensorsOf, withTensors } from '../../../reference/cv1-abp/abp-training/weights.ts';
import { failure, observe, ok, type Program } from '../../checks/in-process.ts';

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
  test.each([
    'right/dense-plain-ascent.ts',
    'right/plain-arrays.ts',
    'right/layers-model.ts',
    'right/fixed-features.ts',
  ])('%s is accepted', async (name) => {
    await tf.setBackend('cpu');
    const verdict = await verdictOf(check('learn-step'), await load(name));
    expect(verdict.summary).toContain('The step is that of plain gradient ascent');
    expect(verdict.status).toBe('accepted');
    expect(verdict.summary.includes('changes omega, phase: taken as part')).toBe(name === 'right/fixed-features.ts');
  });

  test('what cannot be seen is not praised', async () => {
    const program = await load('right/plain-arrays.ts');
    // Weights that only closures know.
    const hide = (params: unknown) => ({ open: () => params });
    const shown = (params: { open(): unknown }) => params.open();
    const call = (name: string, ...args: unknown[]): Promise<Record<string, unknown>> =>
      (program[name] as (...args: unknown[]) => Promise<Record<string, unknown>>)(...args);
    const hidden = {
      initGenerator: async (...args: unknown[]) => hide(await call('initGenerator', ...args)),
      generate: (params: ReturnType<typeof hide>, z: unknown) => call('generate', shown(params), z),
      learnStep: async (params: ReturnType<typeof hide>, ...args: unknown[]) => {
        const { params: next, loss } = await call('learnStep', shown(params), ...args);
        return { params: hide(next), loss };
      },
    };
    const verdict = await verdictOf(check('learn-step'), hidden);
    expect(verdict.status).toBe('accepted');
    expect(verdict.summary).toContain('cannot be looked into');
  });

  test.each([
    ['learn-summed', 'summed-over-batch'],
    ['adam-in-learn-step', 'not-plain'],
    ['learn-biases-left-out', 'weights-left-out'],
    ['learn-weight-decay-small', 'weight-decay'],
    ['learn-last-layer-only-layers', 'weights-left-out'],
    ['learn-doubled-layers', 'step-doubled'],
    ['learn-doubled-arrays', 'step-doubled'],
    ['learn-mean-over-pixels-int32', 'step-mean-over-pixels'],
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
    ['wrong/rest-left-out.ts', 'rest-left-out'],
    ['wrong/drift-divided.ts', 'drift-divided'],
    ['wrong/noise-reused.ts', 'noise-reused'],
    ['wrong/cold-redrawn.ts', 'latents-redrawn'],
  ])('%s', async (name, id) => {
    expect((await verdictOf(check('start'), await load(name))).mistake?.id).toBe(id);
  });
});

describe('what a later training must not change', () => {
  test.each([
    ['right/plain-arrays.ts', undefined],
    ['wrong/weights-kept-in-training.ts', 'weights-kept'],
  ])('%s', async (name, id) => {
    expect((await verdictOf(check('repeatable'), await load(name))).mistake?.id).toBe(id);
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

describe('weights wherever they are', () => {
  class Net {
    readonly kernel = tf.tensor2d([[1, 2]]);
    readonly layers = new Map([
      [
        'deep',
        {
          rows: [
            [3, 4],
            [5, 6],
          ],
          bias: Float64Array.of(7, 8),
        },
      ],
    ]);
    readonly size = tf.tensor1d([32, 32], 'int32');
    // The same tensor once more is no other weight.
    readonly again = this.kernel;
  }

  test('are found in instances, maps, arrays and lists, moved and put back', async () => {
    const net = new Net();
    const before = (await look.weights(net)) as { names: string[]; values: unknown[] };
    expect(before.names).toEqual(['kernel', 'layers.deep.rows', 'layers.deep.bias']);
    expect(before.values.slice(1)).toEqual([[3, 4, 5, 6], Float64Array.of(7, 8)]);
    await look.moved(net, [0, 1, 2], [tf.tensor2d([[9, 9]]), tf.tensor1d([1, 2, 3, 4]), tf.tensor1d([0, 1])]);
    expect([...net.kernel.dataSync()]).toEqual([9, 9]);
    expect(net.layers.get('deep')).toEqual({
      rows: [
        [1, 2],
        [3, 4],
      ],
      bias: Float64Array.of(0, 1),
    });
    look.restored();
    expect([...net.kernel.dataSync()]).toEqual([1, 2]);
    expect(net.layers.get('deep')).toEqual({
      rows: [
        [3, 4],
        [5, 6],
      ],
      bias: Float64Array.of(7, 8),
    });
  });

  test('of a record of tensors are those of another record', async () => {
    const params = { a: tf.tensor1d([1]), size: tf.tensor1d([2], 'int32'), list: [tf.tensor1d([3])], n: 4 };
    expect(((await look.weights(params)) as { names: string[] }).names).toEqual(['a', 'list.0']);
    const other = (await look.moved(params, [1], [tf.tensor1d([5])])) as typeof params;
    expect([other.a, other.size, other.n]).toEqual([params.a, params.size, 4]);
    expect([...other.list[0]!.dataSync(), ...params.list[0]!.dataSync()]).toEqual([5, 3]);
  });

  test('of a model are those that it trains', async () => {
    const model = tf.sequential({
      layers: [tf.layers.dense({ inputShape: [1], units: 1 }), tf.layers.batchNormalization()],
    });
    const { names } = (await look.weights({ model })) as { names: string[] };
    expect(names).toEqual([0, 1, 2, 3].map((i) => `model.weights.${i}`));
    const z = tf.tensor2d([[2]]);
    await look.moved({ model }, [0, 1], [tf.tensor2d([[3]]), tf.tensor1d([1])]);
    expect((model.apply(z) as tf.Tensor).dataSync()[0]).toBeCloseTo(7 / Math.sqrt(1.001), 4);
    look.restored();
  });
});

describe('samples', () => {
  test('are measured as nested lists as they are as tensors', async () => {
    const [pictures, origin, pattern] = [[4, 2, 2, 3], [1, 2, 2, 3], [12]].map((shape, i) =>
      tf.tensor([...derive(i, 'measured').uniforms(shape).data], shape),
    ) as [tf.Tensor, tf.Tensor, tf.Tensor];
    const found = (await look.measured(pictures, origin, pattern, 4))!;
    expect(await look.measured(await pictures.array(), tf.unstack(origin), pattern, 4)).toEqual(found);
    const off = pictures.sub(origin).reshape([4, 12]);
    expect([...found.far][1]).toBeCloseTo(off.slice([1], [1]).square().sum().dataSync()[0]!, 5);
    expect([...found.along][2]).toBeCloseTo(off.slice([2], [1]).mul(pattern).sum().dataSync()[0]!, 6);
    expect(await look.measured(pictures, origin, pattern, 3)).toBeNull();
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

describe('the interface', () => {
  const check = exercise.checks(7).find(({ id }) => id === 'interface')!;
  const judged = async (program: Program) =>
    check.judge({ submission: await observe(check.cases, program), reference: {}, overrides: {} });

  test('stands, whatever the functions do', async () => {
    expect((await judged(() => ok(null))).status).toBe('accepted');
    expect((await judged((call) => failure('runtime-error', `${call.fn} broke.`))).status).toBe('accepted');
  });

  test('a function that is not there is named', async () => {
    const verdict = await judged((call) => (call.fn === 'generate' ? failure('missing', 'No generate.') : ok(null)));
    expect(verdict).toMatchObject({ status: 'missing', summary: expect.stringContaining('No generate.') });
  });

  test('a file that cannot be loaded has no functions', async () => {
    const verdict = await judged(() =>
      failure('runtime-error', "abp.ts imports 'mathjs', which is not available here."),
    );
    expect(verdict).toMatchObject({ status: 'runtime-error', share: 0 });
  });
});
