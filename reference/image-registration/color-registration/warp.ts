import { NdArray } from '../../../harness/model/value.ts';

/** A picture [h,w,c], a homography [3,3] and a grid of normalised coordinates [h,w]. */
export interface Warp {
  image: NdArray;
  H: NdArray;
  xv: NdArray;
  yv: NdArray;
}

/** Where each point of the grid falls, in pixels: (0, 0) is the centre of the first pixel. */
export interface Positions {
  px: Float64Array;
  py: Float64Array;
  /** Least and greatest value of H₂₀x + H₂₁y + H₂₂. */
  denominators: [least: number, greatest: number];
}

/** What two defensible readings of the picture's edge, and some wrong readings of the whole, differ in. */
export interface Reading {
  /** 'fade': each neighbour outside counts as zero. 'zero': every point outside is zero. 'replicate': the edge goes on. */
  border?: 'fade' | 'zero' | 'replicate';
  /** From a normalised coordinate to pixels along a side of n pixels. Default (u + 1)(n − 1)/2: corner pixels at ±1. */
  toPixels?: (u: number, n: number) => number;
  /** The homography that is really used. */
  matrix?: (H: readonly number[]) => readonly number[];
  /** Coordinates that are not divided by the third one. */
  undivided?: 'x' | 'y' | 'both';
  /** x and y of the result exchanged. */
  exchanged?: boolean;
  /** Sides exchanged in the scaling to pixels. */
  sidesExchanged?: boolean;
  nearest?: boolean;
  /** The channel that a channel is sampled from. */
  channel?: (channel: number, channels: number) => number;
}

/** Corner pixels at ±1 (align_corners = true). */
export const alignedCorners = (u: number, n: number): number => ((u + 1) * (n - 1)) / 2;

export function positionsOf({ image, H, xv, yv }: Warp, reading: Reading = {}): Positions {
  const [h, w] = image.shape as [number, number];
  const m = (reading.matrix ?? ((entries) => entries))(Array.from(H.data));
  const { toPixels = alignedCorners } = reading;
  const n = xv.data.length;
  const [px, py] = [new Float64Array(n), new Float64Array(n)];
  const denominators: [number, number] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let i = 0; i < n; i++) {
    const [x, y] = [xv.data[i]!, yv.data[i]!];
    const denominator = m[6]! * x + m[7]! * y + m[8]!;
    const divided = (value: number, name: 'x' | 'y'): number =>
      reading.undivided === 'both' || reading.undivided === name ? value : value / denominator;
    const u = divided(m[0]! * x + m[1]! * y + m[2]!, 'x');
    const v = divided(m[3]! * x + m[4]! * y + m[5]!, 'y');
    const [width, height] = reading.sidesExchanged ? [h, w] : [w, h];
    px[i] = toPixels(reading.exchanged ? v : u, width);
    py[i] = toPixels(reading.exchanged ? u : v, height);
    denominators[0] = Math.min(denominators[0], denominator);
    denominators[1] = Math.max(denominators[1], denominator);
  }
  return { px, py, denominators };
}

/** Whether a position lies beyond the edge by less than a pixel: there zero is as good as a fading edge. */
export function inBand(px: number, py: number, h: number, w: number): boolean {
  const near = px > -1 && px < w && py > -1 && py < h;
  return near && (px < 0 || py < 0 || px > w - 1 || py > h - 1);
}

/** Bilinear sampling of every channel at the positions of a homography, on plain arrays: [h,w,c]. */
export function warp(input: Warp, reading: Reading = {}): NdArray {
  const { image } = input;
  const [h, w, c] = image.shape as [number, number, number];
  const { border = 'fade', channel = (k: number) => k } = reading;
  const { px, py } = positionsOf(input, reading);
  const result = NdArray.zeros([h, w, c]);
  const pixel = (row: number, column: number, k: number): number => {
    const inside = row >= 0 && row < h && column >= 0 && column < w;
    if (!inside && border !== 'replicate') return 0;
    const [r, q] = [Math.min(Math.max(row, 0), h - 1), Math.min(Math.max(column, 0), w - 1)];
    return image.data[(r * w + q) * c + k]!;
  };
  for (let i = 0; i < px.length; i++) {
    const [x, y] = [px[i]!, py[i]!];
    if (border === 'zero' && (x < 0 || y < 0 || x > w - 1 || y > h - 1)) continue;
    const [left, top] = reading.nearest ? [Math.round(x), Math.round(y)] : [Math.floor(x), Math.floor(y)];
    const [right, below] = reading.nearest ? [0, 0] : [x - left, y - top];
    for (let k = 0; k < c; k++) {
      const from = channel(k, c);
      let sum = 0;
      for (const [row, weight] of [
        [top, 1 - below],
        [top + 1, below],
      ] as const) {
        if (weight !== 0)
          sum +=
            weight * ((1 - right) * pixel(row, left, from) + (right === 0 ? 0 : right * pixel(row, left + 1, from)));
      }
      result.data[i * c + k] = sum;
    }
  }
  return result;
}
