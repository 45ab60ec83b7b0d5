/**
 * Gives student code doubles where it asks for `Float32Array`, so that a program that keeps numbers in its own arrays
 * is judged on its mathematics and not on its rounding. A view onto an existing buffer stays a real Float32Array, and
 * so does the size that a program computes such buffers with.
 */
export function hideFloat32(): void {
  const Native = globalThis.Float32Array;
  const isBuffer = (value: unknown): boolean => value instanceof ArrayBuffer || value instanceof SharedArrayBuffer;
  const standIn: typeof Float64Array = new Proxy(Float64Array, {
    construct(target, args, newTarget): object {
      const real = isBuffer(args[0]) ? Native : target;
      return Reflect.construct(real, args, newTarget === standIn ? real : newTarget);
    },
    get(target, key) {
      if (key === Symbol.hasInstance) return (value: unknown) => value instanceof target || value instanceof Native;
      if (key === 'name') return 'Float32Array';
      return Reflect.get(target, key, target);
    },
  });
  Object.defineProperty(globalThis, 'Float32Array', { value: standIn, writable: true, configurable: true });
}
