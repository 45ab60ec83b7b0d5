import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf.ts';
import type { WasmBackend } from './backends.ts';
import { inSteps, type Run } from './steps.ts';

/**
 * The gradient of a convolution in its input, which is also what a transposed convolution computes,
 *   dx[b, y, z, i] = Σ over u, v, o of dy[b, (y + top − u) / stride, (z + left − v) / stride, o] · W[u, v, i, o],
 * is the convolution of dy, spread out by the stride with zeros between, with the filter turned by 180°. The WebAssembly
 * backend's own takes ten times as long. dy [b, p, q, o], filter [u, v, i, o].
 */
export function conv2dBackpropInput(tf: Tf, cpu: tfjs.KernelFunc): tfjs.KernelFunc {
  return (parameters) => {
    const { dy, filter } = parameters.inputs as { dy: tfjs.TensorInfo; filter: tfjs.TensorInfo };
    const { strides, pad, dataFormat, dimRoundingMode, inputShape } = parameters.attrs as unknown as Attributes;
    const floats = dy.dtype === 'float32' && filter.dtype === 'float32';
    const empty = dy.shape.includes(0) || filter.shape.includes(0);
    if (dataFormat !== 'NHWC' || !floats || empty) return cpu(parameters);
    const filterShape = filter.shape as [number, number, number, number];
    const conv = tf.backend_util.computeConv2DInfo(inputShape, filterShape, strides, 1, pad, dimRoundingMode);
    const { padInfo, strideHeight, strideWidth } = conv;
    const rows = padding(conv.inHeight, conv.outHeight, conv.filterHeight, strideHeight, padInfo.top);
    const columns = padding(conv.inWidth, conv.outWidth, conv.filterWidth, strideWidth, padInfo.left);
    // More padding than the filter is wide: there are rows of dy that only saw zeros.
    if ([...rows, ...columns].some((size) => size < 0)) return cpu(parameters);
    return inSteps(tf, parameters.backend as WasmBackend, (run) => {
      const spreadOut = spread(run, dy, strideHeight, strideWidth);
      const turned = run('Reverse', { x: filter }, { dims: [0, 1] });
      const turnedFilter = run('Transpose', { x: turned }, { perm: [0, 1, 3, 2] });
      return run(
        'Conv2D',
        { x: spreadOut, filter: turnedFilter },
        { strides: 1, dilations: 1, pad: [[0, 0], rows, columns, [0, 0]], dataFormat, dimRoundingMode: 'floor' },
      );
    });
  };
}

/** Rows to add before and after dy's, spread out, so that the turned filter finds as many places as there are inputs. */
function padding(inSize: number, outSize: number, filterSize: number, stride: number, before: number) {
  return [filterSize - 1 - before, inSize - 1 - (outSize - 1) * stride + before];
}

/** x [b, p, q, o] with zeros between neighbouring rows and columns: [b, (p − 1)·sh + 1, (q − 1)·sw + 1, o]. */
function spread(run: Run, x: tfjs.TensorInfo, strideHeight: number, strideWidth: number): tfjs.TensorInfo {
  if (strideHeight === 1 && strideWidth === 1) return x;
  const [b, p, q, o] = x.shape as [number, number, number, number];
  const apart = run('Reshape', { x }, { shape: [b * p, 1, q, 1, o] });
  const paddings = [0, strideHeight - 1, 0, strideWidth - 1, 0].map((after) => [0, after]);
  const padded = run('PadV2', { x: apart }, { paddings, constantValue: 0 });
  const joined = run('Reshape', { x: padded }, { shape: [b, p * strideHeight, q * strideWidth, o] });
  const size = [b, (p - 1) * strideHeight + 1, (q - 1) * strideWidth + 1, o];
  return run('Slice', { x: joined }, { begin: [0, 0, 0, 0], size });
}

interface Attributes {
  strides: number | [number, number];
  pad: 'valid' | 'same' | number;
  dataFormat: 'NHWC' | 'NCHW';
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
  inputShape: [number, number, number, number];
}
