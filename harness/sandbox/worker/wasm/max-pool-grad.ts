import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf.ts';
import type { WasmBackend } from './backends.ts';

/**
 * The gradient of max-pooling: each dy goes to the first largest entry of its window. The WebAssembly backend's own loses
 * it where a whole window is negative. input [b, h, w, c], dy [b, p, q, c].
 */
export function maxPoolGrad(tf: Tf, cpu: tfjs.KernelFunc): tfjs.KernelFunc {
  return (parameters) => {
    const { dy, input } = parameters.inputs as { dy: tfjs.TensorInfo; input: tfjs.TensorInfo };
    if (dy.dtype !== 'float32' || input.dtype !== 'float32') return cpu(parameters);
    const { filterSize, strides, pad, dimRoundingMode } = parameters.attrs as unknown as Attributes;
    const shape = input.shape as [number, number, number, number];
    const pool = tf.backend_util.computePool2DInfo(shape, filterSize, strides, 1, pad, dimRoundingMode);
    const backend = parameters.backend as WasmBackend;
    const out = backend.makeOutput(shape, 'float32');
    // Whatever has to be brought here is, before there are views that an allocation could make void.
    backend.dataIdMap.get(input.dataId);
    backend.dataIdMap.get(dy.dataId);
    const x = backend.typedArrayFromHeap(input);
    const cotangent = backend.typedArrayFromHeap(dy);
    const dx = backend.typedArrayFromHeap(out).fill(0);
    const { batchSize, inChannels: channels, inHeight, inWidth, outHeight, outWidth } = pool;
    let from = 0;
    for (let b = 0; b < batchSize; b++) {
      for (let p = 0; p < outHeight; p++) {
        const top = p * pool.strideHeight - pool.padInfo.top;
        const [firstRow, endRow] = [Math.max(0, top), Math.min(inHeight, top + pool.filterHeight)];
        for (let q = 0; q < outWidth; q++) {
          const left = q * pool.strideWidth - pool.padInfo.left;
          const [firstColumn, endColumn] = [Math.max(0, left), Math.min(inWidth, left + pool.filterWidth)];
          for (let c = 0; c < channels; c++, from++) {
            let largest = Number.NEGATIVE_INFINITY;
            let at = -1;
            for (let row = firstRow; row < endRow; row++) {
              let i = ((b * inHeight + row) * inWidth + firstColumn) * channels + c;
              for (let column = firstColumn; column < endColumn; column++, i += channels) {
                if (x[i]! > largest) {
                  largest = x[i]!;
                  at = i;
                }
              }
            }
            if (at >= 0) dx[at]! += cotangent[from]!;
          }
        }
      }
    }
    return out;
  };
}

interface Attributes {
  filterSize: number | [number, number];
  strides: number | [number, number];
  pad: 'valid' | 'same' | number;
  dimRoundingMode?: 'floor' | 'round' | 'ceil';
}
