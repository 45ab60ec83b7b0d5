import { deflateSync } from 'node:zlib';
import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { examinePng } from '../../harness/artefacts/png.ts';
import { showPng } from '../../harness/artefacts/show-png.ts';
import { chunk, png, rawPng, utf8 } from './make.ts';

const ramp = png(7, 5, (x, y) => [30 * x, 40 * y, 0, 255]);
const problem = (bytes: Uint8Array, templates: Uint8Array[] = []) => {
  const result = examinePng(bytes, templates);
  return result.ok ? undefined : result.problem;
};
const decoded = (bytes: Uint8Array) => {
  const result = examinePng(bytes);
  if (!result.ok) throw new Error(result.problem);
  return result;
};

describe('pictures', () => {
  test('are decoded', () => {
    const { width, height, rgba } = decoded(ramp);
    expect([width, height]).toEqual([7, 5]);
    expect([...rgba.subarray(4, 8)]).toEqual([30, 0, 0, 255]);
  });

  test('of other kinds are decoded: grey, 16 bits, interlaced, with something after the end', () => {
    expect(decoded(rawPng({ width: 2, height: 1 }, Uint8Array.from([0, 10, 20]))).rgba[4]).toBe(20);
    const deep = rawPng({ width: 2, height: 1, depth: 16 }, Uint8Array.from([0, 10, 0, 20, 0]));
    expect(decoded(deep).rgba[4]).toBe(20);
    // Adam7 of 2 × 1: the first pixel in the first pass, the second in the sixth.
    const interlaced = rawPng({ width: 2, height: 1, interlaced: true }, Uint8Array.from([0, 10, 0, 20]));
    expect(decoded(interlaced).rgba[4]).toBe(20);
    expect(decoded(Buffer.concat([ramp, utf8('<script>')])).width).toBe(7);
  });

  test.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'is empty'],
    ['a text', utf8('not a picture at all'), 'is not a PNG'],
    ['a JPEG', Uint8Array.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0, 0, 0]), 'is not a PNG'],
    ['half of one', ramp.subarray(0, ramp.length / 2), 'breaks off'],
    ['one without its end', ramp.subarray(0, ramp.length - 12), 'breaks off'],
    ['no header', Buffer.concat([ramp.subarray(0, 8), chunk('IEND', new Uint8Array())]), 'damaged'],
    ['white', png(9, 9, () => [255, 255, 255, 255]), 'is blank'],
    ['transparent', png(9, 9, (x) => [x, x, x, 0]), 'is blank'],
    ['one pixel', png(1, 1, () => [1, 2, 3, 255]), 'is blank'],
    ['no pixels', rawPng({ width: 0, height: 5 }, new Uint8Array()), 'without pixels'],
    ['too little data', rawPng({ width: 9, height: 9 }, new Uint8Array(20)), 'is blank'],
    ['nonsense', rawPng({ width: 9, height: 9, depth: 3, colour: 5 }, new Uint8Array(99)), 'cannot be decoded'],
    ['a wrong checksum', ramp.map((byte, i) => (i === ramp.length - 14 ? byte ^ 1 : byte)), 'cannot be decoded'],
  ])('%s', (_, bytes, expected) => {
    expect(problem(bytes)).toContain(expected);
  });

  test('whatever is in a file, it is refused or decoded', () => {
    for (let i = 8; i < ramp.length; i++) {
      for (const flip of [1, 0x80, 0xff]) {
        const damaged = ramp.map((byte, at) => (at === i ? byte ^ flip : byte));
        expect(() => examinePng(damaged)).not.toThrow();
      }
    }
  });

  test('the one that was handed out', () => {
    expect(problem(ramp, [utf8('x'), ramp])).toContain('handed out');
  });
});

describe('bombs are refused before they take memory', () => {
  const peak = (bytes: Uint8Array): { problem: string | undefined; megabytes: number } => {
    const before = process.memoryUsage().arrayBuffers;
    const said = problem(bytes);
    return { problem: said, megabytes: (process.memoryUsage().arrayBuffers - before) / 2 ** 20 };
  };

  test('a size that is only claimed', () => {
    const huge = rawPng({ width: 100_000, height: 100_000 }, new Uint8Array(100));
    const { problem: said, megabytes } = peak(huge);
    expect(said).toContain('100000 × 100000 pixels, which is too large');
    expect(megabytes).toBeLessThan(8);
    expect(problem(rawPng({ width: 2 ** 31, height: 2 ** 31 }, new Uint8Array(9)))).toContain('too large');
  });

  test.each([false, true])('data that unpacks to more than the header says (interlaced: %s)', (interlaced) => {
    const bomb = rawPng({ width: 20, height: 20, interlaced }, new Uint8Array(24 * 2 ** 20));
    expect(bomb.length).toBeLessThan(100_000);
    const { problem: said, megabytes } = peak(bomb);
    expect(said === undefined || /cannot be decoded|blank/.test(said)).toBe(true);
    expect(megabytes).toBeLessThan(16);
  });

  test('packed text chunks are not unpacked', () => {
    const text = chunk('zTXt', Buffer.concat([utf8('Comment\0\0'), deflateSync(new Uint8Array(24 * 2 ** 20))]));
    const bytes = rawPng({ width: 2, height: 1 }, Uint8Array.from([0, 10, 20]), [text]);
    expect(peak(bytes)).toMatchObject({ problem: undefined });
  });
});

describe('pictures as reports show them', () => {
  test('hold pixels and nothing else', () => {
    const secret = chunk('tEXt', utf8('Comment\0<script>alert(1)</script>'));
    const bytes = rawPng({ width: 2, height: 1 }, Uint8Array.from([0, 10, 20]), [secret]);
    expect(Buffer.from(bytes).includes('<script>')).toBe(true);
    const shown = showPng(decoded(bytes));
    expect(Buffer.from(shown.bytes).includes('<script>')).toBe(false);
    expect([...PNG.sync.read(Buffer.from(shown.bytes)).data]).toEqual([10, 10, 10, 255, 20, 20, 20, 255]);
    expect(showPng(decoded(bytes)).bytes).toEqual(shown.bytes);
  });

  test('are made smaller by whole factors, with the mean of what is seen', () => {
    const wide = png(2400, 4, (x, y) => (y === 0 ? [9, 9, 9, 0] : [x % 2 === 0 ? 100 : 200, 0, 0, 255]));
    const { bytes, width, height } = showPng(decoded(wide));
    expect([width, height]).toEqual([1200, 2]);
    const { data } = PNG.sync.read(Buffer.from(bytes));
    expect([...data.subarray(0, 4)]).toEqual([150, 0, 0, 128]);
    expect([...data.subarray(4 * 1200, 4 * 1200 + 4)]).toEqual([150, 0, 0, 255]);
  });
});
