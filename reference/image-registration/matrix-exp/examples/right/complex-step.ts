/**
 * @about Old style with var: each partial derivative by a complex step of 1e-30, which has no cancellation.
 */
import * as tf from '@tensorflow/tfjs-node';

// Matrices are two flat arrays, re and im.
function mult(ar: any, ai: any, br: any, bi: any) {
  var cr = [], ci = [];
  for (var i = 0; i < 3; i++) {
    for (var j = 0; j < 3; j++) {
      var sr = 0, si = 0;
      for (var k = 0; k < 3; k++) {
        var p = 3 * i + k, q = 3 * k + j;
        sr += ar[p] * br[q] - ai[p] * bi[q];
        si += ar[p] * bi[q] + ai[p] * br[q];
      }
      cr.push(sr);
      ci.push(si);
    }
  }
  return [cr, ci];
}

function complexExp(re: any, im: any) {
  var s = 0, n = 0;
  for (var i = 0; i < 9; i++) n += Math.abs(re[i]);
  while (n > 0.5) {
    n = n / 2;
    s = s + 1;
  }
  var xr = [], xi = [];
  for (i = 0; i < 9; i++) {
    xr.push(re[i] / Math.pow(2, s));
    xi.push(im[i] / Math.pow(2, s));
  }
  var tr: any = [1, 0, 0, 0, 1, 0, 0, 0, 1], ti: any = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  var er = tr.slice(), ei = ti.slice();
  for (var k = 1; k <= 18; k++) {
    var t = mult(tr, ti, xr, xi);
    tr = t[0].map(function (v: number) { return v / k; });
    ti = t[1].map(function (v: number) { return v / k; });
    for (i = 0; i < 9; i++) {
      er[i] += tr[i];
      ei[i] += ti[i];
    }
  }
  for (k = 0; k < s; k++) {
    var e = mult(er, ei, er, ei);
    er = e[0];
    ei = e[1];
  }
  return [er, ei];
}

export function matrixExp(C: any): any {
  var c = Array.prototype.slice.call(C.dataSync());
  var zero = [0, 0, 0, 0, 0, 0, 0, 0, 0];
  var op = tf.customGrad(function () {
    return {
      value: tf.tensor(complexExp(c, zero)[0], [3, 3]),
      gradFunc: function (dy: any) {
        var g = dy.dataSync(), out = [];
        for (var a = 0; a < 9; a++) {
          var im = zero.slice();
          im[a] = 1e-30;
          var d = complexExp(c, im)[1], sum = 0;
          for (var b = 0; b < 9; b++) sum += (g[b] * d[b]) / 1e-30;
          out.push(sum);
        }
        return tf.tensor(out, [3, 3]);
      },
    };
  });
  return op(C);
}
