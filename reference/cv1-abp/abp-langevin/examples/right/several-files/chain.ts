import * as tf from '@tensorflow/tfjs';

export type Net = (z: tf.Tensor) => tf.Tensor;

/** The posterior of the latents of some pictures. */
export class Chain {
  readonly #generate: Net;
  readonly #images: tf.Tensor;
  readonly #precision: number;

  constructor(generate: Net, images: tf.Tensor, sigma: number) {
    this.#generate = generate;
    this.#images = images;
    this.#precision = 1 / sigma ** 2;
  }

  logP(z: tf.Tensor): tf.Tensor {
    const off = this.#generate(z).sub(this.#images);
    const flat = off.reshape([off.shape[0]!, off.size / off.shape[0]!]);
    // ⟨off, off⟩ row by row as a product of matrices.
    const squares = tf.matMul(flat.expandDims(1), flat.expandDims(2)).reshape([-1]);
    return squares.mul(-this.#precision / 2).sub(tf.dot(z.mul(z), tf.ones([z.shape[1]!])).mul(0.5));
  }

  step(z: tf.Tensor, s: number, noise: tf.Tensor): tf.Tensor {
    const ones = tf.ones([z.shape[0]!]);
    const [slope] = tf.grads((latents: tf.Tensor) => this.logP(latents))([z], ones);
    const drift = slope!.mul((s * s) / 2);
    return tf.addN([z, drift, noise.mul(s)]);
  }
}
