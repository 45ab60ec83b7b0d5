import { NdArray } from '../../../harness/model/value.ts';
import { scale } from '../../../harness/numerics/linalg.ts';
import { derive, type Random } from '../../../harness/numerics/random.ts';
import { positionsOf, type Warp } from './warp.ts';

export interface WarpInput extends Warp {
  id: string;
  /** Reads well after "on". */
  title: string;
}

interface Size {
  h: number;
  w: number;
  c?: number;
}

/** −1 … 1 in n steps, corner pixels at the ends; a single pixel sits in the middle. */
function linspace(n: number): number[] {
  return Array.from({ length: n }, (_, i) => (n === 1 ? 0 : -1 + (2 * i) / (n - 1)));
}

export function grid({ h, w }: Size): { xv: NdArray; yv: NdArray } {
  const [xs, ys] = [linspace(w), linspace(h)];
  return {
    xv: NdArray.of(
      ys.flatMap(() => xs),
      [h, w],
    ),
    yv: NdArray.of(
      ys.flatMap((y) => xs.map(() => y)),
      [h, w],
    ),
  };
}

const matrix = (...entries: number[]): NdArray => NdArray.of(entries, [3, 3]);

/** The identity, disturbed: translations and linear part by up to `by`, the perspective entries by up to `perspective`. */
function nearIdentity(random: Random, by: number, perspective: number): NdArray {
  const e = random.uniforms([9], -1, 1).data;
  return matrix(
    ...[1 + by * e[0]!, by * e[1]!, by * e[2]!],
    ...[by * e[3]!, 1 + by * e[4]!, by * e[5]!],
    ...[perspective * e[6]!, perspective * e[7]!, 1],
  );
}

/** A homography that shrinks a little, so that all of a grid stays inside. */
function shrinking(random: Random): NdArray {
  const e = random.uniforms([8], -1, 1).data;
  return matrix(0.7, 0.1 * e[0]!, 0.06 * e[1]!, 0.1 * e[2]!, 0.65, 0.06 * e[3]!, 0.1 * e[4]!, 0.1 * e[5]!, 1);
}

/**
 * How far positions stay from whole pixels, where bilinear sampling has a kink and the edge a jump. Central differences
 * move them by far less.
 */
export const MARGIN = 0.015;
export const LEAST_DENOMINATOR = 0.3;
const MAX_ATTEMPTS = 5000;

/** Whether no position is near a whole pixel, except along sides of a single pixel, where it does not move. */
function clear(input: Warp): boolean {
  const [h, w] = input.image.shape as [number, number];
  const { px, py, denominators } = positionsOf(input);
  if (!(denominators[0] > LEAST_DENOMINATOR)) return false;
  const off = (p: number, n: number): boolean => n === 1 || p < -2 || p > n + 1 || Math.abs(p - Math.round(p)) > MARGIN;
  return px.every((p) => off(p, w)) && py.every((p) => off(p, h));
}

/** Colours between 0.2 and 1, so that no pixel looks like the outside. */
function draw(
  seed: number,
  id: string,
  title: string,
  size: Size,
  homography: (random: Random) => NdArray,
  options: { anyPlace?: boolean; grid?: (random: Random) => { xv: NdArray; yv: NdArray } } = {},
): WarpInput {
  const { h, w, c = 3 } = size;
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const random = derive(seed, `warp/${id}/${attempt}`);
    const image = random.uniforms([h, w, c], 0.2, 1);
    const coordinates = options.grid?.(random) ?? grid(size);
    const input = { id, title, image, H: homography(random), ...coordinates };
    if (options.anyPlace || clear(input)) return input;
  }
  throw new Error(`no homography for ${id} keeps clear of whole pixels`);
}

const small: Size = { h: 4, w: 6 };

/** Points that mostly stay inside. */
export function insideInputs(seed: number): WarpInput[] {
  return [
    draw(seed, 'shrunk', 'a 4×6 picture that is enlarged', small, shrinking),
    draw(seed, 'general', 'a 4×6 picture with a general homography', small, (random) =>
      nearIdentity(random, 0.15, 0.1),
    ),
    draw(seed, 'tall', 'a 7×3 picture', { h: 7, w: 3 }, (random) => nearIdentity(random, 0.15, 0.1)),
    draw(seed, 'perspective', 'strong perspective', small, (random) => nearIdentity(random, 0.1, 0.3)),
    draw(seed, 'scaled', 'a homography whose last entry is not 1', small, (random) =>
      scale(nearIdentity(random, 0.15, 0.1), 1.7),
    ),
    draw(seed, 'one-channel', 'a picture with one channel', { ...small, c: 1 }, shrinking),
    draw(seed, 'own-grid', 'a grid of scattered points', { h: 3, w: 5 }, shrinking, {
      grid: (random) => ({ xv: random.uniforms([3, 5], -1.2, 1.2), yv: random.uniforms([3, 5], -1.2, 1.2) }),
    }),
  ];
}

/** Pictures of which one side is a single pixel; positions stay inside across it. */
export function thinInputs(seed: number): WarpInput[] {
  return [
    // Scaled, because a last entry of 1 would hide what a program divides by: that entry alone, or nothing.
    draw(seed, 'row', 'a picture one pixel high', { h: 1, w: 7 }, (random) => scale(shrinking(random), 1.4)),
    draw(seed, 'column', 'a picture one pixel wide', { h: 6, w: 1 }, shrinking),
  ];
}

/** Points beyond the edge: within a pixel of it, and far away. */
export function outsideInputs(seed: number): WarpInput[] {
  const shift = (random: Random): NdArray => {
    const [x, y] = random.uniforms([2], 0.5, 0.9).data as unknown as [number, number];
    return matrix(1, 0, x, 0, 1, -y, 0, 0, 1);
  };
  return [
    draw(seed, 'shifted', 'a picture that is shifted by more than a pixel', { h: 5, w: 7 }, shift),
    draw(seed, 'zoomed-out', 'a picture that is made small', { h: 5, w: 6 }, (random) =>
      matrix(...Array.from(scale(nearIdentity(random, 0.1, 0.05), 1.6).data.slice(0, 6)), 0, 0, 1),
    ),
    draw(seed, 'far', 'points some hundred pixels outside', small, (random) =>
      matrix(...Array.from(scale(nearIdentity(random, 0.3, 0), 60).data.slice(0, 6)), 0, 0, 1),
    ),
  ];
}

/** Positions exactly on pixels: corner pixels belong to the picture. */
export function exactInputs(seed: number): WarpInput[] {
  const onPixels = { anyPlace: true };
  return [
    draw(seed, 'identity', 'the identity', small, () => matrix(1, 0, 0, 0, 1, 0, 0, 0, 1), onPixels),
    draw(seed, 'mirror', 'a mirror image', { h: 3, w: 5 }, () => matrix(-1, 0, 0, 0, 1, 0, 0, 0, 1), onPixels),
    draw(seed, 'half-turn', 'a half turn', { h: 5, w: 3 }, () => matrix(-1, 0, 0, 0, -1, 0, 0, 0, 1), onPixels),
  ];
}
