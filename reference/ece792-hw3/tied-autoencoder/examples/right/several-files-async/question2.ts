/**
 * @about Several files: a dense layer that knows its own backward step, used twice with the same weights; async.
 */
import * as tf from '@tensorflow/tfjs';
import { SigmoidLayer } from './layers/sigmoid';

function build(W: tf.Tensor, b: tf.Tensor, c: tf.Tensor) {
  return { encoder: new SigmoidLayer(tf.transpose(W), b), decoder: new SigmoidLayer(W, c) };
}

export async function tiedLoss(W: tf.Tensor, b: tf.Tensor, c: tf.Tensor, x: tf.Tensor): Promise<number> {
  const loss = tf.tidy(() => {
    const { encoder, decoder } = build(W, b, c);
    const error = tf.sub(decoder.forward(encoder.forward(x)), x);
    return tf.sum(tf.mul(error, error));
  });
  const [total] = await loss.data();
  loss.dispose();
  return total / x.shape[0]!;
}

export async function tiedGradients(W: tf.Tensor, b: tf.Tensor, c: tf.Tensor, x: tf.Tensor) {
  return tf.tidy(() => {
    const { encoder, decoder } = build(W, b, c);
    const xHat = decoder.forward(encoder.forward(x));
    const behind = decoder.backward(tf.mul(2, tf.sub(xHat, x)));
    const front = encoder.backward(behind.input);
    const mean = (g: tf.Tensor) => tf.div(g, x.shape[0]!);
    return {
      W: mean(tf.add(tf.transpose(front.weights), behind.weights)),
      b: mean(front.bias),
      c: mean(behind.bias),
    };
  });
}
