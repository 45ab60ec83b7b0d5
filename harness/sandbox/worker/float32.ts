/**
 * Gives student code doubles where it asks for `Float32Array`, so that a program that keeps numbers in its own arrays
 * is judged on its mathematics and not on its rounding. A view onto an existing buffer stays a real Float32Array, and
 * so does the size of an entry, by which a program lays out such buffers.
 */
export function hideFloat32(): void {
  const Native = globalThis.Float32Array;
  const isBuffer = (value: unknown): boolean => value instanceof ArrayBuffer || value instanceof SharedArrayBuffer;

  class StandIn extends Float64Array {
    constructor(...args: unknown[]) {
      if (isBuffer(args[0])) {
        return Reflect.construct(Native, args, new.target === StandIn ? Native : new.target) as StandIn;
      }
      super(...(args as []));
    }

    static override [Symbol.hasInstance](value: unknown): boolean {
      if (this !== StandIn) return Function.prototype[Symbol.hasInstance].call(this, value);
      return value instanceof Float64Array || value instanceof Native;
    }
  }
  Object.defineProperty(StandIn, 'name', { value: Native.name });
  Object.defineProperty(StandIn, 'BYTES_PER_ELEMENT', { value: Native.BYTES_PER_ELEMENT });
  Object.defineProperty(globalThis, Native.name, { value: StandIn, writable: true, configurable: true });
}
