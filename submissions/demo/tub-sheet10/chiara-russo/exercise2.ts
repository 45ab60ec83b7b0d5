import * as tf from '@tensorflow/tfjs';

type T = tf.Tensor;

const act = (W: T, U: T, x: T, y: T) => tf.add(tf.dot(x, W), tf.dot(y, U));

export const hiddenGivenVisible = (W: T, U: T, x: T, y: T) => tf.sigmoid(act(W, U, x, y));

export const outputGivenHidden = (U: T, h: T) => tf.sigmoid(tf.dot(U, h));

export const freeEnergy = (W: T, U: T, x: T, y: T) => tf.neg(tf.sum(tf.log(tf.add(1, tf.exp(act(W, U, x, y))))));
