import fc from 'fast-check';
import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { NdArray } from '../../harness/model/value.ts';
import { montage, mse, pictures, pixelDiff, psnr, ssim, tile, toPng } from '../../harness/numerics/images.ts';
import { derive } from '../../harness/numerics/random.ts';

// Always the same draws: a bound on rounding must not be missed by chance in somebody else's run.
fc.configureGlobal({ seed: 20260 });

const noise = (label: string, shape: number[]): NdArray => derive(7, label).uniforms(shape);
const decode = (png: Uint8Array): PNG => PNG.sync.read(Buffer.from(png));

describe('distances', () => {
  test('MSE and PSNR', () => {
    const a = NdArray.of([0, 0.5, 1, 1], [2, 2]);
    const b = NdArray.of([0, 0.5, 1, 0.8], [2, 2]);
    expect(mse(a, b)).toBeCloseTo(0.01, 12);
    expect(psnr(a, b)).toBeCloseTo(20, 10);
    expect(psnr(a, a)).toBe(Number.POSITIVE_INFINITY);
    expect(() => mse(a, NdArray.zeros([4]))).toThrow(/shapes/);
  });

  test('SSIM is 1 for equal pictures, symmetric, at most 1, and falls with noise', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }), (seed, h, w) => {
        const a = derive(seed, 'a').uniforms([h, w]);
        const b = derive(seed, 'b').uniforms([h, w]);
        expect(ssim(a, a)).toBeCloseTo(1, 12);
        expect(ssim(a, b)).toBeCloseTo(ssim(b, a), 12);
        expect(ssim(a, b)).toBeLessThanOrEqual(1 + 1e-12);
      }),
      { numRuns: 50 },
    );
    const a = noise('a', [28, 28]);
    const mixed = (share: number): NdArray =>
      NdArray.of(
        Array.from(noise('b', [28, 28]).data, (x, i) => share * x + (1 - share) * a.data[i]!),
        [28, 28],
      );
    expect(ssim(a, mixed(0.1))).toBeGreaterThan(ssim(a, mixed(0.3)));
    expect(ssim(a, mixed(0.3))).toBeGreaterThan(ssim(a, mixed(1)));
  });

  test('SSIM of flat pictures is the luminance term (2xy + C₁)/(x² + y² + C₁)', () => {
    const flat = (value: number): NdArray => new NdArray([16, 16], new Float64Array(256).fill(value));
    expect(ssim(flat(0.2), flat(0.7))).toBeCloseTo((2 * 0.14 + 1e-4) / (0.04 + 0.49 + 1e-4), 10);
  });

  test('SSIM of colour pictures is the mean over channels', () => {
    const [a, b] = [noise('a', [15, 17, 3]), noise('b', [15, 17, 3])];
    const channel = (image: NdArray, c: number): NdArray =>
      NdArray.of(
        Array.from({ length: 255 }, (_, i) => image.data[3 * i + c]!),
        [15, 17],
      );
    const each = [0, 1, 2].map((c) => ssim(channel(a, c), channel(b, c)));
    expect(ssim(a, b)).toBeCloseTo((each[0]! + each[1]! + each[2]!) / 3, 12);
  });
});

describe('PNG', () => {
  test('pixels survive, enlarged and clamped, and the bytes are always the same', () => {
    const image = NdArray.of([0, 0.5, 1, -3, 7, Number.NaN], [2, 3]);
    const png = toPng(image, { scale: 4 });
    const { width, height, data } = decode(png);
    expect([width, height]).toEqual([12, 8]);
    const at = (y: number, x: number): number[] => Array.from(data.subarray((y * 12 + x) * 4, (y * 12 + x) * 4 + 4));
    expect(at(3, 4)).toEqual([128, 128, 128, 255]);
    expect(at(0, 11)).toEqual([255, 255, 255, 255]);
    expect(at(4, 0)).toEqual([0, 0, 0, 255]);
    expect(at(7, 11)).toEqual([255, 0, 255, 255]);
    expect(toPng(image, { scale: 4 })).toEqual(png);
  });

  test('colour', () => {
    const { data } = decode(toPng(NdArray.of([1, 0, 0, 0, 1, 0.2], [1, 2, 3])));
    expect(Array.from(data)).toEqual([255, 0, 0, 255, 0, 255, 51, 255]);
    expect(() => toPng(NdArray.zeros([2, 2, 2]))).toThrow(/channels/);
    expect(() => toPng(NdArray.zeros([4]))).toThrow(/shape/);
  });
});

describe('sheets', () => {
  test('tile places pictures row by row with gaps', () => {
    const ones = (value: number): NdArray => new NdArray([2, 2], new Float64Array(4).fill(value));
    const sheet = tile([ones(0.1), ones(0.2), ones(0.3)], 2);
    expect(sheet.shape).toEqual([5, 5]);
    expect(Array.from(sheet.data.subarray(0, 5))).toEqual([0.1, 0.1, 0.5, 0.2, 0.2]);
    expect(Array.from(sheet.data.subarray(10, 15))).toEqual([0.5, 0.5, 0.5, 0.5, 0.5]);
    expect(Array.from(sheet.data.subarray(15, 20))).toEqual([0.3, 0.3, 0.5, 0.5, 0.5]);
    expect(() => tile([], 3)).toThrow(/at least one/);
    expect(() => montage([[ones(1)], [NdArray.zeros([3, 3])]])).toThrow(/shapes/);
    expect(montage([[NdArray.zeros([2, 2, 3])], [NdArray.zeros([2, 2, 3])]], { gap: 0 }).shape).toEqual([4, 2, 3]);
  });

  test('pictures of a batch', () => {
    const batch = noise('batch', [3, 6]);
    expect(pictures(batch, [2, 3])[1]!.data).toEqual(batch.data.slice(6, 12));
    expect(pictures(noise('x', [2, 4, 5, 3])).map(({ shape }) => shape)).toEqual([
      [4, 5, 3],
      [4, 5, 3],
    ]);
  });
});

describe('pixelDiff', () => {
  test('counts what differs visibly and draws it in red', () => {
    const expected = NdArray.zeros([10, 10]);
    const actual = NdArray.zeros([10, 10]);
    actual.data[33] = 1;
    actual.data[34] = 0.02;
    const { differing, share, png } = pixelDiff(actual, expected, { scale: 2 });
    expect([differing, share]).toEqual([1, 0.01]);
    const { width, data } = decode(png);
    expect(width).toBe(20);
    expect(Array.from(data.subarray((6 * 20 + 6) * 4, (6 * 20 + 6) * 4 + 3))).toEqual([255, 0, 0]);
    expect(pixelDiff(expected, expected).differing).toBe(0);
    expect(pixelDiff(NdArray.of([Number.NaN], [1, 1]), NdArray.zeros([1, 1])).differing).toBe(1);
  });
});
