import type { Arg, Call } from '../../../harness/model/call.ts';
import type { NdArray } from '../../../harness/model/value.ts';

/** What the contract's bars hold for. */
export const BUDGET = { iterations: 500, batchSize: 256, learningRate: 0.01 };

export function registerCall(
  module: string,
  { fixed, moving }: { fixed: NdArray; moving: NdArray },
  options: { [key: string]: Arg },
): Call {
  return { module, fn: 'register', args: [fixed, moving, options] };
}
