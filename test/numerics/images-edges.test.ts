import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { NdArray } from '../../harness/model/value.ts';
import { montage, mse, pictures, pixelDiff, psnr, ssim, tile, toPng } from '../../harness/numerics/images.ts';
import { derive } from '../../harness/numerics/random.ts';

const noise = (label: string, shape: number[]): NdArray => derive(7, label).uniforms(shape);
const flat = (value: number, shape: number[]): NdArray => {
  const array = NdArray.zeros(shape);
  array.data.fill(value);
  return array;
};
const pixels = (png: Uint8Array): { width: number; height: number; rgb: number[][] } => {
  const { width, height, data } = PNG.sync.read(Buffer.from(png));
  return {
    width,
    height,
    rgb: Array.from({ length: width * height }, (_, i) => Array.from(data.subarray(4 * i, 4 * i + 3))),
  };
};

/** SSIM as its formula reads: every window by itself, no separable means. */
function slowSsim(a: NdArray, b: NdArray, range = 1): number {
  const [height, width] = a.shape as [number, number];
  const side = (length: number): number => Math.min(11, length % 2 === 0 ? length - 1 : length);
  const [down, across] = [side(height), side(width)];
  const weight = (i: number, j: number): number =>
    Math.exp(-((i - (down - 1) / 2) ** 2 + (j - (across - 1) / 2) ** 2) / (2 * 1.5 ** 2));
  let total = 0;
  for (let i = 0; i < down; i++) for (let j = 0; j < across; j++) total += weight(i, j);
  const [c1, c2] = [(0.01 * range) ** 2, (0.03 * range) ** 2];
  let sum = 0;
  let count = 0;
  for (let y = 0; y + down <= height; y++) {
    for (let x = 0; x + across <= width; x++) {
      const expectation = (f: (p: number, q: number) => number): number => {
        let mean = 0;
        for (let i = 0; i < down; i++)
          for (let j = 0; j < across; j++) {
            const at = (y + i) * width + x + j;
            mean += (weight(i, j) / total) * f(a.data[at]!, b.data[at]!);
          }
        return mean;
      };
      const [ma, mb] = [expectation((p) => p), expectation((_, q) => q)];
      const va = expectation((p) => (p - ma) ** 2);
      const vb = expectation((_, q) => (q - mb) ** 2);
      const cov = expectation((p, q) => (p - ma) * (q - mb));
      sum += ((2 * ma * mb + c1) * (2 * cov + c2)) / ((ma * ma + mb * mb + c1) * (va + vb + c2));
      count++;
    }
  }
  return sum / count;
}

describe('SSIM', () => {
  test.each([
    [11, 11],
    [12, 13],
    [28, 28],
    [5, 20],
    [20, 4],
    [3, 2],
    [1, 9],
    [1, 1],
    [2, 2],
  ])('is what the formula says for %s × %s', (h, w) => {
    const [a, b] = [noise('a', [h, w]), noise('b', [h, w])];
    expect(ssim(a, b)).toBeCloseTo(slowSsim(a, b), 12);
    const faint = NdArray.of(
      a.data.map((x, i) => 0.5 + 0.02 * (x - 0.5) + 0.01 * b.data[i]!),
      [h, w],
    );
    const pale = NdArray.of(
      a.data.map((x) => 0.5 + 0.02 * (x - 0.5)),
      [h, w],
    );
    expect(ssim(pale, faint)).toBeCloseTo(slowSsim(pale, faint), 12);
  });

  test('of another range', () => {
    const [a, b] = [noise('a', [12, 14]), noise('b', [12, 14])];
    const times = (array: NdArray, factor: number): NdArray =>
      NdArray.of(
        array.data.map((x) => factor * x),
        [12, 14],
      );
    expect(ssim(a, b, 4)).toBeCloseTo(slowSsim(a, b, 4), 12);
    expect(ssim(times(a, 255), times(b, 255), 255)).toBeCloseTo(ssim(a, b), 12);
    expect(psnr(times(a, 255), times(b, 255), 255)).toBeCloseTo(psnr(a, b), 10);
  });

  test('of NaN is NaN; of other shapes nothing', () => {
    const broken = noise('a', [12, 12]);
    broken.data[3] = Number.NaN;
    expect(ssim(broken, noise('b', [12, 12]))).toBeNaN();
    for (const [one, other] of [
      [
        [4, 6],
        [6, 4],
      ],
      [
        [4, 4],
        [4, 4, 1],
      ],
      [
        [4, 4],
        [4, 5],
      ],
      [
        [3, 4, 1],
        [3, 4, 3],
      ],
    ] as const) {
      expect(() => ssim(NdArray.zeros(one), NdArray.zeros(other))).toThrow('cannot be compared');
      expect(() => mse(NdArray.zeros(one), NdArray.zeros(other))).toThrow('cannot be compared');
      expect(() => pixelDiff(NdArray.zeros(one), NdArray.zeros(other))).toThrow('cannot be compared');
    }
  });
});

