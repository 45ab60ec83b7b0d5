/** Runs beside the student's program: holds tensors that are handed to it, and looks at them and at results afterwards. */

interface TensorLike {
  isDisposed: boolean;
  dataId: object;
  shape: number[];
  dtype: string;
}

function isTensor(value: unknown): value is TensorLike {
  return typeof value === 'object' && value !== null && 'dataId' in value && 'isDisposed' in value;
}

/** Gives back what it is given: kept under a name it can be handed to several functions. */
export function hold(value: unknown): unknown {
  return value;
}

/** What became of a tensor. */
export function state(value: unknown): unknown {
  if (!isTensor(value)) return { value };
  return value.isDisposed ? { disposed: true } : { value };
}

/** Parameters that are records and lists of tensors through and through; null where there is anything else in them. */
export function plain(params: unknown): unknown {
  return isPlain(params, 0) ? params : null;
}

function isPlain(value: unknown, depth: number): boolean {
  if (depth > 6) return false;
  if (isTensor(value)) return !value.isDisposed && value.dtype === 'float32';
  if (Array.isArray(value)) return value.every((item) => typeof item !== 'number' && isPlain(item, depth + 1));
  if (typeof value === 'object' && value !== null) {
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return false;
    return Object.values(value).every((item) => isPlain(item, depth + 1));
  }
  return value === null || ['number', 'string', 'boolean', 'undefined'].includes(typeof value);
}
