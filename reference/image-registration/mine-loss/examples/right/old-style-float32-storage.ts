/**
 * @about Old style with var; flat loops, every number rounded to float32; rows in their order for one half, shuffled for the other.
 */
import * as tf from '@tensorflow/tfjs';

var f = Math.fround;

function critic(w: any[], x: any, n: number, keep: any) {
  var h = w[1].length, d = w[0].length / h, out = [];
  for (var i = 0; i < n; i++) {
    var a = [], b = [], j, k, s;
    for (j = 0; j < h; j++) {
      s = w[1][j];
      for (k = 0; k < d; k++) s += x[i * d + k] * w[0][k * h + j];
      a[j] = f(s);
    }
    var ea = a.map(function (v) { return v > 0 ? v : f(Math.expm1(v)); });
    for (j = 0; j < h; j++) {
      s = w[3][j];
      for (k = 0; k < h; k++) s += ea[k] * w[2][k * h + j];
      b[j] = f(s);
    }
    var eb = b.map(function (v) { return v > 0 ? v : f(Math.expm1(v)); });
    s = w[5][0];
    for (k = 0; k < h; k++) s += eb[k] * w[4][k];
    out[i] = f(s);
    keep.push([a, ea, b, eb]);
  }
  return out;
}

function derivatives(w: any[], x: any, n: number, keep: any[], dy: ArrayLike<number>, into: number[][]) {
  var h = w[1].length, d = w[0].length / h;
  for (var i = 0; i < n; i++) {
    var [a, ea, b, eb] = keep[i], db = [], da = [], j, k;
    into[5][0] += dy[i];
    for (j = 0; j < h; j++) {
      into[4][j] += dy[i] * eb[j];
      db[j] = dy[i] * w[4][j] * (b[j] > 0 ? 1 : Math.exp(b[j]));
      into[3][j] += db[j];
    }
    for (k = 0; k < h; k++) {
      var s = 0;
      for (j = 0; j < h; j++) {
        into[2][k * h + j] += ea[k] * db[j];
        s += w[2][k * h + j] * db[j];
      }
      da[k] = s * (a[k] > 0 ? 1 : Math.exp(a[k]));
      into[1][k] += da[k];
      for (j = 0; j < d; j++) into[0][j * h + k] += x[i * d + j] * da[k];
    }
  }
}

function names(p: any) {
  return [p.w1, p.b1, p.w2, p.b2, p.w3, p.b3];
}

function zeros(inputs: tf.Tensor[]) {
  return inputs.map(function (t) { return new Array(t.size).fill(0); });
}

function rounded(g: number[][], like: tf.Tensor[]) {
  return g.map(function (v, i) { return tf.tensor(v.map(f), like[i].shape); });
}

export function mineCritic(params: any, x: tf.Tensor) {
  var n = x.shape[0], rows = x.dataSync();
  return tf.customGrad(function () {
    var inputs = Array.prototype.slice.call(arguments, 0, 6), w = inputs.map((t: tf.Tensor) => t.dataSync()), keep: any[] = [];
    return {
      value: tf.tensor(critic(w, rows, n, keep), [n, 1]) as tf.Tensor,
      gradFunc: function (dy: tf.Tensor) {
        var g = zeros(inputs);
        derivatives(w, rows, n, keep, dy.dataSync(), g);
        return rounded(g, inputs);
      },
    };
  } as any)(...names(params));
}

export function mineLoss(params: any, joint: tf.Tensor, marginal: tf.Tensor) {
  var n = joint.shape[0], xj = joint.dataSync(), xm = marginal.dataSync();
  return tf.customGrad(function () {
    var inputs = Array.prototype.slice.call(arguments, 0, 6), w = inputs.map((t: tf.Tensor) => t.dataSync());
    var kj: any[] = [], km: any[] = [], tj = critic(w, xj, n, kj), tm = critic(w, xm, n, km);
    var top = Math.max.apply(null, tm), sum = 0, mean = 0;
    for (var i = 0; i < n; i++) {
      sum += Math.exp(tm[i] - top);
      mean += tj[i] / n;
    }
    return {
      value: tf.scalar(f(top + Math.log(sum / n) - mean)) as tf.Tensor,
      gradFunc: function (dy: tf.Tensor) {
        var g = zeros(inputs), by = dy.dataSync()[0];
        derivatives(w, xj, n, kj, tj.map(function () { return -by / n; }), g);
        derivatives(w, xm, n, km, tm.map(function (v: number) { return by * Math.exp(v - top) / sum; }), g);
        return rounded(g, inputs);
      },
    };
  } as any)(...names(params));
}

// goes through the rows once, and keeps each with the probability that is left
function inOrder(n: number, k: number, rng: () => number) {
  var out: number[] = [];
  for (var i = 0; i < n; i++) if (rng() * (n - i) < k - out.length) out.push(i);
  return out;
}

export function sampleBatch(data: tf.Tensor, batchSize: number, mode: string, rng: () => number) {
  var n = data.shape[0], d = data.shape[1] as number, c = d / 2, x = data.dataSync(), out = [];
  var left = inOrder(n, batchSize, rng), right = left;
  if (mode == 'marginal') {
    right = inOrder(n, batchSize, rng);
    for (var i = right.length; i > 1; ) {
      var j = Math.floor(rng() * i--), t = right[i];
      right[i] = right[j];
      right[j] = t;
    }
  }
  for (var r = 0; r < batchSize; r++)
    for (var q = 0; q < d; q++) out.push(x[(q < c ? left[r] : right[r]) * d + q]);
  return tf.tensor2d(out, [batchSize, d]);
}
