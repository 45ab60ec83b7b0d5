/**
 * @about Old style with var; the results are kept as single precision.
 */
import * as tf from '@tensorflow/tfjs';


export function scoreFunctionGradient(mu: any, logSigma: any, z: any, logH: any) {
  var n = z.shape[0], k = z.shape[1], i, j;
  var m = mu.dataSync(), s = logSigma.dataSync().map(Math.exp), x = z.dataSync(), h = logH.dataSync();
  var gm = new Array(k).fill(0), gs = new Array(k).fill(0);
  for (i = 0; i < n; i++) {
    var w = h[i];
    for (j = 0; j < k; j++) w += Math.pow((x[i * k + j] - m[j]) / s[j], 2) / 2 + Math.log(s[j] * Math.sqrt(2 * Math.PI));
    for (j = 0; j < k; j++) {
      var d = x[i * k + j] - m[j];
      gm[j] += (w * d) / s[j] / s[j];
      gs[j] += w * ((d * d) / s[j] / s[j] - 1);
    }
  }
  return {
    mu: tf.tensor1d(gm.map(function (g: number) { return Math.fround(g / n); })),
    logSigma: tf.tensor1d(gs.map(function (g: number) { return Math.fround(g / n); })),
  };
}
