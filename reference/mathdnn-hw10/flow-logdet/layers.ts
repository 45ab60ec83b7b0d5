import { NdArray } from '../../../harness/model/value.ts';
import { add, matmul } from '../../../harness/numerics/linalg.ts';

/** A = P L (U + diag s) in its parts: P, L, U [C,C], s [C]. */
export interface Kernel {
  P: NdArray;
  L: NdArray;
  U: NdArray;
  s: NdArray;
}

/** A [C,C], multiplied out. */
export function kernelMatrix({ P, L, U, s }: Kernel): NdArray {
  const C = s.data.length;
  const diagonal = NdArray.zeros([C, C]);
  s.data.forEach((value, i) => {
    diagonal.data[i * C + i] = value;
  });
  return matmul(P, matmul(L, add(U, diagonal)));
}

/** A layer on a picture [m,n,channels], as a map of its entries in row-major order. */
export type Layer = (x: Float64Array) => Float64Array;

/** The 1×1 convolution with kernel A [C,C] on the channels from `first` on; those before pass unchanged. */
export function convolution1x1(A: NdArray, m: number, n: number, first: number): Layer {
  const C = A.shape[0]!;
  const channels = first + C;
  return (x) => {
    const y = Float64Array.from(x);
    for (let pixel = 0; pixel < m * n; pixel++) {
      const offset = pixel * channels + first;
      for (let i = 0; i < C; i++) {
        let sum = 0;
        for (let j = 0; j < C; j++) sum += A.data[i * C + j]! * x[offset + j]!;
        y[offset + i] = sum;
      }
    }
    return y;
  };
}

/** Step of the central differences. The layers are linear: any step gives the derivative, and a power of two rounds least. */
const STEP = 2 ** -4;

/** The Jacobian ∂yᵢ/∂xⱼ at x by central differences, [N,N]. */
export function numericJacobian(layer: Layer, x: Float64Array): NdArray {
  const N = x.length;
  const jacobian = NdArray.zeros([N, N]);
  for (let j = 0; j < N; j++) {
    const [ahead, behind] = [Float64Array.from(x), Float64Array.from(x)];
    ahead[j]! += STEP;
    behind[j]! -= STEP;
    const [plus, minus] = [layer(ahead), layer(behind)];
    for (let i = 0; i < N; i++) jacobian.data[i * N + j] = (plus[i]! - minus[i]!) / (2 * STEP);
  }
  return jacobian;
}
