import { NdArray } from '../../harness/model/value.ts';
import type { Random } from '../../harness/numerics/random.ts';
import { type Colour, cover, ellipseDistance as ellipse, mix } from './painting.ts';

/**
 * Faces of two kinds of big cats, drawn by rule: lions with a mane, tigers with stripes. What varies is known for every
 * picture, and the same random numbers give the same faces at any size.
 */
export const KINDS = ['lion', 'tiger'] as const;
export type Kind = (typeof KINDS)[number];

export interface Animal {
  kind: Kind;
  /** Centre of the face, and its radius, in units of half the picture's side. */
  x: number;
  y: number;
  radius: number;
  /** Turn in radians, counter-clockwise. */
  tilt: number;
  /** Looking to the left (−1) or right (1): features move by a share of the radius. */
  turn: number;
  /** Depth of the fur's colour, 0 to 1. */
  fur: number;
  /** Length of the mane beyond the face, or strength of the stripes, 0 to 1. */
  mark: number;
  /** Number of locks of the mane, or of stripes on each side. */
  count: number;
  /** Phase of the locks. */
  phase: number;
  /** Colour of the ground, 0 (savanna) to 1 (jungle), and brightness. */
  ground: number;
  light: number;
}

export function drawAnimal(random: Random, kind: Kind): Animal {
  const between = (lo: number, hi: number): number => lo + (hi - lo) * random.uniform();
  return {
    kind,
    x: between(-0.06, 0.06),
    y: between(-0.04, 0.08),
    radius: between(0.54, 0.64),
    tilt: between(-0.15, 0.15),
    turn: between(-1, 1),
    fur: random.uniform(),
    mark: random.uniform(),
    count: kind === 'lion' ? 14 + random.integer(5) : 3 + random.integer(2),
    phase: between(0, 2 * Math.PI),
    ground: kind === 'lion' ? between(0, 0.4) : between(0.6, 1),
    light: between(0.9, 1.1),
  };
}

/** A picture [size, size, 3] with values in [0, 1]. */
export function renderAnimal(animal: Animal, size: number): NdArray {
  const picture = NdArray.zeros([size, size, 3]);
  const pixel = 2 / size;
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const x = -1 + (column + 0.5) * pixel;
      const y = -1 + (row + 0.5) * pixel;
      const colour = colourAt(animal, x, y, pixel);
      for (let c = 0; c < 3; c++)
        picture.data[(row * size + column) * 3 + c] = Math.min(1, Math.max(0, colour[c]! * animal.light));
    }
  }
  return picture;
}

function colourAt(animal: Animal, x: number, y: number, pixel: number): Colour {
  const { radius, tilt, fur, kind } = animal;
  const sky: Colour = mix([0.86, 0.78, 0.58], [0.42, 0.6, 0.4], animal.ground);
  const earth: Colour = mix([0.7, 0.56, 0.32], [0.18, 0.36, 0.2], animal.ground);
  let colour = mix(sky, earth, Math.min(1, Math.max(0, 0.5 + 0.9 * y)));
  // The face's own coordinates: its centre at 0, its radius 1.
  const [dx, dy] = [(x - animal.x) / radius, (y - animal.y) / radius];
  const u = Math.cos(tilt) * dx + Math.sin(tilt) * dy;
  const v = -Math.sin(tilt) * dx + Math.cos(tilt) * dy;
  const unit = pixel / radius;
  const coat: Colour =
    kind === 'lion'
      ? mix([0.87, 0.69, 0.42], [0.76, 0.54, 0.28], fur)
      : mix([0.95, 0.6, 0.22], [0.84, 0.44, 0.12], fur);
  const dark: Colour = kind === 'lion' ? mix([0.55, 0.32, 0.12], [0.33, 0.18, 0.08], fur) : [0.1, 0.07, 0.06];
  if (kind === 'lion') colour = mane(animal, colour, dark, u, v, unit);
  colour = ears(colour, coat, dark, u, v, unit);
  const face = ellipse(u, v, 0, 0, 0.82, 0.88);
  colour = mix(colour, coat, cover(face, unit));
  if (kind === 'tiger') colour = stripes(animal, colour, dark, u, v, unit, face);
  return features(animal, colour, dark, u, v, unit);
}

