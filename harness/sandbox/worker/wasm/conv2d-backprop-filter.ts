import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf.ts';
import type { WasmBackend } from './backends.ts';
import { inSteps } from './steps.ts';

/**
 * The gradient of a convolution in its filter,
 *   dW[u, v, i, o] = Σ over b, p, q of x[b, p·stride + u − top, q·stride + v − left, i] · dy[b, p, q, o],
 * is itself a convolution: pictures take the place of channels, channels that of the batch, dy that of the filter, and
 * stride and dilation change places. x [b, h, w, i], dy [b, p, q, o].
 */
export function conv2dBackpropFilter(tf: Tf, cpu: tfjs.KernelFunc): tfjs.KernelFunc {
  return (parameters) => {
    const { x, dy } = parameters.inputs as { x: tfjs.TensorInfo; dy: tfjs.TensorInfo };
    const { strides, pad, dataFormat, dimRoundingMode, filterShape } = parameters.attrs as unknown as Attributes;
    const floats = x.dtype === 'float32' && dy.dtype === 'float32';
    const empty = x.shape.includes(0) || dy.shape.includes(0);
    if (dataFormat !== 'NHWC' || !floats || empty) return cpu(parameters);
    const shape = x.shape as [number, number, number, number];
    const conv = tf.backend_util.computeConv2DInfo(shape, filterShape, strides, 1, pad, dimRoundingMode);
    const { padInfo, filterHeight, filterWidth } = conv;
    // Rounding up leaves windows that lie beyond the padding.
    if (dimRoundingMode != null && dimRoundingMode !== 'floor') return cpu(parameters);
    return inSteps(tf, parameters.backend as WasmBackend, (run) => {
      const pictures = run('Transpose', { x }, { perm: [3, 1, 2, 0] });
      const filter = run('Transpose', { x: dy }, { perm: [1, 2, 0, 3] });
      const gradients = run(
        'Conv2D',
        { x: pictures, filter },
        {
          strides: 1,
          dilations: [conv.strideHeight, conv.strideWidth],
          pad: [
            [0, 0],
            [padInfo.top, padInfo.bottom],
            [padInfo.left, padInfo.right],
            [0, 0],
          ],
          dataFormat,
          dimRoundingMode: 'floor',
        },
      );
      // Rows that no step of the stride reaches give shifts of the filter too, beyond its end.
      const size = [conv.inChannels, filterHeight, filterWidth, conv.outChannels];
      const cut = run('Slice', { x: gradients }, { begin: [0, 0, 0, 0], size });
      return run('Transpose', { x: cut }, { perm: [1, 2, 0, 3] });
    });
  };
}

interface Attributes {
  strides: number | [number, number];
  pad: 'valid' | 'same' | number;
  dataFormat: 'NHWC' | 'NCHW';
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
  filterShape: [number, number, number, number];
}
