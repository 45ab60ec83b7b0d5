import { readFileSync } from 'node:fs';
import type { NdArray } from '../../harness/model/value.ts';
import { FACE_ATTRIBUTES, FACE_SIDE, type FaceAttribute } from './faces.ts';

/** Squares of 2 × 2 pixels, averaged: what a blurred picture still shows. */
const HALF = FACE_SIDE / 2;
export const FACE_FEATURES = HALF * HALF * 3;

export const FACE_TRAITS = [...FACE_ATTRIBUTES, 'skin', 'pose'] as const;
export type FaceTrait = (typeof FACE_TRAITS)[number];

/** Linear readouts: weights of the features and a last one for the constant, little-endian float32 in base64. */
export interface ReadoutFile {
  /** How well they read faces that they were not trained on, clear and blurred; see scripts/train-faces.ts. */
  heldOut: {
    faces: number;
    accuracy: Record<FaceAttribute, { clear: number; blurred: number }>;
    /** Root mean squared error. */
    error: Record<'skin' | 'pose', { clear: number; blurred: number }>;
  };
  weights: Record<FaceTrait, string>;
}

export interface Readout {
  heldOut: ReadoutFile['heldOut'];
  weights: Record<FaceTrait, Float32Array>;
}

/** What is read off pictures, one entry a picture. */
export type Traits = Record<FaceAttribute, boolean[]> & Record<'skin' | 'pose', number[]>;

let loaded: Readout | undefined;

/** The trained readouts that lie beside this file. */
export function loadReadout(): Readout {
  loaded ??= read(readFileSync(new URL('./face-readout.json', import.meta.url), 'utf8'));
  return loaded;
}

function read(text: string): Readout {
  const { heldOut, weights } = JSON.parse(text) as ReadoutFile;
  const decoded = FACE_TRAITS.map((trait) => {
    const bytes = Buffer.from(weights[trait], 'base64');
    return [trait, Float32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readFloatLE(4 * i))];
  });
  return { heldOut, weights: Object.fromEntries(decoded) as Readout['weights'] };
}

/** Attributes, skin and pose as they look in pictures [n, 32, 32, 3]; an attribute is there where its readout is above 0. */
export function readTraits(images: NdArray): Traits {
  const { weights } = loadReadout();
  const features = faceFeatures(images);
  const scores = (trait: FaceTrait): number[] => features.map((one) => linear(weights[trait], one));
  const seen = (trait: FaceAttribute): boolean[] => scores(trait).map((score) => score > 0);
  return {
    ...{ smile: seen('smile'), glasses: seen('glasses'), beard: seen('beard') },
    ...{ skin: scores('skin'), pose: scores('pose') },
  };
}

/** The features of pictures [n, 32, 32, 3], [768] each. */
export function faceFeatures({ data, shape }: NdArray): Float64Array[] {
  return Array.from({ length: shape[0]! }, (_, n) =>
    Float64Array.from({ length: FACE_FEATURES }, (_, i) => {
      const [channel, column, row] = [i % 3, Math.floor(i / 3) % HALF, Math.floor(i / (3 * HALF))];
      const at = ((n * FACE_SIDE + 2 * row) * FACE_SIDE + 2 * column) * 3 + channel;
      return (data[at]! + data[at + 3]! + data[at + 3 * FACE_SIDE]! + data[at + 3 * FACE_SIDE + 3]!) / 4 - 0.5;
    }),
  );
}

/** Σ wᵢ featureᵢ + the last weight. */
export function linear(weights: ArrayLike<number>, features: ArrayLike<number>): number {
  let sum = weights[features.length]!;
  for (let i = 0; i < features.length; i++) sum += weights[i]! * features[i]!;
  return sum;
}
