import { NdArray } from '../../../harness/model/value.ts';

/** The six arrays of a critic with d columns and h hidden units. */
export interface CriticParams {
  w1: NdArray /* [d,h] */;
  b1: NdArray /* [h] */;
  w2: NdArray /* [h,h] */;
  b2: NdArray /* [h] */;
  w3: NdArray /* [h,1] */;
  b3: NdArray /* [1] */;
}

export const PARAM_NAMES = ['w1', 'b1', 'w2', 'b2', 'w3', 'b3'] as const;

/** T(x) for every row, and how near the activations come to 0, where the second derivative of ELU jumps. */
export interface CriticRun {
  outputs: number[];
  /** Least |a| over all activations a before an ELU. */
  nearest: number;
  /** Greatest a. */
  highest: number;
  /**
   * Sum of the sizes of all terms that an output is made of, the greatest over the rows: a program that rounds its numbers to a
   * relative ε misses an output by at most ε times this for each rounding (ELU has no slope beyond 1).
   */
  terms: number;
}

/** The critic on plain arrays: dense, ELU, dense, ELU, dense. x is [n,d]. */
export function runCritic(params: CriticParams, x: NdArray): CriticRun {
  const [n, d] = x.shape as [number, number];
  const [nearest, highest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const run: CriticRun = { outputs: [], nearest, highest, terms: 0 };
  const [w1, w2, w3] = [params.w1, params.w2, params.w3].map(sizes);
  const [b1, b2, b3] = [params.b1, params.b2, params.b3].map(sizes);
  for (let row = 0; row < n; row++) {
    let layer = Array.from(x.data.slice(row * d, (row + 1) * d));
    const first = dense(layer.map(Math.abs), w1!, b1!);
    run.terms = Math.max(run.terms, dense(dense(first, w2!, b2!), w3!, b3!)[0]!);
    for (const [weights, bias] of [
      [params.w1, params.b1],
      [params.w2, params.b2],
    ] as const) {
      layer = dense(layer, weights, bias).map((a) => {
        run.nearest = Math.min(run.nearest, Math.abs(a));
        run.highest = Math.max(run.highest, a);
        return a > 0 ? a : Math.expm1(a);
      });
    }
    run.outputs.push(dense(layer, params.w3, params.b3)[0]!);
  }
  return run;
}

function sizes({ shape, data }: NdArray): NdArray {
  return new NdArray(shape, data.map(Math.abs));
}

function dense(x: number[], weights: NdArray, bias: NdArray): number[] {
  const width = bias.data.length;
  return Array.from(bias.data, (b, j) => x.reduce((sum, value, i) => sum + value * weights.data[i * width + j]!, b));
}

/** −(mean T(joint) − log mean e^T(marginal)), from the critic's outputs. */
export function lossOf(joint: readonly number[], marginal: readonly number[]): number {
  const top = Math.max(...marginal);
  const mean = joint.reduce((sum, value) => sum + value, 0) / joint.length;
  const weight = marginal.reduce((sum, value) => sum + Math.exp(value - top), 0) / marginal.length;
  return top + Math.log(weight) - mean;
}
