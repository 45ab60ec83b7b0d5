/**
 * @about Old style with var and prototypes; results handed over in explicit Float32Arrays.
 */
import * as tf from '@tensorflow/tfjs';

function Rbm(this: any, W: any, U: any) {
  this.W = W && W.dataSync();
  this.U = U.dataSync();
  this.c = U.shape[0];
  this.K = U.shape[1];
}

Rbm.prototype.activation = function (k: number, x: any, y: any) {
  var s = 0, i;
  for (i = 0; i < x.length; i++) s += x[i] * this.W[i * this.K + k];
  for (i = 0; i < y.length; i++) s += y[i] * this.U[i * this.K + k];
  return s;
};

function logistic(a: number) {
  var e = Math.exp(-Math.abs(a));
  return a < 0 ? e / (1 + e) : 1 / (1 + e);
}

export function hiddenGivenVisible(W: any, U: any, x: any, y: any) {
  var rbm = new (Rbm as any)(W, U), xs = x.dataSync(), ys = y.dataSync(), out = new Float32Array(rbm.K);
  for (var k = 0; k < rbm.K; k++) out[k] = logistic(rbm.activation(k, xs, ys));
  return tf.tensor(out, [rbm.K]);
}

export function outputGivenHidden(U: any, h: any) {
  var rbm = new (Rbm as any)(null, U), hs = h.dataSync(), out = new Float32Array(rbm.c);
  for (var j = 0; j < rbm.c; j++) {
    var s = 0;
    for (var k = 0; k < rbm.K; k++) s += rbm.U[j * rbm.K + k] * hs[k];
    out[j] = logistic(s);
  }
  return tf.tensor(out, [rbm.c]);
}

export function freeEnergy(W: any, U: any, x: any, y: any) {
  var rbm = new (Rbm as any)(W, U), xs = x.dataSync(), ys = y.dataSync(), sum = new Float32Array(1);
  for (var k = 0; k < rbm.K; k++) {
    var a = rbm.activation(k, xs, ys);
    sum[0] -= Math.max(a, 0) + Math.log(1 + Math.exp(-Math.abs(a)));
  }
  return tf.tensor(sum);
}
