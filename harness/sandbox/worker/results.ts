import type * as tfjs from '@tensorflow/tfjs';
import { type DType, NdArray, type TypedData, type Value } from '../../model/value.ts';
import { MAX_CONTAINERS, MAX_REPLY_BYTES, MAX_RESULT_DEPTH } from '../protocol/limits.ts';
import { FriendlyError } from './friendly-error.ts';
import type { Tf } from './tf.ts';

/**
 * A student's result as plain values. Tensors are read; what cannot be a value becomes a string that says what it is.
 * Throws `FriendlyError` for what is too large, nested too deeply (or in a circle), or disposed; a disposed tensor among
 * arguments looked at `after` a call is the string `disposed`.
 */
export async function toValue(tf: Tf, result: unknown, after = false): Promise<Value> {
  const size = { bytes: 0, containers: 0 };
  const count = (bytes: number, containers = 0): void => {
    size.bytes += bytes;
    size.containers += containers;
    if (size.bytes > MAX_REPLY_BYTES || size.containers > MAX_CONTAINERS) {
      const what = size.bytes > MAX_REPLY_BYTES ? 'more than 64 MB' : `more than ${MAX_CONTAINERS} lists and objects`;
      throw new FriendlyError(`The result is too large: ${what}.`, 'output-limit-exceeded');
    }
  };
  const convert = async (value: unknown, depth: number): Promise<Value> => {
    if (depth > MAX_RESULT_DEPTH) throw new FriendlyError('The result is nested too deeply, or contains itself.');
    if (value === null || value === undefined || typeof value === 'boolean') return value;
    if (typeof value === 'number') return value;
    if (typeof value === 'string') {
      count(value.length, 1);
      return value;
    }
    if (value instanceof tf.Tensor) {
      count(8 * value.size);
      if (!value.isDisposed) return readTensor(value);
      if (after) return 'disposed';
      throw new FriendlyError('The function returned a tensor that it had disposed of before.');
    }
    count(16, 1);
    if (Array.isArray(value) || isNumeric(value)) {
      // By index: the student may have given the list an iterator of its own. Each number takes 9 bytes.
      const { length } = value as unknown[];
      count(length);
      const list: Value[] = [];
      for (let i = 0; i < length; i++) {
        const item = (value as unknown[])[i];
        if (typeof item === 'number') count(8);
        // Numbers are by far the most common entries: no promise for each of them.
        list.push(typeof item === 'number' ? item : await convert(item, depth + 1));
      }
      return list;
    }
    if (typeof value === 'object') {
      const keys = Object.keys(value);
      count(keys.length, keys.length);
      const record = Object.create(null) as { [key: string]: Value };
      for (const key of keys) {
        count(key.length);
        record[wellFormed(key)] = await convert((value as Record<string, unknown>)[key], depth + 1);
      }
      return record;
    }
    return `(a ${typeof value})`;
  };
  return convert(result, 0);
}

/** As the channel would make it, so that no two keys become one there. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

function isNumeric(value: unknown): boolean {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

async function readTensor(tensor: tfjs.Tensor): Promise<Value> {
  if (tensor.dtype === 'string' || tensor.dtype === 'complex64') return `(a ${tensor.dtype} tensor)`;
  const data = (await tensor.data()) as unknown as TypedData;
  return new NdArray([...tensor.shape], ...asDType(data, tensor.dtype));
}

/** The data as their dtype is written on the channel: a kernel may keep whole numbers in an array of floats. */
function asDType(data: TypedData, dtype: tfjs.DataType): [TypedData, DType] {
  if (dtype === 'int32') return [data instanceof Int32Array ? data : Int32Array.from(data), dtype];
  if (dtype === 'bool') return [data instanceof Uint8Array ? data : Uint8Array.from(data), dtype];
  // A cast from whole numbers or truth values shares their array: the tensor says float32, its data does not.
  if (data instanceof Int32Array || data instanceof Uint8Array) return [Float64Array.from(data), 'float64'];
  return [data, data instanceof Float64Array ? 'float64' : 'float32'];
}
