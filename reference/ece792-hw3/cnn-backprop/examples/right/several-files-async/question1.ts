/**
 * @about Several files: layers as objects with forward and backward, on nested arrays as on paper; async, nested arrays as results.
 */
import type * as tf from '@tensorflow/tfjs';
import { Conv, Dense, type Layer, MaxPool, Sigmoid } from './net/layers';
import { softmax } from './net/softmax';

type Params = Record<'W1' | 'B1' | 'W2' | 'B2' | 'W3' | 'B3', tf.Tensor>;

async function build(params: Params) {
  const [W1, B1, W2, B2, W3, B3] = (await Promise.all(
    (['W1', 'B1', 'W2', 'B2', 'W3', 'B3'] as const).map((name) => params[name].array()),
  )) as any[];
  const conv1 = new Conv(W1, B1);
  const conv2 = new Conv(W2, B2);
  const dense = new Dense(W3, B3);
  const layers: Layer[] = [conv1, new Sigmoid(), new MaxPool(), conv2, new Sigmoid(), new MaxPool(), dense];
  return { conv1, conv2, dense, layers };
}

export async function cnnForward(params: Params, x: tf.Tensor): Promise<number[][]> {
  const { layers } = await build(params);
  const pictures = (await x.array()) as any[];
  return pictures.map((picture) => softmax(layers.reduce((value: any, layer) => layer.forward(value), picture)));
}

export async function cnnGradients(params: Params, x: tf.Tensor, y: tf.Tensor) {
  const { conv1, conv2, dense, layers } = await build(params);
  const pictures = (await x.array()) as any[];
  const labels = (await y.array()) as number[][];
  pictures.forEach((picture, i) => {
    const p = softmax(layers.reduce((value: any, layer) => layer.forward(value), picture));
    const error = p.map((q, k) => (q - labels[i][k]) / pictures.length);
    [...layers].reverse().reduce((d: any, layer) => layer.backward(d), error);
  });
  return { W1: conv1.gW, B1: conv1.gB, W2: conv2.gW, B2: conv2.gB, W3: dense.gW, B3: dense.gB };
}
