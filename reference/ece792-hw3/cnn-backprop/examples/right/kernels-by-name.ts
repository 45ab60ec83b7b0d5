/**
 * @about The backend’s backward kernels, called by name; tfjs-core, and softmax by hand with the greatest logit taken off.
 */
import { add, conv2d, div, engine, exp, matMul, max, maxPool, mul, sigmoid, sub, sum, tidy, type Tensor, type Tensor4D } from '@tensorflow/tfjs-core';

interface Params {
  W1: Tensor;
  B1: Tensor;
  W2: Tensor;
  B2: Tensor;
  W3: Tensor;
  B3: Tensor;
}

const kernel = (name: string, inputs: Record<string, Tensor>, attributes: object): Tensor =>
  engine().runKernel(name, inputs, attributes as never) as Tensor;

function convolve(x: Tensor, W: Tensor, B: Tensor) {
  const active = sigmoid(add(conv2d(x as Tensor4D, W as Tensor4D, 1, 'same'), B));
  const pooled = maxPool(active as Tensor4D, 2, 2, 'same');
  return { x, W, active, pooled };
}

function convolveBack({ x, W, active, pooled }: ReturnType<typeof convolve>, dPooled: Tensor) {
  const pool = { filterSize: [2, 2], strides: [2, 2], pad: 'same' };
  const dActive = kernel('MaxPoolGrad', { dy: dPooled, input: active, output: pooled }, pool);
  const dy = mul(dActive, mul(active, sub(1, active)));
  const conv = { strides: [1, 1], pad: 'same', dataFormat: 'NHWC' };
  return {
    W: kernel('Conv2DBackpropFilter', { x, dy }, { ...conv, filterShape: W.shape }),
    B: sum(dy, [0, 1, 2]),
    x: () => kernel('Conv2DBackpropInput', { dy, filter: W }, { ...conv, inputShape: x.shape }),
  };
}

function network(p: Params, x: Tensor) {
  const one = convolve(x, p.W1, p.B1);
  const two = convolve(one.pooled, p.W2, p.B2);
  const flat = two.pooled.reshape([-1, 784]);
  const logits = add(matMul(flat, p.W3), p.B3);
  const e = exp(sub(logits, max(logits, 1, true)));
  return { one, two, flat, p: div(e, sum(e, 1, true)) };
}

export function cnnForward(params: Params, x: Tensor): Tensor {
  return tidy(() => network(params, x).p);
}

export function cnnGradients(params: Params, x: Tensor, y: Tensor): Params {
  return tidy(() => {
    const { one, two, flat, p } = network(params, x);
    const delta = div(sub(p, y), x.shape[0]!);
    const g2 = convolveBack(two, matMul(delta, params.W3, false, true).reshape(two.pooled.shape));
    const g1 = convolveBack(one, g2.x());
    return { W1: g1.W, B1: g1.B, W2: g2.W, B2: g2.B, W3: matMul(flat, delta, true), B3: sum(delta, 0) };
  });
}
