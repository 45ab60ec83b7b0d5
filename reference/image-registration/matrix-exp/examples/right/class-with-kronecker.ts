/**
 * @about A class that keeps the 9×9 matrix of the Fréchet derivative: columns by squaring exp and all nine derivatives.
 */
import * as tf from '@tensorflow/tfjs';

class MatrixExponential {
  private readonly halvings: number;
  private readonly squares: number[][] = [];
  readonly value: number[];

  constructor(private readonly C: number[]) {
    const norm = Math.hypot(...C);
    this.halvings = norm === 0 ? 0 : Math.max(0, Math.ceil(Math.log2(norm)) + 2);
    let E = MatrixExponential.taylor(this.small);
    for (let i = 0; i < this.halvings; i++) {
      this.squares.push(E);
      E = MatrixExponential.dot(E, E);
    }
    this.value = E;
  }

  private get small() {
    return this.C.map((c) => c / 2 ** this.halvings);
  }

  static dot(a: number[], b: number[]) {
    return a.map((_, i) => {
      const r = Math.floor(i / 3) * 3;
      const c = i % 3;
      return a[r] * b[c] + a[r + 1] * b[3 + c] + a[r + 2] * b[6 + c];
    });
  }

  private static taylor(x: number[]) {
    let out = [1, 0, 0, 0, 1, 0, 0, 0, 1];
    for (let k = 15; k > 0; k--) {
      out = MatrixExponential.dot(x, out).map((v, i) => v / k + (i % 4 === 0 ? 1 : 0));
    }
    return out;
  }

  /** Derivative of the value in the direction of the unit matrix number `index`. */
  private column(index: number) {
    const unit = new Array(9).fill(0);
    unit[index] = 1 / 2 ** this.halvings;
    const x = this.small;
    let out = [1, 0, 0, 0, 1, 0, 0, 0, 1];
    let d: number[] = new Array(9).fill(0);
    for (let k = 15; k > 0; k--) {
      const first = MatrixExponential.dot(unit, out);
      const second = MatrixExponential.dot(x, d);
      d = first.map((v, i) => (v + second[i]) / k);
      out = MatrixExponential.dot(x, out).map((v, i) => v / k + (i % 4 === 0 ? 1 : 0));
    }
    for (const E of this.squares) {
      const left = MatrixExponential.dot(E, d);
      const right = MatrixExponential.dot(d, E);
      d = left.map((v, i) => v + right[i]);
    }
    return d;
  }

  adjoint(G: ArrayLike<number>) {
    return this.C.map((_, index) => this.column(index).reduce((sum, v, i) => sum + v * G[i], 0));
  }
}

export function matrixExp(C: tf.Tensor): tf.Tensor {
  const exponential = new MatrixExponential([...C.dataSync()]);
  const backward = (dy: tf.Tensor) => tf.tensor(exponential.adjoint(dy.dataSync()), [3, 3]);
  return tf.customGrad(() => ({ value: tf.tensor(exponential.value, [3, 3]), gradFunc: backward }))(C);
}
