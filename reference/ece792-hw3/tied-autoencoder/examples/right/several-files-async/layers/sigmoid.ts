import * as tf from '@tensorflow/tfjs';

/** y = σ(x · weights + bias), x [n,in], weights [in,out]. */
export class SigmoidLayer {
  private x!: tf.Tensor;
  private y!: tf.Tensor;

  constructor(
    private readonly weights: tf.Tensor,
    private readonly bias: tf.Tensor,
  ) {}

  forward(x: tf.Tensor): tf.Tensor {
    this.x = x;
    this.y = tf.sigmoid(tf.dot(x, this.weights).add(this.bias));
    return this.y;
  }

  backward(dy: tf.Tensor) {
    const delta = dy.mul(this.y).mul(tf.sub(1, this.y));
    return {
      input: tf.matMul(delta, this.weights, false, true),
      weights: tf.matMul(this.x, delta, true, false),
      bias: delta.sum(0),
    };
  }
}
