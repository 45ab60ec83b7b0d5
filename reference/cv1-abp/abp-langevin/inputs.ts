import { type Call, NetArg, type NetLayer, RngArg } from '../../../harness/model/call.ts';
import { NdArray, sizeOf } from '../../../harness/model/value.ts';
import { scale } from '../../../harness/numerics/linalg.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { drawLayer } from '../../datasets/dense-layer.ts';

export const MODULE = 'abp';

/** Latents, pictures and a generator, as they are handed to a student's functions. */
export interface Input {
  id: string;
  /** Reads well after "on". */
  title: string;
  net: NetLayer[];
  /** [n, d] */
  z: NdArray;
  /** [n, h, w, c] */
  images: NdArray;
  sigma: number;
  stepSize: number;
  /** [n, d], standard normal */
  noise: NdArray;
}

interface Size {
  id: string;
  title: string;
  n: number;
  d: number;
  picture: [h: number, w: number, c: number];
  sigma: number;
  stepSize: number;
  /** Standard deviation of the latents; 1 where absent. */
  spread?: number;
}

/**
 * n, d, h, w and c differ where they can, and neither σ nor s is 1: pictures that are not square, one channel, one picture,
 * one latent and one pixel are among them.
 */
const SIZES: Size[] = [
  {
    id: 'several',
    title: '4 pictures of 5×3 pixels, 3 channels',
    n: 4,
    d: 2,
    picture: [5, 3, 3],
    sigma: 0.3,
    stepSize: 0.2,
  },
  {
    id: 'one',
    title: 'a single picture of 2×6 pixels, 3 channels',
    n: 1,
    d: 3,
    picture: [2, 6, 3],
    sigma: 0.7,
    stepSize: 0.5,
  },
  { id: 'grey', title: '3 grey pictures of 3×7 pixels', n: 3, d: 2, picture: [3, 7, 1], sigma: 0.5, stepSize: 0.3 },
  {
    id: 'wide-latent',
    title: '2 pictures of 4×2 pixels, 2 channels, with 7 latents',
    n: 2,
    d: 7,
    picture: [4, 2, 2],
    sigma: 1.6,
    stepSize: 1.2,
  },
  {
    id: 'smallest',
    title: 'one latent and pictures of one grey pixel',
    n: 3,
    d: 1,
    picture: [1, 1, 1],
    sigma: 0.4,
    stepSize: 0.35,
  },
  {
    id: 'far',
    title: 'latents far from 0 and a small σ',
    n: 2,
    d: 3,
    picture: [3, 4, 3],
    sigma: 0.02,
    stepSize: 0.1,
    spread: 30,
  },
  {
    id: 'origin',
    title: '2 pictures of 2×3 pixels, all latents 0',
    n: 2,
    d: 4,
    picture: [2, 3, 3],
    sigma: 0.6,
    stepSize: 0.4,
    spread: 0,
  },
];

export function drawInputs(seed: number): Record<string, Input> {
  return Object.fromEntries(SIZES.map((size) => [size.id, drawInput(seed, size)]));
}

/** A generator of one hidden layer with smooth activations: pictures in (0, 1), whose slope in z is nowhere 0. */
function drawInput(seed: number, { id, title, n, d, picture, sigma, stepSize, spread = 1 }: Size): Input {
  const random = derive(seed, `abp-langevin/${id}`);
  const pixels = sizeOf(picture);
  const hidden = 4;
  return {
    ...{ id, title, sigma, stepSize },
    net: [
      // Far latents must not saturate the units, or the likelihood would have no slope there.
      drawLayer(random, d, hidden, 0.8 / Math.max(1, spread), 'tanh'),
      drawLayer(random, hidden, pixels, 1, 'sigmoid'),
    ],
    z: scale(random.normals([n, d]), spread),
    images: random.uniforms([n, ...picture]),
    noise: random.normals([n, d]),
  };
}

/** The generator as a callback: latents [n, d] to pictures [n, h, w, c]. */
export const netOf = ({ net, images }: Pick<Input, 'net' | 'images'>): NetArg => new NetArg(net, images.shape.slice(1));

export function logJointCall(input: Input): Call {
  return { module: MODULE, fn: 'logJoint', args: [netOf(input), input.z, input.images, input.sigma] };
}

export function langevinCall(input: Input): Call {
  const { z, images, sigma, stepSize, noise } = input;
  // A record of options may hold more than a function asks for: here it is the one of inferLatents.
  return { module: MODULE, fn: 'langevinStep', args: [netOf(input), z, images, { sigma, stepSize, steps: 7 }, noise] };
}

export function inferCall(input: Omit<Input, 'noise' | 'id' | 'title'>, steps: number, rng: RngArg): Call {
  const { z, images, sigma, stepSize } = input;
  return { module: MODULE, fn: 'inferLatents', args: [netOf(input), z, images, { sigma, stepSize, steps }, rng] };
}

/** The same of one picture alone. */
export function alone(input: Input, row: number): Input {
  const { z, images, noise } = input;
  return { ...input, z: rowOf(z, row), images: rowOf(images, row), noise: rowOf(noise, row) };
}

export function rowOf(array: NdArray, row: number): NdArray {
  const shape = [1, ...array.shape.slice(1)];
  const size = sizeOf(shape);
  return new NdArray(shape, array.data.slice(row * size, (row + 1) * size));
}

/** A further input of the same size, with another generator and other latents. */
export function another(seed: number, id: string): Input {
  const size = SIZES.find((one) => one.id === id)!;
  return drawInput(derive(seed, `abp-langevin/another/${id}`).bits(), { ...size, sigma: 2 * size.sigma });
}

export const rngOf = (seed: number, label: string, zeroEvery = 0): RngArg =>
  new RngArg(derive(seed, `abp-langevin/rng/${label}`).bits(), zeroEvery);
