import * as tf from '@tensorflow/tfjs';

const net = (W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor) =>
  tf.squeeze(tf.matMul(tf.concat([W, U], 0), tf.reshape(tf.concat([x, y]), [-1, 1]), true), [1]);

export const hiddenGivenVisible = (W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor) =>
  tf.sigmoid(net(W, U, x, y));

export const outputGivenHidden = (U: tf.Tensor, h: tf.Tensor) => tf.sigmoid(tf.sum(tf.mul(U, h), 1));

export const freeEnergy = (W: tf.Tensor, U: tf.Tensor, x: tf.Tensor, y: tf.Tensor) =>
  tf.neg(tf.sum(tf.softplus(net(W, U, x, y))));
