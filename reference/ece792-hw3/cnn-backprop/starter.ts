import * as tf from '@tensorflow/tfjs';

/** W1 [5,5,1,8], B1 [8], W2 [5,5,8,16], B2 [16], W3 [784,10], B3 [10]. */
interface CnnParams {
  W1: tf.Tensor;
  B1: tf.Tensor;
  W2: tf.Tensor;
  B2: tf.Tensor;
  W3: tf.Tensor;
  B3: tf.Tensor;
}

// x [n,28,28,1], y one-hot [n,10]. Each function may also be async.

/** The probabilities of the ten classes, [n,10]. */
export function cnnForward(params: CnnParams, x: tf.Tensor): tf.Tensor {
  // TODO: tf.conv2d(…, 1, 'same'), tf.sigmoid, tf.maxPool(…, 2, 2, 'same'), twice; then W3 and softmax.
  return tf.tidy(() => notYet('cnnForward', params.W1, x));
}

/** The gradients of the mean cross-entropy over the batch, by hand: a record with the keys and shapes of params. */
export function cnnGradients(params: CnnParams, x: tf.Tensor, y: tf.Tensor): CnnParams {
  // TODO: from the probabilities back to the first kernel, layer by layer.
  return notYet('cnnGradients', params.W1, x, y);
}

/** Stands where your code will stand; delete it when the last function is written. */
function notYet(name: string, ...inputs: tf.Tensor[]): never {
  throw new Error(
    `${name} is still to be written (it was given shapes ${inputs.map((x) => `[${x.shape}]`).join(', ')}).`,
  );
}
