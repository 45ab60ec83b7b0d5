/**
 * @about The batch in columns as on paper (W X + b), tanh in place of the exponential, outer products by einsum.
 */
import { add, einsum, matMul, mul, square, sub, sum, type Tensor, type Tensor2D, tanh, tidy, transpose } from '@tensorflow/tfjs-core';

// σ(a) = ½ (1 + tanh(a/2)), σ′ = ¼ (1 − tanh²)
const half = (a: Tensor) => tanh(mul(a, 0.5));
const value = (t: Tensor) => mul(add(t, 1), 0.5);
const slope = (t: Tensor) => mul(sub(1, square(t)), 0.25);
const column = (v: Tensor) => v.reshape([-1, 1]);

function states(W: Tensor, b: Tensor, c: Tensor, x: Tensor) {
  const X = transpose(x);
  const encoded = half(add(matMul(W as Tensor2D, X as Tensor2D), column(b)));
  const H = value(encoded);
  const decoded = half(add(matMul(transpose(W) as Tensor2D, H as Tensor2D), column(c)));
  return { X, H, encoded, decoded };
}

export const tiedLoss = (W: Tensor, b: Tensor, c: Tensor, x: Tensor): Tensor =>
  tidy(() => {
    const { X, decoded } = states(W, b, c, x);
    return sum(square(sub(X, value(decoded)))).div(x.shape[0]!);
  });

export const tiedGradients = (W: Tensor, b: Tensor, c: Tensor, x: Tensor) =>
  tidy(() => {
    const n = x.shape[0]!;
    const { X, H, encoded, decoded } = states(W, b, c, x);
    const D = mul(mul(sub(value(decoded), X), slope(decoded)), 2 / n);
    const E = mul(einsum('ki,in->kn', W, D), slope(encoded));
    return {
      c: sum(D, 1),
      b: sum(E, 1),
      W: add(einsum('kn,in->ki', E, X), einsum('kn,in->ki', H, D)),
    };
  });
