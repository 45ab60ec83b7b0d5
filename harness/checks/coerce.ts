import { isRecord, NdArray, sizeOf, type Value } from '../model/value.ts';

export type Coerced = { ok: true; array: NdArray; remark?: string } | { ok: false; problem: string };

/**
 * A result as an array of the shape that the contract states.
 * Accepted beside a tensor of that shape: nested arrays of numbers (with a remark), and for a scalar a number or any
 * one-element tensor. Everything else is a problem in words; entries are not looked at.
 */
export function coerce(value: Value, shape: readonly number[], name = 'The result'): Coerced {
  const scalar = shape.length === 0;
  const wanted = scalar ? 'a scalar' : `a tensor of shape ${formatShape(shape)}`;
  if (value instanceof NdArray) {
    if (scalar && value.data.length === 1) return { ok: true, array: asFloat64(value, []) };
    if (sameShape(value.shape, shape)) return { ok: true, array: asFloat64(value, shape) };
    return { ok: false, problem: `${name} should be ${wanted}, but it has shape ${formatShape(value.shape)}.` };
  }
  if (typeof value === 'number') {
    if (scalar) return { ok: true, array: NdArray.of([value], []) };
    return { ok: false, problem: `${name} should be ${wanted}, but it is a number.` };
  }
  if (Array.isArray(value)) {
    const grid = gridOf(value);
    if (grid === undefined) {
      return {
        ok: false,
        problem: `${name} should be ${wanted}, but it is an array that is not a regular grid of numbers.`,
      };
    }
    if (sameShape(grid.shape, shape) || (scalar && grid.data.length === 1)) {
      return {
        ok: true,
        array: asFloat64(grid, shape),
        remark: `${name} is a nested array of numbers; a tensor is expected.`,
      };
    }
    return {
      ok: false,
      problem: `${name} should be ${wanted}, but it is an array of shape ${formatShape(grid.shape)}.`,
    };
  }
  return { ok: false, problem: `${name} should be ${wanted}, but it is ${describe(value)}.` };
}

/** The part of a result at a path of keys; undefined where there is none. */
export function select(value: Value, path: readonly (string | number)[]): Value {
  return path.reduce<Value>((part, key) => {
    if (Array.isArray(part)) return part[Number(key)];
    return isRecord(part) && Object.hasOwn(part, key) ? part[key] : undefined;
  }, value);
}

export function formatShape(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((side, i) => side === b[i]);
}

function asFloat64(array: NdArray, shape: readonly number[]): NdArray {
  return new NdArray(shape, array.data instanceof Float64Array ? array.data : Float64Array.from(array.data));
}

/** A nested list of numbers as an array; undefined where it is no regular grid of them. */
export function gridOf(list: Value[]): NdArray | undefined {
  const flat: number[] = [];
  const shape = flatten(list, flat);
  return shape === undefined ? undefined : NdArray.of(flat, shape);
}

/** The shape of a nested list of numbers, its entries appended to `flat`; undefined when it is ragged or holds others. */
function flatten(list: Value[], flat: number[]): number[] | undefined {
  if (list.length === 0) return [0];
  if (typeof list[0] === 'number') {
    for (const item of list) {
      if (typeof item !== 'number') return undefined;
      flat.push(item);
    }
    return [list.length];
  }
  let inner: number[] | undefined;
  for (const item of list) {
    // A list of scalars or rows as tensors is a regular grid, too.
    const shape = item instanceof NdArray ? [...item.shape] : Array.isArray(item) ? flatten(item, flat) : undefined;
    if (shape === undefined || (inner !== undefined && !sameShape(shape, inner))) return undefined;
    if (item instanceof NdArray) for (const x of item.data) flat.push(x);
    inner = shape;
  }
  return sizeOf(inner!) === 0 ? undefined : [list.length, ...inner!];
}

function keysOf(value: object): string {
  const keys = Object.keys(value).slice(0, 6);
  return keys.map((key) => (key.length > 40 ? `${key.slice(0, 40)}…` : key)).join(', ');
}

function describe(value: Value): string {
  if (value === undefined) return 'undefined (is a `return` missing?)';
  if (value === null) return 'null';
  // The worker says in this way what it cannot send; a student's own text is not repeated as ours.
  if (typeof value === 'string') return /^\(an? [a-z0-9 ]{1,40}\)$/.test(value) ? value.slice(1, -1) : 'a string';
  if (isRecord(value)) return `a record with ${keysOf(value) || 'no keys'}`;
  return `a ${typeof value}`;
}
