/**
 * @about Old style with var; numbers kept as single precision by Math.fround.
 */
import * as tf from '@tensorflow/tfjs';


export function projectOntoSegment(y: any, a: any) {
  var data = y.dataSync(), n = y.shape[0], out = new Array(2 * n);
  for (var i = 0; i < n; i++) {
    out[2 * i] = Math.fround(a);
    out[2 * i + 1] = Math.fround(Math.min(Math.max(data[2 * i + 1], 0), 1));
  }
  return tf.tensor(out, [n, 2]);
}