describe('PNG', () => {
  test('values are rounded, clamped, and magenta where one channel is none', () => {
    const image = NdArray.of([0.5, 0.25, 1.5, 0.1, Number.NaN, 0.2, -1, 0.999, 0.001], [1, 3, 3]);
    expect(pixels(toPng(image)).rgb).toEqual([
      [128, 64, 255],
      [255, 0, 255],
      [0, 255, 0],
    ]);
    expect(pixels(toPng(NdArray.of([0, 0.2, Number.POSITIVE_INFINITY], [1, 3]))).rgb).toEqual([
      [0, 0, 0],
      [51, 51, 51],
      [255, 0, 255],
    ]);
    expect(pixels(toPng(NdArray.of([0, 0.2], [1, 2, 1]))).rgb).toEqual([
      [0, 0, 0],
      [51, 51, 51],
    ]);
  });

  test('enlarged by whole numbers only', () => {
    const { width, height, rgb } = pixels(toPng(NdArray.of([0, 1, 0.2, 0.4], [2, 2]), { scale: 3 }));
    expect([width, height]).toEqual([6, 6]);
    const expected = Array.from(
      { length: 36 },
      (_, i) =>
        [
          [0, 255],
          [51, 102],
        ][Math.floor(i / 18)]![Math.floor((i % 6) / 3)],
    );
    expect(rgb.map(([red]) => red)).toEqual(expected);
    for (const scale of [0, -1, 1.5, Number.NaN])
      expect(() => toPng(flat(0, [2, 2]), { scale })).toThrow('scale is a positive integer');
    expect(() => toPng(flat(0, [1, 1, 1, 1]))).toThrow('a picture has shape');
    expect(() => toPng(flat(0, [2, 2, 4]))).toThrow('1 or 3 channels');
  });
});

describe('sheets', () => {
  test('every pixel in its place, with colour, gap and background', () => {
    const images = [0, 1, 2].map((i) => noise(`sheet ${i}`, [2, 3, 3]));
    const sheet = tile(images, 2, { gap: 2, background: 0.25 });
    expect(sheet.shape).toEqual([6, 8, 3]);
    for (let y = 0; y < 6; y++)
      for (let x = 0; x < 8; x++)
        for (let c = 0; c < 3; c++) {
          const [row, column] = [Math.floor(y / 4), Math.floor(x / 5)];
          const image = y % 4 < 2 && x % 5 < 3 ? images[2 * row + column] : undefined;
          const wanted = image === undefined ? 0.25 : image.data[((y % 4) * 3 + (x % 5)) * 3 + c];
          expect(sheet.data[(y * 8 + x) * 3 + c]).toBe(wanted);
        }
  });

  test('rows of unlike length, and no rows', () => {
    const one = flat(1, [1, 1]);
    expect(Array.from(montage([[one], [one, one, one]]).data)).toEqual([
      1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1, 0.5, 1, 0.5, 1,
    ]);
    expect(() => montage([[], []])).toThrow('at least one');
    expect(Array.from(tile([one, one, one, one], 2, { gap: 0 }).data)).toEqual([1, 1, 1, 1]);
  });

  test('pictures of an empty batch', () => {
    expect(pictures(NdArray.zeros([0, 4, 4]))).toEqual([]);
    expect(pictures(NdArray.zeros([]))).toEqual([]);
  });
});

describe('pixelDiff', () => {
  test('the picture of the difference, at any size', () => {
    const expected = flat(0, [3, 2]);
    const actual = NdArray.of([0, 0, 1, 0, 0, 0], [3, 2]);
    for (const scale of [1, 3]) {
      const { differing, share, png } = pixelDiff(actual, expected, { scale });
      expect([differing, share]).toEqual([1, 1 / 6]);
      const { width, height, rgb } = pixels(png);
      expect([width, height]).toEqual([2 * scale, 3 * scale]);
      for (const [i, [red, green]] of rgb.entries()) {
        const inside = Math.floor(i / width / scale) === 1 && Math.floor((i % width) / scale) === 0;
        expect(red === 255 && green === 0).toBe(inside);
      }
    }
  });

  test('the usual threshold is a tenth of pixelmatch’s scale, and another can be asked for', () => {
    const [actual, expected] = [flat(0.5, [4, 4]), flat(0.45, [4, 4])];
    expect(pixelDiff(actual, expected).differing).toBe(0);
    expect(pixelDiff(actual, expected, { threshold: 0.01 }).differing).toBe(16);
    expect(pixelDiff(flat(0.7, [4, 4]), expected).differing).toBe(16);
    expect(pixelDiff(flat(0.7, [4, 4]), expected, { threshold: 0.9 }).differing).toBe(0);
  });

  test('an edge moved by half a pixel counts, though text would be forgiven', () => {
    const step = (edge: number): NdArray =>
      NdArray.of(
        Float64Array.from({ length: 100 }, (_, i) => (i % 10 > 5 ? 1 : i % 10 === 5 ? edge : 0)),
        [10, 10],
      );
    expect(pixelDiff(step(0.5), step(0)).differing).toBe(10);
  });
});
