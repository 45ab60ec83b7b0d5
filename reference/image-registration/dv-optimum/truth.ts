import { NdArray } from '../../../harness/model/value.ts';

/** P_X [m] and P_Z [n] of a joint distribution [m,n]. */
export function marginals({ shape, data }: NdArray): { rows: Float64Array; columns: Float64Array } {
  const [m, n] = shape as [number, number];
  const rows = new Float64Array(m);
  const columns = new Float64Array(n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      rows[i]! += data[i * n + j]!;
      columns[j]! += data[i * n + j]!;
    }
  }
  return { rows, columns };
}

/** P_X P_Z as an array of the joint's shape [m,n]. */
export function productOfMarginals(joint: NdArray): NdArray {
  const { rows, columns } = marginals(joint);
  const n = columns.length;
  return NdArray.of(
    Array.from(joint.data, (_, cell) => rows[Math.floor(cell / n)]! * columns[cell % n]!),
    joint.shape,
  );
}

/** How far a critic is from the optimal one, log(P_XZ / (P_X P_Z)) + const. */
export interface CriticError {
  /** The constant, as the mean under the joint distribution of what lies between the two. */
  constant: number;
  /** Greatest difference beyond the constant, over the cells of positive joint probability. */
  onSupport: number;
  /**
   * Σ e^(f − constant) P_X P_Z over the cells of joint probability 0, where it should be 0. J at this critic is too
   * small by log(1 + this). Cells that the marginals exclude have no weight: the critic is free there.
   */
  leaked: number;
}

/** Compares a critic [m,n] with the optimum. Entries may be −∞ where the joint probability is 0. */
export function criticError(f: NdArray, joint: NdArray): CriticError {
  const product = productOfMarginals(joint).data;
  const p = joint.data;
  const difference = (cell: number): number => f.data[cell]! - Math.log(p[cell]! / product[cell]!);
  let constant = 0;
  for (let cell = 0; cell < p.length; cell++) if (p[cell]! > 0) constant += p[cell]! * difference(cell);
  let onSupport = 0;
  let leaked = 0;
  for (let cell = 0; cell < p.length; cell++) {
    if (p[cell]! > 0) {
      const error = Math.abs(difference(cell) - constant);
      // Not Math.max: a NaN must stay.
      if (!(error <= onSupport)) onSupport = error;
    } else if (product[cell]! > 0) {
      leaked += Math.exp(f.data[cell]! - constant) * product[cell]!;
    }
  }
  return { constant, onSupport, leaked };
}
