/**
 * @about Columns picked by tf.gather and put back in order by another gather; tf.softplus; a mask in arithmetic; valueAndGrad.
 */
import * as tf from '@tensorflow/tfjs';

type Dense = { kernel: tf.Tensor2D; bias: tf.Tensor1D };
type Model = { couplings: Dense[][]; scale: tf.Tensor1D };

const mlp = (layers: Dense[], x: tf.Tensor2D): tf.Tensor2D => {
  let h = x;
  for (let i = 0; i < layers.length; i++) {
    h = h.matMul(layers[i].kernel).add(layers[i].bias) as tf.Tensor2D;
    if (i + 1 < layers.length) h = h.relu();
  }
  return h;
};

function columns(D: number) {
  const even = [];
  const odd = [];
  const order = [];
  for (let i = 0; i < D / 2; i++) {
    even.push(2 * i);
    odd.push(2 * i + 1);
    order.push(i, D / 2 + i);
  }
  return { even: tf.tensor1d(even, 'int32'), odd: tf.tensor1d(odd, 'int32'), order: tf.tensor1d(order, 'int32') };
}

export function coupling(layers: Dense[], x: tf.Tensor2D, maskConfig: 0 | 1, reverse: boolean) {
  return tf.tidy(() => {
    const { even, odd, order } = columns(x.shape[1]);
    let on = x.gather(even, 1);
    let off = x.gather(odd, 1);
    if (maskConfig === 1) {
      const shift = mlp(layers, off);
      on = reverse ? on.sub(shift) : on.add(shift);
    } else {
      const shift = mlp(layers, on);
      off = reverse ? off.sub(shift) : off.add(shift);
    }
    return tf.concat([on, off], 1).gather(order, 1);
  });
}

export function scaling(scale: tf.Tensor1D, x: tf.Tensor2D, reverse: boolean) {
  return tf.tidy(() => {
    const logDet = scale.sum();
    return { x: reverse ? x.mul(scale.neg().exp()) : x.mul(scale.exp()), logDet };
  });
}

export function niceForward(model: Model, x: tf.Tensor2D) {
  return tf.tidy(() => {
    let h = x;
    model.couplings.forEach((layers, i) => {
      h = coupling(layers, h, ((1 + i) % 2) as 0 | 1, false) as tf.Tensor2D;
    });
    const { x: z, logDet } = scaling(model.scale, h, false);
    return { z, logDet };
  });
}

export function niceInverse(model: Model, z: tf.Tensor2D) {
  return tf.tidy(() => {
    let h = scaling(model.scale, z, true).x as tf.Tensor2D;
    for (let i = model.couplings.length - 1; i >= 0; i--) {
      h = coupling(model.couplings[i], h, ((1 + i) % 2) as 0 | 1, true) as tf.Tensor2D;
    }
    return h;
  });
}

export function logProb(model: Model, x: tf.Tensor2D) {
  const { z, logDet } = niceForward(model, x);
  const prior = tf.softplus(z).add(tf.softplus(z.neg())).neg();
  return prior.sum(1).add(logDet);
}

export function inpaint(
  model: Model,
  image: tf.Tensor1D,
  mask: tf.Tensor1D,
  options: { steps: number; learningRate: number },
) {
  const D = image.size;
  const gradient = tf.valueAndGrad((x) => logProb(model, x.reshape([1, D]) as tf.Tensor2D).sum() as tf.Scalar);
  let x: tf.Tensor = image.clone();
  for (let step = 0; step < options.steps; step++) {
    x = tf.tidy(() => {
      const { grad } = gradient(x);
      const next = x.add(grad.mul(options.learningRate)).clipByValue(0, 1);
      return image.mul(mask).add(next.mul(tf.sub(1, mask)));
    });
  }
  return x;
}
