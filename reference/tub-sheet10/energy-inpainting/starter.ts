import type * as tf from '@tensorflow/tfjs';

/** A network as it is handed over: [n, 784] in, pictures [n, 784] or energies [n, 1] out. */
type Net = (batch: tf.Tensor) => tf.Tensor;

/**
 * err = mean softplus(E(x) − E(x̂)) with x̂ = z(1 − m) + g(z)m. It must not be async: it is differentiated through.
 *
 * @param x whole pictures, [n, 784]
 * @param mask 1 where the patch was removed, [n, 784] or [784]
 * @param z the pictures with the hole, x(1 − mask)
 * @returns a scalar
 */
export function energyLoss(x: tf.Tensor, mask: tf.Tensor, z: tf.Tensor, gnet: Net, enet: Net): tf.Tensor {
  // TODO: the gradient for the weights of g has to come with the opposite sign (tf.customGrad). Mind large energies.
  return notYet('energyLoss', [x, mask, z], gnet, enet);
}

/**
 * Trains a generator on whole pictures.
 *
 * @param images [N, 784]
 * @param options all random numbers come from options.rng, uniform on [0, 1), now and then exactly 0
 * @returns generate takes pictures with a hole, [n, 784], to whole ones, [n, 784]
 */
export function trainInpainting(
  images: tf.Tensor,
  options: { iterations: number; batchSize: number; learningRate: number; rng: () => number },
): { generate: Net } | Promise<{ generate: Net }> {
  // TODO: in every iteration draw a batch, cut holes, and take a step.
  return notYet('trainInpainting', [images], options);
}

/** Stands where your code will stand; delete it when the last function is written. */
function notYet(name: string, inputs: tf.Tensor[], ..._others: unknown[]): never {
  throw new Error(`${name} is still to be written (it was given ${inputs.map((x) => `[${x.shape}]`).join(', ')}).`);
}
