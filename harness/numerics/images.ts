import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import { NdArray } from '../model/value.ts';

/** Pictures are `NdArray` of shape [h, w] or [h, w, c] with values in [0, 1], unless said otherwise. */

interface Size {
  height: number;
  width: number;
  channels: number;
}

function sizeOfPicture(image: NdArray): Size {
  const [height, width, channels] = image.shape;
  if (image.shape.length === 2) return { height: height!, width: width!, channels: 1 };
  if (image.shape.length === 3) return { height: height!, width: width!, channels: channels! };
  throw new RangeError(`a picture has shape [h, w] or [h, w, c], got [${image.shape}]`);
}

function demandSameShape(a: NdArray, b: NdArray): void {
  if (a.shape.length !== b.shape.length || a.shape.some((side, i) => side !== b.shape[i])) {
    throw new RangeError(`pictures of shapes [${a.shape}] and [${b.shape}] cannot be compared`);
  }
}

/** Mean squared error over all entries. */
export function mse(a: NdArray, b: NdArray): number {
  demandSameShape(a, b);
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) sum += (a.data[i]! - b.data[i]!) ** 2;
  return sum / a.data.length;
}

/** Peak signal-to-noise ratio in decibels, 10 log₁₀(range²/MSE); Infinity for equal pictures. */
export function psnr(a: NdArray, b: NdArray, range = 1): number {
  return 10 * Math.log10(range ** 2 / mse(a, b));
}

/**
 * Structural similarity (Wang, Bovik, Sheikh & Simoncelli, IEEE Trans. Image Process. 13 (2004) 600): Gaussian window of
 * 11 × 11 with σ = 1.5, K₁ = 0.01, K₂ = 0.03, averaged over all positions where the window fits, and over channels.
 * Where a side is shorter than 11 the window shrinks along that side to the greatest odd length that fits.
 * 1 for equal pictures; NaN where a picture has entries that are not finite.
 */
export function ssim(a: NdArray, b: NdArray, range = 1): number {
  demandSameShape(a, b);
  const size = sizeOfPicture(a);
  const c1 = (0.01 * range) ** 2;
  const c2 = (0.03 * range) ** 2;
  let sum = 0;
  let count = 0;
  for (let channel = 0; channel < size.channels; channel++) {
    const x = plane(a, size, channel);
    const y = plane(b, size, channel);
    const meanX = blur(x, size);
    const meanY = blur(y, size);
    const meanXX = blur(multiply(x, x), size);
    const meanYY = blur(multiply(y, y), size);
    const meanXY = blur(multiply(x, y), size);
    for (let i = 0; i < meanX.length; i++) {
      const mx = meanX[i]!;
      const my = meanY[i]!;
      const luminance = (2 * mx * my + c1) / (mx * mx + my * my + c1);
      const covariance = meanXY[i]! - mx * my;
      const spread = meanXX[i]! - mx * mx + (meanYY[i]! - my * my);
      sum += luminance * ((2 * covariance + c2) / (spread + c2));
      count++;
    }
  }
  return sum / count;
}

function plane(image: NdArray, { height, width, channels }: Size, channel: number): Float64Array {
  return Float64Array.from({ length: height * width }, (_, i) => image.data[i * channels + channel]!);
}

function multiply(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value * b[i]!);
}

function gaussianWindow(side: number): number[] {
  const length = Math.min(11, side % 2 === 1 ? side : side - 1);
  const weights = Array.from({ length: Math.max(1, length) }, (_, i) => Math.exp(-((i - (length - 1) / 2) ** 2) / 4.5));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** Gaussian means of all windows that fit, rows first and then columns (the window is separable). */
function blur(values: Float64Array, { height, width }: Size): Float64Array {
  const across = gaussianWindow(width);
  const down = gaussianWindow(height);
  const outWidth = width - across.length + 1;
  const outHeight = height - down.length + 1;
  const rows = new Float64Array(height * outWidth);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < outWidth; x++) {
      let sum = 0;
      for (let k = 0; k < across.length; k++) sum += across[k]! * values[y * width + x + k]!;
      rows[y * outWidth + x] = sum;
    }
  }
  const result = new Float64Array(outHeight * outWidth);
  for (let y = 0; y < outHeight; y++) {
    for (let x = 0; x < outWidth; x++) {
      let sum = 0;
      for (let k = 0; k < down.length; k++) sum += down[k]! * rows[(y + k) * outWidth + x]!;
      result[y * outWidth + x] = sum;
    }
  }
  return result;
}

/** A value that is no brightness is shown in this colour, which no grey picture contains. */
const NOT_FINITE = [255, 0, 255] as const;

interface Rgba {
  width: number;
  height: number;
  data: Uint8Array;
}

