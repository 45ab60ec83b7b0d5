import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf.ts';
import { conv2dBackpropFilter } from './conv2d-backprop-filter.ts';
import { conv2dBackpropInput } from './conv2d-backprop-input.ts';
import { matMul } from './mat-mul.ts';
import { maxPoolGrad } from './max-pool-grad.ts';
import { onCpu } from './on-cpu.ts';
import { isSupported } from './supported.ts';
import { unsortedSegmentSum } from './unsorted-segment-sum.ts';

/** Kernels that training needs often, written with what WebAssembly does fast. */
const FAST: Record<string, (tf: Tf, cpu: tfjs.KernelFunc) => tfjs.KernelFunc> = {
  Conv2DBackpropFilter: conv2dBackpropFilter,
  Conv2DBackpropInput: conv2dBackpropInput,
  MaxPoolGrad: maxPoolGrad,
  UnsortedSegmentSum: unsortedSegmentSum,
};

/**
 * Gives the WebAssembly backend every kernel that the CPU backend has, so that a program which runs on the one runs on
 * the other. Gradients stay as they are: kernels say how a value is computed, not how it is differentiated.
 */
export function supplyKernels(tf: Tf): void {
  for (const kernel of tf.getKernelsForBackend('cpu')) {
    const { kernelName } = kernel;
    const cpu = onCpu(tf, kernel);
    const fast = FAST[kernelName];
    const own = tf.getKernel(kernelName, 'wasm');
    if (own !== undefined) tf.unregisterKernel(kernelName, 'wasm');
    const faster = own !== undefined && kernelName === 'BatchMatMul' ? matMul(tf, own.kernelFunc) : own?.kernelFunc;
    const kernelFunc = fast?.(tf, cpu) ?? (faster === undefined ? cpu : whereSupported(kernelName, faster, cpu));
    tf.registerKernel({ ...own, kernelName, backendName: 'wasm', kernelFunc });
  }
}

/** The kernel of the WebAssembly backend where it can do what is asked, else the CPU backend's. */
function whereSupported(name: string, wasm: tfjs.KernelFunc, cpu: tfjs.KernelFunc): tfjs.KernelFunc {
  return (parameters) => {
    const { inputs, attrs } = parameters;
    if (!isSupported(name, inputs, (attrs ?? {}) as Record<string, unknown>)) return cpu(parameters);
    try {
      return wasm(parameters);
    } catch (error) {
      // Its memory is full, or broken: nothing that another kernel could mend.
      if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) throw error;
      // Some options are refused there; where it is the program's fault, the CPU backend says so too.
      return cpu(parameters);
    }
  };
}
