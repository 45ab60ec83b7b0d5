/**
 * Gives student code doubles where it asks for `Float32Array`, so that a program that keeps numbers in its own arrays
 * is judged on its mathematics and not on its rounding. A view onto an existing buffer stays a real Float32Array.
 */
export function hideFloat32(): void {
  const Native = globalThis.Float32Array;
  const standIn: typeof Float64Array = new Proxy(Float64Array, {
    construct(target, args, newTarget): object {
      const real = args[0] instanceof ArrayBuffer || args[0] instanceof SharedArrayBuffer ? Native : target;
      return Reflect.construct(real, args, newTarget === standIn ? real : newTarget);
    },
    get(target, key) {
      return key === Symbol.hasInstance
        ? (value: unknown) => value instanceof target || value instanceof Native
        : Reflect.get(target, key, target);
    },
  });
  Object.defineProperty(globalThis, 'Float32Array', { value: standIn, writable: true, configurable: true });
}
