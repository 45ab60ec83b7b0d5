import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf.ts';
import type { WasmBackend } from './backends.ts';

export type Run = (kernelName: string, inputs: tfjs.NamedTensorInfoMap, attrs: object) => tfjs.TensorInfo;

/** A result made by several kernels; what they made on the way is freed. */
export function inSteps(tf: Tf, backend: WasmBackend, make: (run: Run) => tfjs.TensorInfo): tfjs.TensorInfo {
  const made: tfjs.TensorInfo[] = [];
  const result = make((name, inputs, attrs) => {
    const kernel = tf.getKernel(name, 'wasm')!;
    const info = kernel.kernelFunc({ inputs, attrs: attrs as tfjs.NamedAttrMap, backend }) as tfjs.TensorInfo;
    made.push(info);
    return info;
  });
  // A step that only changes the shape shares its data with the one before; each counts as an owner.
  for (const info of made) if (info !== result) backend.disposeData(info.dataId);
  return result;
}
