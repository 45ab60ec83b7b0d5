/** A small convolutional network of layers, trained to tell squares' corners on 28×28 pictures. */
export const TRAINING = `
import * as tf from '@tensorflow/tfjs';

export async function train(steps: number) {
  const uniform = (seed: number) => tf.initializers.glorotUniform({ seed });
  const model = tf.sequential({ layers: [
    tf.layers.conv2d({ inputShape: [28, 28, 1], filters: 8, kernelSize: 5, padding: 'same', activation: 'relu', kernelInitializer: uniform(1) }),
    tf.layers.maxPooling2d({ poolSize: 2 }),
    tf.layers.conv2d({ filters: 16, kernelSize: 5, padding: 'same', activation: 'relu', kernelInitializer: uniform(2) }),
    tf.layers.maxPooling2d({ poolSize: 2 }),
    tf.layers.flatten(),
    tf.layers.dense({ units: 4, kernelInitializer: uniform(3) }),
  ] });
  const adam = tf.train.adam(3e-3);
  const noise = tf.randomUniform([64, 28, 28, 1], 0, 0.5, 'float32', 4);
  const labels = tf.range(0, 64, 1, 'int32').mod(tf.scalar(4, 'int32'));
  const squares = tf.stack(Array.from({ length: 64 }, (_, i) => {
    const [top, left] = [i & 1 ? 18 : 2, i & 2 ? 18 : 2];
    return tf.ones([8, 8, 1]).pad([[top, 20 - top], [left, 20 - left], [0, 0]]);
  }));
  const pictures = noise.add(squares);
  const targets = tf.oneHot(labels, 4);
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const loss = adam.minimize(() => tf.losses.softmaxCrossEntropy(targets, model.apply(pictures, { training: true })), true);
    losses.push((await loss.data())[0]);
    loss.dispose();
  }
  return losses;
}
`;
