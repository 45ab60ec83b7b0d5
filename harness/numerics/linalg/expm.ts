import { NdArray } from '../../model/value.ts';
import { solve } from './lu.ts';
import { add, identity, matmul, norm1, scale, squareSide, transpose } from './matrix.ts';

/** Coefficients of the [13/13] Padé approximant of exp: b_k = 26! / 13! · 13!(26−k)! / (26! k! (13−k)!), times a constant. */
const PADE = padeCoefficients(13);

/** ‖A‖₁ up to which the [13/13] approximant is exact to double precision (Higham 2005, table 2.3). */
const THETA_13 = 5.371920351148152;

/**
 * exp(A) by scaling and squaring with the [13/13] Padé approximant (Higham, "The scaling and squaring method for
 * the matrix exponential revisited", SIAM J. Matrix Anal. Appl. 26 (2005) 1179).
 */
export function expm(a: NdArray): NdArray {
  const n = squareSide(a);
  if (n === 0) return a;
  const norm = norm1(a);
  if (!Number.isFinite(norm)) throw new RangeError('exp of a matrix with an entry that is not finite');
  const squarings = norm > THETA_13 ? Math.ceil(Math.log2(norm / THETA_13)) : 0;
  const x = scale(a, 2 ** -squarings);
  const x2 = matmul(x, x);
  const x4 = matmul(x2, x2);
  const x6 = matmul(x4, x2);
  // p(X) = odd + even and p(−X) = even − odd, both from three even powers.
  const odd = matmul(
    x,
    add(
      matmul(x6, combine([x2, x4, x6], [PADE[9]!, PADE[11]!, PADE[13]!])),
      combine([identity(n), x2, x4, x6], [PADE[1]!, PADE[3]!, PADE[5]!, PADE[7]!]),
    ),
  );
  const even = add(
    matmul(x6, combine([x2, x4, x6], [PADE[8]!, PADE[10]!, PADE[12]!])),
    combine([identity(n), x2, x4, x6], [PADE[0]!, PADE[2]!, PADE[4]!, PADE[6]!]),
  );
  let result = solve(add(even, odd, -1), add(even, odd));
  for (let i = 0; i < squarings; i++) result = matmul(result, result);
  return result;
}

/**
 * The Fréchet derivative L(A, E) = ∫₀¹ exp((1−s)A) E exp(sA) ds: the upper right block of exp([[A, E], [0, A]])
 * (Van Loan 1978; Higham, Functions of Matrices, eq. 10.43).
 */
export function expmFrechet(a: NdArray, direction: NdArray): NdArray {
  const n = squareSide(a);
  // L is linear in E. With E of A's size, scaling and squaring is not driven by E's norm.
  const size = norm1(direction);
  if (size === 0) return NdArray.zeros([n, n]);
  const block = NdArray.zeros([2 * n, 2 * n]);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      block.data[i * 2 * n + j] = a.data[i * n + j]!;
      block.data[(n + i) * 2 * n + n + j] = a.data[i * n + j]!;
      block.data[i * 2 * n + n + j] = direction.data[i * n + j]! / size;
    }
  }
  const whole = expm(block);
  const result = NdArray.zeros([n, n]);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) result.data[i * n + j] = size * whole.data[i * 2 * n + n + j]!;
  }
  return result;
}

/** The gradient of ⟨G, exp(A)⟩ in A: the adjoint of the Fréchet derivative, which is L(Aᵀ, G). */
export function expmFrechetAdjoint(a: NdArray, cotangent: NdArray): NdArray {
  return expmFrechet(transpose(a), cotangent);
}

function combine(matrices: NdArray[], factors: number[]): NdArray {
  return matrices.reduce((sum, matrix, i) => add(sum, matrix, factors[i]!), NdArray.zeros(matrices[0]!.shape));
}

/** b_k = (2m − k)! / (k! (m − k)!), scaled to b_m = 1: all integers below 2^53 · 2^4, exact enough in doubles. */
function padeCoefficients(m: number): number[] {
  const coefficients = new Array<number>(m + 1);
  coefficients[m] = 1;
  // b_k / b_{k+1} = (2m − k)(k + 1) / (m − k)
  for (let k = m - 1; k >= 0; k--) coefficients[k] = (coefficients[k + 1]! * (2 * m - k) * (k + 1)) / (m - k);
  return coefficients;
}
