import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf.ts';
import type { WasmBackend } from './backends.ts';

/**
 * The gradient of a convolution in its filter,
 *   dW[u, v, i, o] = Σ over b, p, q of x[b, p·stride + u − top, q·stride + v − left, i] · dy[b, p, q, o],
 * is itself a convolution: pictures are the input's channels, channels the batch, the filter is dy, and stride and
 * dilation change places. x [b, h, w, i], dy [b, p, q, o].
 */
export function conv2dBackpropFilter(tf: Tf, cpu: tfjs.KernelFunc): tfjs.KernelFunc {
  return (parameters) => {
    const { x, dy } = parameters.inputs as { x: tfjs.TensorInfo; dy: tfjs.TensorInfo };
    const { strides, pad, dataFormat, dimRoundingMode, filterShape } = parameters.attrs as unknown as Attributes;
    if (dataFormat !== 'NHWC' || x.dtype !== 'float32' || dy.dtype !== 'float32') return cpu(parameters);
    const { padInfo, strideHeight, strideWidth, filterHeight, filterWidth } = tf.backend_util.computeConv2DInfo(
      x.shape as [number, number, number, number],
      filterShape,
      strides,
      1,
      pad,
      dimRoundingMode,
    );
    const backend = parameters.backend as WasmBackend;
    const made: tfjs.TensorInfo[] = [];
    const run = (name: string, inputs: tfjs.NamedTensorInfoMap, attrs: object): tfjs.TensorInfo => {
      const kernel = tf.getKernel(name, 'wasm')!;
      const info = kernel.kernelFunc({ inputs, attrs: attrs as tfjs.NamedAttrMap, backend }) as tfjs.TensorInfo;
      made.push(info);
      return info;
    };
    const pictures = run('Transpose', { x }, { perm: [3, 1, 2, 0] });
    const filter = run('Transpose', { x: dy }, { perm: [1, 2, 0, 3] });
    const { top, bottom, left, right } = padInfo;
    const gradients = run(
      'Conv2D',
      { x: pictures, filter },
      {
        strides: [1, 1],
        dilations: [strideHeight, strideWidth],
        pad: [
          [0, 0],
          [top, bottom],
          [left, right],
          [0, 0],
        ],
        dataFormat,
        dimRoundingMode: 'floor',
      },
    );
    // Rows that no step of the stride reaches are a shift of the filter too, beyond its end.
    const { shape } = gradients;
    const size = [shape[0]!, filterHeight, filterWidth, shape[3]!];
    const cut = run('Slice', { x: gradients }, { begin: [0, 0, 0, 0], size });
    const result = run('Transpose', { x: cut }, { perm: [1, 2, 0, 3] });
    for (const info of made) if (info !== result) backend.disposeData(info.dataId);
    return result;
  };
}

interface Attributes {
  strides: number | [number, number];
  pad: 'valid' | 'same' | number;
  dataFormat: 'NHWC' | 'NCHW';
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
  filterShape: [number, number, number, number];
}
