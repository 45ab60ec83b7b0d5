import type { Problem } from '../../../harness/checks/property.ts';
import { type Arg, type Call, CallbackArg, HandleArg, RngArg } from '../../../harness/model/call.ts';
import type { WorkerMode } from '../../../harness/model/exercise.ts';
import type { NdArray } from '../../../harness/model/value.ts';
import { derive } from '../../../harness/numerics/random.ts';

export const MODULE = 'abp';

/** Convolutions in doubles take minutes where the fastest backend takes seconds; its float32 is allowed for in every bound. */
export const FAST: Partial<WorkerMode> = { precision: 'fast' };

/** Side of the pictures in all checks but the full training: what the quick budget trains on. */
export const SIDE = 32;

export interface TrainingOptions {
  latentDim: number;
  iterations: number;
  langevinSteps: number;
  stepSize: number;
  sigma: number;
  learningRate: number;
  start: 'warm' | 'cold';
}

/** A generator as it was kept in the worker, or one whose weights are handed in as numbers. */
export type Params = HandleArg | Arg;

export const kept = (name: string, ...path: string[]): HandleArg => new HandleArg(name, path);

export const rngOf = (seed: number, label: string, zeroEvery = 0): RngArg =>
  new RngArg(derive(seed, `abp-training/rng/${label}`).bits(), zeroEvery);

export const init = (rng: RngArg, keep: string, latentDim = 2, imageSize = SIDE): Call => ({
  module: MODULE,
  fn: 'initGenerator',
  args: [rng, { latentDim, imageSize }],
  keep,
  send: false,
});

export const generate = (params: Params, z: Arg): Call => ({ module: MODULE, fn: 'generate', args: [params, z] });

export const learn = (
  params: Params,
  z: NdArray,
  images: NdArray,
  options: { sigma: number; learningRate: number },
  keep: string,
): Call => ({ module: MODULE, fn: 'learnStep', args: [params, z, images, options], keep, send: false });

export const train = (
  images: NdArray,
  options: TrainingOptions,
  rng: RngArg,
  keep: string,
  callback = false,
): Call => ({
  module: MODULE,
  fn: 'trainAbp',
  args: [images, { ...options, rng, ...(callback ? { onIteration: new CallbackArg() } : {}) } as Arg],
  keep,
  send: false,
});

export const panel = (params: Params, range: number, steps: number): Call => ({
  module: MODULE,
  fn: 'interpolationPanel',
  args: [params, range, steps],
});

export const sample = (params: Params, count: number, rng: RngArg): Call => ({
  module: MODULE,
  fn: 'sampleImages',
  args: [params, count, rng],
});

/** A call whose result stays in the worker. */
export const unsent = (call: Call, keep: string): Call => ({ ...call, keep, send: false });

/** Our own program beside the student's; see look.ts. */
export const LOOK = '/look';

/** Keeps a value in the worker, so that several calls get the same tensor. */
export const hold = (value: Arg, keep: string): Call => ({
  module: LOOK,
  fn: 'hold',
  args: [value],
  keep,
  send: false,
});

/** What became of a tensor: `{ value }`, or `{ disposed: true }`. */
export const state = (handle: HandleArg): Call => ({ module: LOOK, fn: 'state', args: [handle] });

/** Parameters as numbers, where they are records and lists of tensors; null where they are anything else. */
export const plain = (handle: HandleArg): Call => ({ module: LOOK, fn: 'plain', args: [handle] });

/** Of each of `count` pictures two numbers in place of thousands; see look.ts. */
export const measured = (pictures: HandleArg, origin: HandleArg, pattern: HandleArg, count: number): Call => ({
  module: LOOK,
  fn: 'measured',
  args: [pictures, origin, pattern, count],
});

/** Everything in the parameters that can be a weight, `{ names, values }`; null where it cannot be listed. */
export const weightsOf = (handle: HandleArg): Call => ({ module: LOOK, fn: 'weights', args: [handle] });

/** Parameters with other numbers in some of these places, until `restored`. */
export const moved = (handle: HandleArg, places: number[], values: NdArray[], keep: string): Call => ({
  module: LOOK,
  fn: 'moved',
  args: [handle, places, values],
  keep,
  send: false,
});

export const restored: Call = { module: LOOK, fn: 'restored', args: [] };

/** A result of the wrong shape or kind, in the words that say so. */
export function misshapen(statement: string): Problem {
  return {
    statement,
    mistake: {
      id: 'wrong-shape',
      message: 'A result does not have the shape, or the parts, that the contract states.',
    },
  };
}

/** A value of a picture that is not in [0, 1]. */
export function outOfRange(odd: number): Problem {
  return {
    statement: `a picture has the value ${odd}, and values should lie in [0, 1].`,
    mistake: {
      id: 'out-of-range',
      message: 'Pictures have values outside of [0, 1]: a sigmoid at the end keeps them inside.',
    },
  };
}

export const latents = (seed: number, label: string, n: number, d = 2): NdArray =>
  derive(seed, `abp-training/latents/${label}`).normals([n, d]);
