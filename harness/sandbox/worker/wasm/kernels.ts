import type * as tfjs from '@tensorflow/tfjs';
import type { Tf } from '../tf.ts';
import { conv2dBackpropFilter } from './conv2d-backprop-filter.ts';
import { onCpu } from './on-cpu.ts';
import { unsortedSegmentSum } from './unsorted-segment-sum.ts';

/** Kernels that training needs often, written with what WebAssembly does fast. */
const FAST: Record<string, (tf: Tf, cpu: tfjs.KernelFunc) => tfjs.KernelFunc> = {
  Conv2DBackpropFilter: conv2dBackpropFilter,
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
    const own = tf.getKernel(kernelName, 'wasm');
    if (own === undefined) {
      const kernelFunc = FAST[kernelName]?.(tf, cpu) ?? cpu;
      tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
    } else {
      tf.unregisterKernel(kernelName, 'wasm');
      tf.registerKernel({ ...own, kernelFunc: whereSupported(own.kernelFunc, cpu) });
    }
  }
}

/** The kernel of the WebAssembly backend where it can do what is asked, else the CPU backend's. */
function whereSupported(wasm: tfjs.KernelFunc, cpu: tfjs.KernelFunc): tfjs.KernelFunc {
  return (parameters) => {
    if (!Object.values(parameters.inputs).every(isSupported)) return cpu(parameters);
    try {
      return wasm(parameters);
    } catch (error) {
      // Its memory is full, or broken: nothing that another kernel could mend.
      if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) throw error;
      // Some options and types are refused there; where it is the program's fault, the CPU backend says so too.
      return cpu(parameters);
    }
  };
}

/** It has no memory for complex numbers, and not every kernel looks whether it is given texts. */
function isSupported(input: tfjs.TensorInfo | undefined): boolean {
  return input == null || input.dtype === 'float32' || input.dtype === 'int32' || input.dtype === 'bool';
}
