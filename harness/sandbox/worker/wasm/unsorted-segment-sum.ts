import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf.ts';
import type { WasmBackend } from './backends.ts';

/**
 * Sums of the rows of x [n, …] that carry the same number in segmentIds [n]: the gradient of gather. Numbers outside of
 * 0 … numSegments − 1 count nowhere. The CPU backend goes through all of x once for each segment.
 */
export function unsortedSegmentSum(_: Tf, cpu: tfjs.KernelFunc): tfjs.KernelFunc {
  return (parameters) => {
    const { x, segmentIds } = parameters.inputs as { x: tfjs.TensorInfo; segmentIds: tfjs.TensorInfo };
    const { numSegments } = parameters.attrs as unknown as { numSegments: number };
    if (x.dtype !== 'float32' || segmentIds.dtype !== 'int32' || segmentIds.shape.length !== 1) return cpu(parameters);
    const backend = parameters.backend as WasmBackend;
    const out = backend.makeOutput([numSegments, ...x.shape.slice(1)], 'float32');
    // Whatever has to be brought here is, before there are views that an allocation could make void.
    backend.dataIdMap.get(x.dataId);
    backend.dataIdMap.get(segmentIds.dataId);
    const values = backend.typedArrayFromHeap(x);
    const ids = backend.typedArrayFromHeap(segmentIds);
    const sums = backend.typedArrayFromHeap(out);
    const width = ids.length === 0 ? 0 : values.length / ids.length;
    sums.fill(0);
    for (let row = 0; row < ids.length; row++) {
      const id = ids[row]!;
      if (id < 0 || id >= numSegments) continue;
      for (let i = 0; i < width; i++) sums[id * width + i]! += values[row * width + i]!;
    }
    return out;
  };
}
