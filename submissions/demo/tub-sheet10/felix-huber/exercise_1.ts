import * as tf from '@tensorflow/tfjs';

// Sheet 10, exercise 1 (Felix Huber)

class Mdn {
  constructor(
    private mu: tf.Tensor,
    private sigma: tf.Tensor,
    private t: tf.Tensor,
  ) {}

  get logPhi() {
    const c = this.t.shape[0]!;
    const z2 = this.mu.sub(this.t).square().sum(1).div(this.sigma.square());
    return z2.add(this.sigma.log().mul(2 * c)).add(c * Math.log(2 * Math.PI)).mul(-0.5);
  }

  joint(logAlpha: tf.Tensor) {
    return this.logPhi.add(logAlpha);
  }
}

type Fn = (a: tf.Tensor, mu: tf.Tensor, sigma: tf.Tensor, t: tf.Tensor) => tf.Tensor;

export const mdnError: Fn = (a, mu, sigma, t) => new Mdn(mu, sigma, t).joint(a.log()).logSumExp().neg();
export const posterior: Fn = (a, mu, sigma, t) => new Mdn(mu, sigma, t).joint(a.log()).softmax();
export const dErrorDAlpha: Fn = (a, mu, sigma, t) =>
  new Mdn(mu, sigma, t).logPhi.add(mdnError(a, mu, sigma, t)).exp().neg();
export const dErrorDMu: Fn = (a, mu, sigma, t) =>
  posterior(a, mu, sigma, t).div(sigma.square()).expandDims(1).mul(mu.sub(t));
export const dErrorDLogits: Fn = (z, mu, sigma, t) => z.softmax().sub(new Mdn(mu, sigma, t).joint(z).softmax());
