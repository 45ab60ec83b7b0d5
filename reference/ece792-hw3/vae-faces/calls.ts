import { type Arg, type Call, CallbackArg, HandleArg, type RngArg } from '../../../harness/model/call.ts';
import type { Check } from '../../../harness/model/exercise.ts';
import type { NdArray } from '../../../harness/model/value.ts';

/** Programs of ours beside the student's; see `companions` of the exercise. */
export const LOOK = '/harness/look';

/** How trainVae is called. */
export interface Budget {
  epochs: number;
  batchSize: number;
  learningRate: number;
}

/** The calls of a student's VAE, whose params stay in the worker. */
export interface VaeCalls {
  init(rng: RngArg, keep: string): Call;
  train(images: NdArray | HandleArg, budget: Budget, rng: RngArg, keep: string, onEpoch?: boolean): Call;
  encode(params: HandleArg, x: NdArray | HandleArg): Call;
  decode(params: HandleArg, z: NdArray | HandleArg): Call;
  direction(params: HandleArg, withIt: NdArray | HandleArg, without: NdArray | HandleArg): Call;
  manipulate(params: HandleArg, x: NdArray | HandleArg, direction: NdArray | HandleArg, strength: number): Call;
  interpolate(params: HandleArg, xa: NdArray | HandleArg, xb: NdArray | HandleArg, count: number): Call;
}

export function vaeCalls(module: string): VaeCalls {
  const call = (fn: string, ...args: Arg[]): Call => ({ module, fn, args });
  return {
    init: (rng, keep) => ({ ...call('initVae', rng), keep, send: false }),
    train: (images, budget, rng, keep, onEpoch = false) => {
      const options: { [key: string]: Arg } = { ...budget, rng };
      if (onEpoch) options.onEpoch = new CallbackArg();
      return { ...call('trainVae', images, options), keep, send: false };
    },
    encode: (params, x) => call('encode', params, x),
    decode: (params, z) => call('decode', params, z),
    direction: (params, withIt, without) => call('attributeDirection', params, withIt, without),
    manipulate: (params, x, direction, strength) => call('manipulate', params, x, direction, strength),
    interpolate: (params, xa, xb, count) => call('interpolate', params, xa, xb, count),
  };
}

/** The params of a kept result of trainVae. */
export const paramsOf = (trained: string): HandleArg => new HandleArg(trained, ['params']);

/** Whether a kept result of trainVae has params, and its losses. */
export const lookAt = (trained: string): Call => ({ module: LOOK, fn: 'trained', args: [new HandleArg(trained)] });

/** Puts a tensor into the worker under a name, for several calls to use. */
export const put = (tensor: NdArray, name: string): Call => ({
  module: LOOK,
  fn: 'now',
  args: [tensor],
  keep: name,
  send: false,
});

/** A tensor that was put there, as it is now: `disposed` where it is no more. */
export const fetch = (name: string): Call => ({ module: LOOK, fn: 'now', args: [new HandleArg(name)] });

/**
 * Architectures differ, so no two programs give the same numbers and none is recognised by them: what was done wrong is said by
 * the checks themselves, and known mistakes need not be run.
 */
export const withoutTelling = (checks: Check[]): Check[] => checks.map((check) => ({ ...check, telling: [] }));
