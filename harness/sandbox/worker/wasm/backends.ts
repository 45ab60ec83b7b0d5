import type * as tfjs from '@tensorflow/tfjs';

/** What kernels use of tfjs's WebAssembly backend. */
export interface WasmBackend {
  /** Asking for data that lies with another backend moves it here. */
  dataIdMap: { get(dataId: object): unknown };
  makeOutput(shape: number[], dtype: tfjs.DataType): tfjs.TensorInfo;
  /** A view of a tensor's entries; void as soon as memory is allocated. */
  typedArrayFromHeap(info: tfjs.TensorInfo): Float32Array | Int32Array | Uint8Array;
  disposeData(dataId: object): boolean;
}

/** What kernels use of tfjs's plain JavaScript backend. */
export interface CpuBackend {
  data: { get(dataId: object): { values?: unknown; dtype: tfjs.DataType } };
}
