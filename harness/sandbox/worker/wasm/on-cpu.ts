import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf.ts';
import type { CpuBackend } from './backends.ts';

/**
 * A kernel of the CPU backend for use while another backend is the current one. tfjs moves data between backends by
 * itself: inputs come here when the kernel asks for them, and results stay here until a kernel of the other backend
 * wants them.
 */
export function onCpu(tf: Tf, kernel: tfjs.KernelConfig): tfjs.KernelFunc {
  return ({ inputs, attrs }) => {
    const engine = tf.engine();
    const backend = engine.findBackend('cpu');
    // It greets at its first use, in the student's output.
    Object.assign(backend, { firstUse: false });
    const results = kernel.kernelFunc({ inputs, attrs, backend });
    const tensors = (Array.isArray(results) ? results : [results]).map((info) => {
      useTypedArray(backend as unknown as CpuBackend, info);
      return isTensor(info) ? info : engine.makeTensorFromTensorInfo(info, backend);
    });
    return Array.isArray(results) ? tensors : tensors[0]!;
  };
}

/** Some results are plain lists, or whole numbers in an array of floats: they would be copied elsewhere byte by byte. */
function useTypedArray(backend: CpuBackend, { dataId, dtype }: tfjs.TensorInfo): void {
  const type = ARRAYS[dtype];
  const data = backend.data.get(dataId);
  if (type === undefined || data.dtype !== dtype || data.values instanceof type) return;
  data.values = type.from(data.values as ArrayLike<number>);
}

const ARRAYS: Partial<Record<tfjs.DataType, typeof Float32Array | typeof Int32Array | typeof Uint8Array>> = {
  float32: Float32Array,
  int32: Int32Array,
  bool: Uint8Array,
};

function isTensor(info: tfjs.TensorInfo): info is tfjs.Tensor {
  return 'rank' in info;
}
