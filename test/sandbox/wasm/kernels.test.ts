import { beforeAll, describe, expect, test } from 'vitest';
import { NdArray, type Value } from '../../../harness/model/value.ts';
import { usePool, useSession } from '../session/kit.ts';
import { OPERATIONS } from './operations.ts';
import { TRAINING } from './training.ts';

const FILES = { 'ops.ts': OPERATIONS, 'training.ts': TRAINING };
const pool = usePool({ spare: 0 });
const wasm = useSession(pool, FILES, { backend: 'wasm' });
const cpu = useSession(pool, FILES, { backend: 'cpu' });

test('the WebAssembly backend has every kernel of the CPU backend, and stays the one in use', async () => {
  expect(await wasm().value('ops.backend')).toBe('wasm');
  const there = new Set((await wasm().value('ops.kernels', ['wasm'])) as string[]);
  const needed = (await cpu().value('ops.kernels', ['cpu'])) as string[];
  expect(needed.length).toBeGreaterThan(170);
  expect(needed.filter((name) => !there.has(name))).toEqual([]);
});

describe('the same results as on the CPU backend', () => {
  let results: [Record<string, Value>, Record<string, Value>];
  beforeAll(async () => {
    results = [
      (await wasm().value('ops.all')) as Record<string, Value>,
      (await cpu().value('ops.all')) as Record<string, Value>,
    ];
  });

  test('of all operations and gradients', () => {
    const [here, there] = results;
    expect(Object.keys(here).length).toBeGreaterThan(250);
    const different = Object.keys(there).filter((name) => !agree(here[name], there[name]));
    expect(different).toEqual([]);
  });
});

/** Shape and type, and every entry within the rounding of float32 sums of some hundred terms of the largest's size. */
function agree(a: Value, b: Value): boolean {
  if (!(a instanceof NdArray) || !(b instanceof NdArray)) return false;
  if (String(a.shape) !== String(b.shape) || a.dtype !== b.dtype) return false;
  const largest = Math.max(1, ...Array.from(b.data, Number).filter(Number.isFinite).map(Math.abs));
  return Array.from(a.data, Number).every((x, i) => {
    const y = Number(b.data[i]);
    return Object.is(x, y) || Math.abs(x - y) <= 1e-5 * largest;
  });
}

test('texts', async () => {
  expect(await wasm().value('ops.texts')).toEqual(['a', 'b', 'c', 'c']);
});

test('numbers are rounded to float32, also by kernels of the CPU backend', async () => {
  expect(await wasm().value('ops.rounded')).toEqual([1, 1, 1]);
});

test('what a gradient makes on the way is freed', async () => {
  const [before, after] = (await wasm().value('ops.leak')) as number[][];
  expect(after).toEqual(before);
});

test('a convolutional network of layers trains with Adam', async () => {
  const losses = (await wasm().value('training.train', [30])) as number[];
  expect(losses[0]).toBeGreaterThan(1);
  expect(losses.at(-1)).toBeLessThan(0.1);
});

describe('without automatic differentiation', () => {
  const none = useSession(pool, FILES, { backend: 'wasm', gradients: 'none' });
  test('the added kernels do not bring it back', async () => {
    expect((await none().failure('training.train', [1])).message).toContain('Automatic differentiation');
    expect(await none().value('ops.texts')).toEqual(['a', 'b', 'c', 'c']);
  });
});