function mane(
  { mark, count, phase }: Animal,
  colour: Colour,
  dark: Colour,
  u: number,
  v: number,
  unit: number,
): Colour {
  const angle = Math.atan2(v, u);
  const length = 1.08 + 0.32 * mark + 0.07 * Math.cos(count * angle + phase);
  const distance = Math.hypot(u, v * 0.95) - length;
  const shade = mix(dark, [0.72, 0.45, 0.18], 0.35 + 0.35 * Math.cos(2 * count * angle + phase));
  return mix(colour, shade, cover(distance, 2 * unit));
}

function ears(colour: Colour, coat: Colour, dark: Colour, u: number, v: number, unit: number): Colour {
  const outer = Math.min(ellipse(u, v, -0.66, -0.72, 0.26, 0.26), ellipse(u, v, 0.66, -0.72, 0.26, 0.26));
  const inner = Math.min(ellipse(u, v, -0.66, -0.72, 0.13, 0.14), ellipse(u, v, 0.66, -0.72, 0.13, 0.14));
  return mix(mix(colour, mix(coat, dark, 0.25), cover(outer, unit)), dark, 0.8 * cover(inner, unit));
}

function stripes(
  { mark, count }: Animal,
  colour: Colour,
  dark: Colour,
  u: number,
  v: number,
  unit: number,
  face: number,
): Colour {
  // From the cheeks inwards, tapering, and three on the forehead.
  const side = Math.abs(u);
  const period = 1.1 / count;
  const bend = v - 0.25 * (1 - side) + 0.55;
  const offset = Math.abs((((bend % period) + period) % period) - period / 2);
  const width = (0.05 + 0.07 * mark) * Math.max(0, (side - 0.38) / 0.45);
  const cheeks = side > 0.38 && v > -0.5 && v < 0.7 ? cover(offset - width, unit) : 0;
  const brow = Math.abs(Math.abs(u) - 0.16);
  const forehead = v < -0.42 ? cover(Math.min(brow, side) - 0.045 - 0.03 * mark, unit) : 0;
  return mix(colour, dark, Math.max(cheeks, forehead) * cover(face, unit));
}

const WHITE: Colour = [0.97, 0.94, 0.88];

function features({ turn, kind }: Animal, colour: Colour, dark: Colour, u: number, v: number, unit: number): Colour {
  const shift = 0.1 * turn;
  const eyes = (a: number, b: number): number =>
    Math.min(ellipse(u, v, -0.33 + shift, -0.16, a, b), ellipse(u, v, 0.33 + shift, -0.16, a, b));
  let result = colour;
  if (kind === 'tiger') result = mix(result, WHITE, 0.85 * cover(eyes(0.2, 0.17), unit));
  const muzzle = Math.min(ellipse(u, v, -0.2 + shift, 0.42, 0.27, 0.24), ellipse(u, v, 0.2 + shift, 0.42, 0.27, 0.24));
  result = mix(
    result,
    WHITE,
    (kind === 'lion' ? 0.7 : 0.95) * cover(Math.min(muzzle, ellipse(u, v, shift, 0.66, 0.22, 0.2)), unit),
  );
  const iris: Colour = kind === 'lion' ? [0.85, 0.6, 0.15] : [0.75, 0.78, 0.3];
  result = mix(result, [0.12, 0.08, 0.05], cover(eyes(0.15, 0.115), unit));
  result = mix(result, iris, cover(eyes(0.11, 0.085), unit));
  result = mix(result, [0.02, 0.02, 0.02], cover(eyes(0.05, 0.06), unit));
  const nose = ellipse(u, v, 1.4 * shift, 0.22, 0.16, 0.1);
  result = mix(result, kind === 'lion' ? [0.42, 0.24, 0.18] : [0.85, 0.5, 0.48], cover(nose, unit));
  const line = Math.max(Math.abs(u - 1.4 * shift) - 0.025, Math.abs(v - 0.4) - 0.12);
  return mix(result, mix(dark, [0.2, 0.1, 0.08], 0.5), cover(line, unit));
}

/** `count` pictures [count, size, size, 3], lions and tigers in turns, with what they were drawn from. */
export function drawAnimals(random: Random, count: number, size: number): { images: NdArray; animals: Animal[] } {
  const animals = Array.from({ length: count }, (_, i) => drawAnimal(random, KINDS[i % 2]!));
  const images = NdArray.zeros([count, size, size, 3]);
  for (const [i, animal] of animals.entries()) {
    images.data.set(renderAnimal(animal, size).data, i * size * size * 3);
  }
  return { images, animals };
}
