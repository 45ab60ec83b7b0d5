/**
 * @about Cauchy's integral of e^z (zI − C)^(−1) around a circle, by the trapezoidal rule; the gradient from the same nodes.
 */
import * as core from '@tensorflow/tfjs-core';

/** A complex 3×3 matrix: real and imaginary parts, row by row. */
class ComplexMatrix {
  constructor(
    readonly re: number[],
    readonly im: number[],
  ) {}

  static real(values: ArrayLike<number>): ComplexMatrix {
    return new ComplexMatrix(Array.from(values), new Array(9).fill(0));
  }

  times(other: ComplexMatrix): ComplexMatrix {
    const re = new Array(9).fill(0);
    const im = new Array(9).fill(0);
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++)
        for (let k = 0; k < 3; k++) {
          const a = 3 * i + k;
          const b = 3 * k + j;
          re[3 * i + j] += this.re[a] * other.re[b] - this.im[a] * other.im[b];
          im[3 * i + j] += this.re[a] * other.im[b] + this.im[a] * other.re[b];
        }
    return new ComplexMatrix(re, im);
  }

  /** By Cramer's rule: transposed cofactors over the determinant. */
  inverse(): ComplexMatrix {
    const minor = (a: number, b: number, c: number, d: number): [number, number] => [
      this.re[a] * this.re[d] - this.im[a] * this.im[d] - this.re[b] * this.re[c] + this.im[b] * this.im[c],
      this.re[a] * this.im[d] + this.im[a] * this.re[d] - this.re[b] * this.im[c] - this.im[b] * this.re[c],
    ];
    const adjugate: [number, number][] = [];
    for (let i = 0; i < 3; i++)
      for (let j = 0; j < 3; j++) {
        const [r1, r2] = [(j + 1) % 3, (j + 2) % 3];
        const [c1, c2] = [(i + 1) % 3, (i + 2) % 3];
        adjugate.push(minor(3 * r1 + c1, 3 * r1 + c2, 3 * r2 + c1, 3 * r2 + c2));
      }
    let [dr, di] = [0, 0];
    for (let k = 0; k < 3; k++) {
      const [ar, ai] = adjugate[3 * k];
      dr += this.re[k] * ar - this.im[k] * ai;
      di += this.re[k] * ai + this.im[k] * ar;
    }
    const size = dr * dr + di * di;
    return new ComplexMatrix(
      adjugate.map(([a, b]) => (a * dr + b * di) / size),
      adjugate.map(([a, b]) => (b * dr - a * di) / size),
    );
  }
}

const NODES = 96;

/** (1/2πi) ∮ e^z F(resolvent(z)) dz over a circle well outside the spectrum; the integrand is analytic, so few nodes do. */
function contour(C: ArrayLike<number>, integrand: (resolvent: ComplexMatrix) => ComplexMatrix): number[] {
  const shift = (C[0] + C[4] + C[8]) / 3;
  const A = Array.from(C, (x, i) => (i % 4 === 0 ? x - shift : x));
  const radius = Math.hypot(...A) + 3;
  const sum: number[] = new Array(9).fill(0);
  for (let n = 0; n < NODES; n++) {
    const angle = (2 * Math.PI * (n + 0.5)) / NODES;
    const [x, y] = [radius * Math.cos(angle), radius * Math.sin(angle)];
    const shifted = new ComplexMatrix(
      A.map((a, i) => (i % 4 === 0 ? x - a : -a)),
      A.map((_, i) => (i % 4 === 0 ? y : 0)),
    );
    const value = integrand(shifted.inverse());
    // weight: z e^z / NODES
    const size = Math.exp(x + shift) / NODES;
    const wr = size * (x * Math.cos(y) - y * Math.sin(y));
    const wi = size * (x * Math.sin(y) + y * Math.cos(y));
    for (let i = 0; i < 9; i++) sum[i] += wr * value.re[i] - wi * value.im[i];
  }
  return sum;
}

const flip = (a: ArrayLike<number>) => [0, 3, 6, 1, 4, 7, 2, 5, 8].map((i) => a[i]);

export function matrixExp(C: core.Tensor): core.Tensor {
  const rule = core.customGrad((...inputs: unknown[]) => {
    const matrix = inputs[0] as core.Tensor;
    const values = Array.from(matrix.dataSync());
    return {
      value: core.tensor(contour(values, (R) => R), [3, 3]),
      gradFunc: (G: core.Tensor) => {
        const direction = ComplexMatrix.real(G.dataSync());
        return core.tensor(contour(flip(values), (R) => R.times(direction).times(R)), [3, 3]);
      },
    };
  });
  return rule(C);
}
