/**
 * @about Old style with var and prototypes; results handed over in explicit Float32Arrays.
 */
import * as tf from '@tensorflow/tfjs';

var LOG_TWO_PI = Math.log(2 * Math.PI);

function Network(this: any, mu: any, sigma: any, t: any) {
  this.mu = mu.dataSync();
  this.sigma = sigma.dataSync();
  this.t = t.dataSync();
  this.m = mu.shape[0];
  this.c = mu.shape[1];
}

Network.prototype.logPhi = function (i: number) {
  var s = 0;
  for (var k = 0; k < this.c; k++) {
    var d = (this.mu[i * this.c + k] - this.t[k]) / this.sigma[i];
    s += d * d;
  }
  return -s / 2 - this.c * (Math.log(this.sigma[i]) + LOG_TWO_PI / 2);
};

// logarithms of the weights -> [log of the sum, log densities]
Network.prototype.evaluate = function (logAlpha: any) {
  var phi = [], top = -Infinity, sum = 0, i;
  for (i = 0; i < this.m; i++) {
    phi.push(this.logPhi(i));
    top = Math.max(top, phi[i] + logAlpha[i]);
  }
  for (i = 0; i < this.m; i++) sum += Math.exp(phi[i] + logAlpha[i] - top);
  return [top + Math.log(sum), phi];
};

function logsOf(x: any) {
  var out = [];
  for (var i = 0; i < x.length; i++) out.push(Math.log(x[i]));
  return out;
}

function make(mu: any, sigma: any, t: any) {
  return new (Network as any)(mu, sigma, t);
}

export function mdnError(alpha: any, mu: any, sigma: any, t: any) {
  return tf.scalar(-make(mu, sigma, t).evaluate(logsOf(alpha.dataSync()))[0]);
}

export function posterior(alpha: any, mu: any, sigma: any, t: any) {
  var la = logsOf(alpha.dataSync()), r = make(mu, sigma, t).evaluate(la), out = new Float32Array(la.length);
  for (var i = 0; i < la.length; i++) out[i] = Math.exp(la[i] + r[1][i] - r[0]);
  return tf.tensor(out, [la.length]);
}

export function dErrorDAlpha(alpha: any, mu: any, sigma: any, t: any) {
  var la = logsOf(alpha.dataSync()), r = make(mu, sigma, t).evaluate(la), out = new Float32Array(la.length);
  for (var i = 0; i < la.length; i++) out[i] = -Math.exp(r[1][i] - r[0]);
  return tf.tensor(out, [la.length]);
}

export function dErrorDMu(alpha: any, mu: any, sigma: any, t: any) {
  var net = make(mu, sigma, t), la = logsOf(alpha.dataSync()), r = net.evaluate(la);
  var out = new Float32Array(net.m * net.c);
  for (var i = 0; i < net.m; i++) {
    var p = Math.exp(la[i] + r[1][i] - r[0]);
    for (var k = 0; k < net.c; k++) {
      var j = i * net.c + k;
      out[j] = (p * (net.mu[j] - net.t[k])) / (net.sigma[i] * net.sigma[i]);
    }
  }
  return tf.tensor(out, [net.m, net.c]);
}

export function dErrorDLogits(logits: any, mu: any, sigma: any, t: any) {
  var z = logits.dataSync(), top = Math.max.apply(null, z), sum = 0, i, la = [];
  for (i = 0; i < z.length; i++) sum += Math.exp(z[i] - top);
  for (i = 0; i < z.length; i++) la.push(z[i] - top - Math.log(sum));
  var r = make(mu, sigma, t).evaluate(la), out = new Float32Array(z.length);
  for (i = 0; i < z.length; i++) out[i] = Math.exp(la[i]) - Math.exp(la[i] + r[1][i] - r[0]);
  return tf.tensor(out, [z.length]);
}
