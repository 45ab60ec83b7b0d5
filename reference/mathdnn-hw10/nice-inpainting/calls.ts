import type { Arg, Call } from '../../../harness/model/call.ts';

const MODULE = 'problem3';

const SIGNATURES = {
  coupling: 'coupling(layers: Dense[], x: Tensor /* [n,D] */, maskConfig: 0 | 1, reverse: boolean): Tensor /* [n,D] */',
  scaling: 'scaling(scale: Tensor /* [D] */, x: Tensor /* [n,D] */, reverse: boolean): { x, logDet }',
  niceForward: 'niceForward(model, x: Tensor /* [n,D] */): { z, logDet }',
  niceInverse: 'niceInverse(model, z: Tensor /* [n,D] */): Tensor /* [n,D] */',
  logProb: 'logProb(model, x: Tensor /* [n,D] */): Tensor /* [n] */',
  inpaint: 'inpaint(model, image: Tensor /* [D] */, mask: Tensor /* [D] */, options): Tensor /* [D] */',
};

export type FunctionName = keyof typeof SIGNATURES;

/** The exercise's functions with their contracts. */
export const FUNCTIONS = Object.fromEntries(
  Object.entries(SIGNATURES).map(([name, signature]) => [name, { module: MODULE, signature }]),
);

export function call(fn: FunctionName, ...args: unknown[]): Call {
  return { module: MODULE, fn, args: args as Arg[] };
}
