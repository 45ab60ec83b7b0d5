/**
 * @about Old style with var; results kept as single precision.
 */
import * as tf from '@tensorflow/tfjs';


function logs(s: any) {
  var sum = 0, data = s.dataSync();
  for (var i = 0; i < data.length; i++) sum += Math.log10(Math.abs(data[i])) * Math.LN10;
  return sum;
}

export function logDetPLU(P: any, L: any, U: any, s: any) {
  return Math.fround(logs(s));
}

export function logDetConv1x1(s: any, m: any, n: any) {
  return tf.tensor([Math.fround(m * n * logs(s))]);
}

export function logDetCouplingConv1x1(s: any, m: any, n: any) {
  return tf.tensor([[Math.fround(m * n * logs(s))]]);
}