/** 8-bit RGBA: values clamped to [0, 1], each pixel repeated `factor` times both ways. */
function toRgba(image: NdArray, factor: number): Rgba {
  const { height, width, channels } = sizeOfPicture(image);
  if (channels !== 1 && channels !== 3) throw new RangeError(`a picture has 1 or 3 channels, got ${channels}`);
  if (!Number.isInteger(factor) || factor < 1) throw new RangeError(`scale is a positive integer, got ${factor}`);
  const result = new Uint8Array(height * factor * width * factor * 4);
  for (let y = 0; y < height * factor; y++) {
    for (let x = 0; x < width * factor; x++) {
      const source = (Math.floor(y / factor) * width + Math.floor(x / factor)) * channels;
      const target = (y * width * factor + x) * 4;
      const values = [0, 1, 2].map((c) => image.data[source + (channels === 3 ? c : 0)]!);
      const finite = values.every(Number.isFinite);
      for (let c = 0; c < 3; c++) {
        result[target + c] = finite ? Math.round(255 * Math.min(1, Math.max(0, values[c]!))) : NOT_FINITE[c]!;
      }
      result[target + 3] = 255;
    }
  }
  return { width: width * factor, height: height * factor, data: result };
}

function encode({ width, height, data }: Rgba): Uint8Array {
  const png = new PNG({ width, height });
  png.data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  // Alpha is 255 everywhere and left out of the file (colour type 2: RGB).
  return new Uint8Array(PNG.sync.write(png, { colorType: 2, deflateLevel: 9 }));
}

/**
 * PNG bytes of a picture [h, w] or [h, w, 1 | 3]; the same picture always gives the same bytes.
 * Values beyond [0, 1] are clamped, entries that are not finite are magenta.
 */
export function toPng(image: NdArray, options: { scale?: number } = {}): Uint8Array {
  return encode(toRgba(image, options.scale ?? 1));
}

/**
 * A sheet of pictures of one shape [h, w(, c)], row by row with `columns` in a row, `gap` pixels of brightness
 * `background` between them and around none.
 */
export function tile(
  images: readonly NdArray[],
  columns: number,
  options: { gap?: number; background?: number } = {},
): NdArray {
  const rows: NdArray[][] = [];
  for (let i = 0; i < images.length; i += columns) rows.push(images.slice(i, i + columns));
  return montage(rows, options);
}

/** Rows of pictures, which may differ in number but not in shape, as one picture; an empty place is background. */
export function montage(
  rows: readonly (readonly NdArray[])[],
  options: { gap?: number; background?: number } = {},
): NdArray {
  const { gap = 1, background = 0.5 } = options;
  const first = rows.flat()[0];
  if (first === undefined) throw new RangeError('a sheet needs at least one picture');
  const { height, width, channels } = sizeOfPicture(first);
  const columns = Math.max(...rows.map((row) => row.length));
  const sheetHeight = rows.length * (height + gap) - gap;
  const sheetWidth = columns * (width + gap) - gap;
  const shape = first.shape.length === 2 ? [sheetHeight, sheetWidth] : [sheetHeight, sheetWidth, channels];
  const sheet = NdArray.zeros(shape);
  sheet.data.fill(background);
  for (const [r, row] of rows.entries()) {
    for (const [c, image] of row.entries()) {
      demandSameShape(image, first);
      for (let y = 0; y < height; y++) {
        const target = ((r * (height + gap) + y) * sheetWidth + c * (width + gap)) * channels;
        for (let k = 0; k < width * channels; k++) sheet.data[target + k] = image.data[y * width * channels + k]!;
      }
    }
  }
  return sheet;
}

/** The pictures of a batch [n, h, w(, c)], or of rows [n, h·w] where `side` gives their [h, w]. */
export function pictures(batch: NdArray, side?: readonly [number, number]): NdArray[] {
  const count = batch.shape[0] ?? 0;
  const shape = side ?? batch.shape.slice(1);
  const size = shape.reduce((product, length) => product * length, 1);
  return Array.from(
    { length: count },
    (_, i) => new NdArray(shape, Float64Array.from(batch.data.subarray(i * size, (i + 1) * size))),
  );
}

export interface PixelDifference {
  /** Pixels that differ visibly, by pixelmatch's measure of perceived colour. */
  differing: number;
  /** The same as a share of all pixels. */
  share: number;
  /** Differing pixels in red on the faded picture. */
  png: Uint8Array;
}

/**
 * Compares two pictures as they would be seen, at 8 bits a channel. `threshold` 0 … 1: how different a colour must
 * be to count (pixelmatch's own scale; default 0.1). `scale` enlarges the picture of the difference.
 */
export function pixelDiff(
  actual: NdArray,
  expected: NdArray,
  options: { threshold?: number; scale?: number } = {},
): PixelDifference {
  demandSameShape(actual, expected);
  const { threshold = 0.1, scale = 1 } = options;
  const a = toRgba(actual, 1);
  const e = toRgba(expected, 1);
  const difference = new Uint8Array(a.data.length);
  // Rendered text has anti-aliased edges that pixelmatch would forgive; a picture's pixel has no such excuse.
  const settings = { threshold, includeAA: true };
  const differing = pixelmatch(a.data, e.data, difference, a.width, a.height, settings);
  return {
    differing,
    share: differing / (a.width * a.height),
    png: encode(enlarge({ ...a, data: difference }, scale)),
  };
}

function enlarge(image: Rgba, factor: number): Rgba {
  if (factor === 1) return image;
  const width = image.width * factor;
  const height = image.height * factor;
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const source = (Math.floor(y / factor) * image.width + Math.floor(x / factor)) * 4;
      data.set(image.data.subarray(source, source + 4), (y * width + x) * 4);
    }
  }
  return { width, height, data };
}
