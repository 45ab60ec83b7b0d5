/**
 * @about Old style with var; flat loops over explicit Float32Arrays; a running log-sum-exp; log2 and back.
 */
import * as tf from '@tensorflow/tfjs';

function marginals(p: any, m: number, n: number) {
  var x = new Float32Array(m), z = new Float32Array(n);
  for (var cell = 0; cell < m * n; cell++) {
    x[Math.floor(cell / n)] += p[cell];
    z[cell % n] += p[cell];
  }
  return function (cell: number) { return x[Math.floor(cell / n)] * z[cell % n]; };
}

function ln(x: number) {
  return Math.log2(x) * Math.LN2;
}

export function dvObjective(f: any, joint: any) {
  var p = joint.dataSync(), v = f.dataSync(), q = marginals(p, joint.shape[0], joint.shape[1]);
  var mean = 0, top = -Infinity, sum = 0;
  for (var cell = 0; cell < p.length; cell++) {
    if (p[cell] !== 0) mean += p[cell] * v[cell];
    if (q(cell) === 0 || v[cell] === -Infinity) continue;
    if (v[cell] > top) {
      sum *= Math.exp(top - v[cell]);
      top = v[cell];
    }
    sum += q(cell) * Math.exp(v[cell] - top);
  }
  return tf.scalar(mean - (top + ln(sum)));
}

export function optimalCritic(joint: any) {
  var p = joint.dataSync(), q = marginals(p, joint.shape[0], joint.shape[1]), out = new Float32Array(p.length);
  for (var cell = 0; cell < p.length; cell++) {
    out[cell] = q(cell) === 0 ? 0 : ln(p[cell] / q(cell));
  }
  return tf.tensor(out, joint.shape);
}

export function klDivergence(joint: any) {
  var p = joint.dataSync(), q = marginals(p, joint.shape[0], joint.shape[1]), out = new Float32Array(1);
  for (var cell = 0; cell < p.length; cell++) if (p[cell] > 0) out[0] += p[cell] * ln(p[cell] / q(cell));
  return tf.tensor(out);
}
