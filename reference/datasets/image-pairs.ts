import { NdArray } from '../../harness/model/value.ts';
import type { Random } from '../../harness/numerics/random.ts';
import { normalCdf } from '../../harness/numerics/statistics.ts';
import {
  affinePart,
  axesExchanged,
  bestAffine,
  cornerDistances,
  cornerError,
  homographyOf,
  inPixels,
  inverse,
  mapPoint,
  type Size,
  SL3_BASIS,
  transpose,
} from './homography.ts';

/** How the grey values of the moving picture follow from those of the fixed one. */
export type Modality = 'same' | 'inverted' | 'non-monotone';

/** Two pictures of one scene: H takes the fixed picture's normalised coordinates to the moving one's. */
export interface ImagePair extends Size {
  modality: Modality;
  /** [h, w] or [h, w, 3], in [0, 1]. */
  fixed: NdArray;
  moving: NdArray;
  /** H = expm(Σᵢ vᵢ Bᵢ), [3, 3]. */
  H: NdArray;
  v: number[];
}

export const PAIR_SIZE: Size = { height: 40, width: 64 };

const GREATEST_V = 0.12;
const PERSPECTIVE = 0.1;
const IDENTITY = homographyOf(SL3_BASIS.map(() => 0));

/** Mean displacement of the corners in pixels: far enough that doing nothing fails, near enough to be found from the identity. */
const DISPLACEMENT = [4, 7] as const;

/** No single corner moves farther, in pixels. */
const FARTHEST = 9;

/** What the usual wrong answers miss by at least, in pixels: five times the bar for a right one. */
const APART = 2.5;
/** Affine motion comes closest; no pair with perspective ±0.1 leaves it nearer. */
const APART_AFFINE = 1.8;

/**
 * Coordinates v of a motion with every |vᵢ| ≤ 0.12 and perspective ±0.1 that displaces the corners by 4 to 7 pixels, drawn
 * again until the usual wrong answers (the inverse, the transpose, another order of axes …) are far from the right one.
 */
export function drawMotion(random: Random, size: Size = PAIR_SIZE): number[] {
  for (;;) {
    const v = SL3_BASIS.map((_, i) =>
      i < 6 ? GREATEST_V * (2 * random.uniform() - 1) : random.integer(2) === 0 ? PERSPECTIVE : -PERSPECTIVE,
    );
    const H = homographyOf(v);
    const moved = cornerError(H, IDENTITY, size);
    if (!(moved >= DISPLACEMENT[0] && moved <= DISPLACEMENT[1])) continue;
    if (Math.max(...cornerDistances(H, IDENTITY, size)) > FARTHEST) continue;
    const wrong = [inverse(H), transpose(H), axesExchanged(H), inPixels(H, size)];
    if (wrong.some((other) => !(cornerError(other, H, size) >= APART))) continue;
    if ([affinePart(H), bestAffine(H)].some((other) => !(cornerError(other, H, size) >= APART_AFFINE))) continue;
    return v;
  }
}

/** A brightness for every point of the plane, in normalised coordinates. */
export type Texture = (x: number, y: number) => number;

const WAVES = 16;
/**
 * In pixels: long ones, so that a displacement of 7 pixels is within reach of a gradient, and short ones, which say where
 * exactly. Right programs find these pairs as exactly as the noise of their own steps lets them.
 */
const WAVELENGTHS = [10, 40] as const;

/**
 * A smooth texture: plane waves of random direction, length and phase, the longer the stronger, put on a scale on which
 * every grey value is about as frequent as any other. It has a value everywhere, so that a picture of it from elsewhere
 * needs neither interpolation nor a border.
 */
export function drawTexture(random: Random, { height, width }: Size = PAIR_SIZE): Texture {
  const waves = Array.from({ length: WAVES }, () => {
    const angle = Math.PI * random.uniform();
    const length = WAVELENGTHS[0] * (WAVELENGTHS[1] / WAVELENGTHS[0]) ** random.uniform();
    const k = (2 * Math.PI) / length;
    return {
      kx: (k * Math.cos(angle) * (width - 1)) / 2,
      ky: (k * Math.sin(angle) * (height - 1)) / 2,
      phase: 2 * Math.PI * random.uniform(),
      strength: Math.sqrt(length),
    };
  });
  const deviation = Math.sqrt(waves.reduce((sum, { strength }) => sum + strength ** 2 / 2, 0));
  return (x, y) => {
    const sum = waves.reduce((total, w) => total + w.strength * Math.sin(w.kx * x + w.ky * y + w.phase), 0);
    return normalCdf(sum / deviation);
  };
}

/** Values at the pixels of a picture whose coordinates are first moved by `motion`. */
function sample(texture: Texture, motion: NdArray, { height, width }: Size): Float64Array {
  return Float64Array.from({ length: height * width }, (_, i) => {
    const x = (2 * (i % width)) / (width - 1) - 1;
    const y = (2 * Math.floor(i / width)) / (height - 1) - 1;
    return texture(...mapPoint(motion, x, y));
  });
}

/** How a grey value looks in the other modality. */
function drawRemap(random: Random, modality: Modality): (value: number) => number {
  if (modality === 'same') return (value) => value;
  if (modality === 'inverted') return (value) => 1 - value;
  // A hill: dark becomes bright and bright becomes dark, as in an inverted picture, but black is as grey as some light grey.
  // The least squared difference is then not where the pictures lie on each other.
  const top = 0.25 + 0.1 * random.uniform();
  return (value) => 1 - ((value - top) / (1 - top)) ** 2;
}

/** A pair of grey pictures [h, w]. */
export function drawGreyPair(random: Random, modality: Modality, size: Size = PAIR_SIZE): ImagePair {
  const v = drawMotion(random, size);
  const H = homographyOf(v);
  const texture = drawTexture(random, size);
  const remap = drawRemap(random, modality);
  const fixed = sample(texture, IDENTITY, size);
  // moving(H p) = fixed(p), hence moving(q) = texture(H⁻¹ q).
  const moving = sample(texture, inverse(H), size);
  const shape = [size.height, size.width];
  return { ...size, modality, fixed: new NdArray(shape, fixed), moving: new NdArray(shape, moving.map(remap)), H, v };
}

/** Of the channels without structure: too little to see, enough that they are not constant. */
const NOISE = 0.02;

/**
 * A pair of colour pictures [h, w, 3] whose structure is in one channel, green or blue. The two others are even but for some
 * noise, of another brightness in each picture: red alone shows nothing of the motion. (Structure in all three would not do:
 * three grey values together tell every pixel from every other, and then any motion has the greatest mutual information.)
 */
export function drawColourPair(
  random: Random,
  modality: Modality,
  channel: 1 | 2 = random.integer(2) === 0 ? 1 : 2,
  size: Size = PAIR_SIZE,
): ImagePair & { channel: 1 | 2 } {
  const pair = drawGreyPair(random, modality, size);
  const coloured = (structure: NdArray): NdArray => {
    const levels = [0, 1, 2].map(() => 0.2 + 0.6 * random.uniform());
    const data = Float64Array.from({ length: 3 * structure.data.length }, (_, i) =>
      i % 3 === channel ? structure.data[(i - channel) / 3]! : levels[i % 3]! + NOISE * (2 * random.uniform() - 1),
    );
    return new NdArray([size.height, size.width, 3], data);
  };
  return { ...pair, fixed: coloured(pair.fixed), moving: coloured(pair.moving), channel };
}
