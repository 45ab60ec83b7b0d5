/**
 * Gives student code doubles where it asks for `Float32Array`, so that a program that keeps numbers in its own arrays
 * is judged on its mathematics and not on its rounding. A view onto an existing buffer stays a real Float32Array, and
 * so does the size of an entry, by which a program lays out such buffers.
 */
export function hideFloat32(): void {
  const Native = globalThis.Float32Array;
  class Doubles extends Float64Array {
    /** What `subarray`, `map` and their kin make. `subarray` hands over the buffer, which here holds doubles. */
    static get [Symbol.species]() {
      return Doubles;
    }
  }
  const standIn: typeof Doubles = new Proxy(Doubles, {
    construct(target, args, newTarget): object {
      const real = isBuffer(args[0]) ? Native : target;
      return Reflect.construct(real, args, newTarget === standIn ? real : newTarget);
    },
  });
  function hasInstance(this: unknown, value: unknown): boolean {
    if (this !== standIn) return Function.prototype[Symbol.hasInstance].call(this as never, value);
    return value instanceof Float64Array || value instanceof Native;
  }
  Object.defineProperty(Doubles, Symbol.hasInstance, { value: hasInstance });
  Object.defineProperty(Doubles, 'name', { value: Native.name });
  Object.defineProperty(Doubles, 'BYTES_PER_ELEMENT', { value: Native.BYTES_PER_ELEMENT });
  Object.defineProperty(Doubles.prototype, 'constructor', { value: standIn });
  Object.defineProperty(globalThis, Native.name, { value: standIn, writable: true, configurable: true });
}

function isBuffer(value: unknown): boolean {
  return value instanceof ArrayBuffer || value instanceof SharedArrayBuffer;
}
