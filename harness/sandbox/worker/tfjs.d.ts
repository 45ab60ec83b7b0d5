/** The harness's own tfjs, bundled for one backend. */
declare module 'gradus:tfjs' {
  export * from '@tensorflow/tfjs';
  export { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
}
