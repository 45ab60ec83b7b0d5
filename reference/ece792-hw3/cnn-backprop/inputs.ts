import { NdArray } from '../../../harness/model/value.ts';
import { scale } from '../../../harness/numerics/linalg.ts';
import { derive, type Random } from '../../../harness/numerics/random.ts';
import { drawDigits } from '../../datasets/mnist.ts';

export const PARAMETERS = ['W1', 'B1', 'W2', 'B2', 'W3', 'B3'] as const;
export type ParameterName = (typeof PARAMETERS)[number];

/** W1 [5,5,1,8], B1 [8], W2 [5,5,8,16], B2 [16], W3 [784,10], B3 [10]. */
export type CnnParams = Record<ParameterName, NdArray>;

/** Parameters and a batch: x [n,28,28,1], y one-hot [n,10]. */
export interface Input {
  id: string;
  /** Reads well after "on". */
  title: string;
  params: CnnParams;
  x: NdArray;
  y: NdArray;
}

export const SIDE = 28;
export const KERNEL = 5;
export const CHANNELS = 8;
export const CLASSES = 10;

/** Weights of a size at which sigmoids are neither flat nor straight, and every class has a chance. */
function drawParams(random: Random): CnnParams {
  return {
    W1: scale(random.normals([KERNEL, KERNEL, 1, CHANNELS]), 0.3),
    B1: scale(random.normals([CHANNELS]), 0.3),
    W2: scale(random.normals([KERNEL, KERNEL, CHANNELS, 16]), 0.15),
    B2: scale(random.normals([16]), 0.3),
    W3: scale(random.normals([784, CLASSES]), 0.08),
    B3: scale(random.normals([CLASSES]), 0.5),
  };
}

/** Pictures without structure: no two cells of a pooling window are equal. */
function noise(random: Random, n: number): NdArray {
  return random.uniforms([n, SIDE, SIDE, 1], -0.3, 1);
}

function oneHot(classes: readonly number[]): NdArray {
  const y = NdArray.zeros([classes.length, CLASSES]);
  for (const [row, label] of classes.entries()) y.data[row * CLASSES + label] = 1;
  return y;
}

/** n different classes. */
function labels(random: Random, n: number): NdArray {
  return oneHot(random.permutation(CLASSES).slice(0, n));
}

export function noiseInput(seed: number, n: number, id: string, title: string): Input {
  const random = derive(seed, `cnn-backprop/${id}`);
  return { id, title, params: drawParams(random), x: noise(random, n), y: labels(random, n) };
}

/** A digit: real pictures have a background of zeros, where all four cells of a pooling window are equal. */
export function digitInput(seed: number, n: number, id: string, title: string): Input {
  const random = derive(seed, `cnn-backprop/${id}`);
  const { images, labels: classes } = drawDigits(random, n);
  return {
    id,
    title,
    params: drawParams(random),
    x: new NdArray([n, SIDE, SIDE, 1], images.data),
    y: oneHot(classes),
  };
}

/**
 * Logits of about ±1000: the first picture's class has probability 0 (its logarithm is −∞), the loss's gradient is as finite as
 * ever. One channel of each stage is saturated.
 */
export function extremeInput(seed: number): Input {
  const random = derive(seed, 'cnn-backprop/extreme');
  const params = drawParams(random);
  const [high, low, mine] = random.permutation(CLASSES) as [number, number, number];
  params.B3.data[high] = 1000;
  params.B3.data[low] = -1000;
  params.B1.data[0] = 1000;
  params.B1.data[1] = -1000;
  params.B2.data[2] = 1000;
  params.B2.data[3] = -1000;
  return {
    id: 'extreme',
    title: 'logits of ±1000, where the true class has probability 0, and saturated sigmoids',
    params,
    x: noise(random, 1),
    y: oneHot([mine]),
  };
}

/**
 * The true class has a probability of some 1e-10: a constant that is added to it, or that it is clipped to, shows by its size, which it
 * does not beside 0.
 */
export function improbableInput(seed: number): Input {
  const input = noiseInput(seed, 1, 'improbable', 'a true class that is all but impossible');
  const bias = NdArray.of(input.params.B3.data);
  bias.data[input.y.data.indexOf(1)]! -= 20;
  return { ...input, params: { ...input.params, B3: bias } };
}

/** For the forward pass: all logits large and close to each other, beside the extreme ones. */
export function largeLogits(seed: number): Input {
  const input = noiseInput(seed, 2, 'large-logits', 'logits that all are near 2000');
  return { ...input, params: { ...input.params, B3: NdArray.of(input.params.B3.data.map((b) => b + 2000)) } };
}

/** The pixel that is not 0 in the first tie, and its place: row and column even, away from the border. */
export interface BrightTie extends Input {
  row: number;
  column: number;
}

/**
 * The first kernel of stage 1 is 0, so all four cells of its windows are equal although the pixels under them differ. One bright
 * pixel: every entry of that kernel's gradient comes from a single cell, and shows whether the cell took the gradient.
 */
export function brightTie(seed: number): BrightTie {
  const random = derive(seed, 'cnn-backprop/bright');
  const params = drawParams(random);
  for (let i = 0; i < params.W1.data.length; i += CHANNELS) params.W1.data[i] = 0;
  const [row, column] = [2 * (4 + random.integer(6)), 2 * (4 + random.integer(6))];
  const x = NdArray.zeros([1, SIDE, SIDE, 1]);
  x.data[row * SIDE + column] = 1;
  const title = 'a picture with one bright pixel, where the first kernel is 0';
  return { id: 'bright', title, params, x, y: labels(random, 1), row, column };
}

/** The window of stage 2 that alone takes part in the logits, in the second tie. */
export interface WindowTie extends Input {
  row: number;
  column: number;
}

/**
 * The first kernel of stage 2 is 0, and the logits depend on one place of the 7×7 alone: its window sends its gradient to
 * one of four cells, so the kernel's gradient is one of four.
 */
export function windowTie(seed: number): WindowTie {
  const random = derive(seed, 'cnn-backprop/window');
  const params = drawParams(random);
  for (let i = 0; i < params.W2.data.length; i += 16) params.W2.data[i] = 0;
  const [row, column] = [1 + random.integer(5), 1 + random.integer(5)];
  const from = (row * 7 + column) * 16;
  for (let i = 0; i < 784; i++) {
    const kept = i >= from && i < from + 16;
    for (let k = 0; k < CLASSES; k++) params.W3.data[i * CLASSES + k]! *= kept ? 5 : 0;
  }
  const title = 'a picture of noise, where the first kernel of stage 2 is 0';
  return { id: 'window', title, params, x: noise(random, 1), y: labels(random, 1), row, column };
}
