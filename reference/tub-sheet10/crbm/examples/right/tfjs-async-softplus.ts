/**
 * @about tfjs operations of the Node flavour, async; tf.softplus (right to 1e-6 beyond 14, where it returns its argument).
 */
import * as tf from '@tensorflow/tfjs-node';

async function activations(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): Promise<tf.Tensor> {
  // One product: the visible units together, the weights one above the other.
  const visible = tf.concat([x, y]).expandDims(0);
  const weights = tf.concat([W, U], 0);
  await tf.nextFrame?.();
  return tf.matMul(visible as tf.Tensor2D, weights as tf.Tensor2D).reshape([-1]);
}

export async function hiddenGivenVisible(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): Promise<tf.Tensor> {
  return tf.sigmoid(await activations(W, U, x, y));
}

export async function outputGivenHidden(U: tf.Tensor, h: tf.Tensor): Promise<tf.Tensor> {
  return tf.sigmoid(tf.matMul(U as tf.Tensor2D, h.expandDims(1) as tf.Tensor2D).reshape([-1]));
}

export async function freeEnergy(W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor): Promise<number> {
  const [sum] = await tf.softplus(await activations(W, U, x, y)).sum().data();
  return -sum;
}
