import { NdArray } from '../../../harness/model/value.ts';
import { scale } from '../../../harness/numerics/linalg.ts';
import { derive, type Random } from '../../../harness/numerics/random.ts';

/** Shape of a picture. */
export const PICTURE = [32, 32, 3] as const;
export const ENTRIES = 32 * 32 * 3;

/** Arguments of negativeElbo; mu and logVar are also those of reparameterize. */
export interface ElboInput {
  id: string;
  /** Reads well after "on". */
  title: string;
  x: NdArray;
  xHat: NdArray;
  mu: NdArray;
  logVar: NdArray;
  eps: NdArray;
}

interface Shape {
  n: number;
  k: number;
  /** Ends of the range of logVar; [−2, 2] where absent. */
  logVar?: readonly [number, number];
  /** Size of the means; 1 where absent. */
  mu?: number;
}

/** Pictures and guesses of noise in [0, 1], codes of any sign; every entry differs from every other. */
export function drawElbo(
  seed: number,
  id: string,
  title: string,
  { n, k, logVar = [-2, 2], mu = 1 }: Shape,
): ElboInput {
  const random = derive(seed, `vae-faces/elbo/${id}`);
  return {
    ...{ id, title },
    x: random.uniforms([n, ...PICTURE]),
    xHat: random.uniforms([n, ...PICTURE]),
    mu: scale(random.normals([n, k]), mu),
    logVar: random.uniforms([n, k], ...logVar),
    eps: random.normals([n, k]),
  };
}

/** Pictures one after the other, [n, 32, 32, 3]; a picture [32, 32, 3] counts as a batch of one. */
export function joined(...parts: NdArray[]): NdArray {
  const data = Float64Array.from(parts.flatMap((part) => Array.from(part.data)));
  return new NdArray([data.length / ENTRIES, ...PICTURE], data);
}

/** The picture at a place of a batch, [32, 32, 3]. */
export function pictureAt(images: NdArray, i: number): NdArray {
  return new NdArray([...PICTURE], Float64Array.from(images.data.subarray(i * ENTRIES, (i + 1) * ENTRIES)));
}

/** Rows [from, to) of an array, along its first axis. */
export function rows({ shape, data }: NdArray, from: number, to: number): NdArray {
  const width = data.length / shape[0]!;
  return new NdArray([to - from, ...shape.slice(1)], Float64Array.from(data.subarray(from * width, to * width)));
}

/** The same numbers as float32: half as much to send to a worker that computes in float32. */
export function asFloat32({ shape, data }: NdArray): NdArray {
  return new NdArray(shape, Float32Array.from(data));
}

/** Codes mean + e^(logVar/2) · noise, with noise from the harness's own generator. */
export function drawCodes(random: Random, mu: NdArray, logVar: NdArray): NdArray {
  return new NdArray(
    mu.shape,
    Float64Array.from(mu.data, (m, i) => m + Math.exp(logVar.data[i]! / 2) * random.normal()),
  );
}
