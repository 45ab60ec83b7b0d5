import type * as tfjs from '@tensorflow/tfjs';
import { NdArray, type Value } from '../../model/value.ts';
import { MAX_DEPTH } from '../protocol/codec.ts';
import { FriendlyError } from './friendly-error.ts';
import type { Tf } from './tf.ts';

const MAX_ITEMS = 4_000_000;

/** A student's result as plain values. Tensors are read; what cannot be a value becomes a string that says what it is. */
export async function toValue(tf: Tf, result: unknown): Promise<Value> {
  let items = 0;
  const convert = async (value: unknown, depth: number): Promise<Value> => {
    if (++items > MAX_ITEMS) throw new FriendlyError('The result has too many entries.');
    if (depth > MAX_DEPTH) throw new FriendlyError('The result is nested too deeply.');
    if (value === null || value === undefined) return value;
    if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') return value;
    if (value instanceof tf.Tensor) return readTensor(value);
    if (Array.isArray(value) || isNumeric(value)) {
      const list: Value[] = [];
      // Numbers are by far the most common entries: no promise for each of them.
      for (const item of value as unknown[])
        list.push(typeof item === 'number' ? item : await convert(item, depth + 1));
      return list;
    }
    if (typeof value === 'object') {
      const record: { [key: string]: Value } = {};
      for (const key of Object.keys(value)) {
        record[key] = await convert((value as Record<string, unknown>)[key], depth + 1);
      }
      return record;
    }
    return `(a ${typeof value})`;
  };
  return convert(result, 0);
}

function isNumeric(value: unknown): boolean {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

async function readTensor(tensor: tfjs.Tensor): Promise<Value> {
  if (tensor.isDisposed) throw new FriendlyError('The function returned a tensor that it had disposed of before.');
  if (tensor.dtype === 'string' || tensor.dtype === 'complex64') return `(a ${tensor.dtype} tensor)`;
  const data = await tensor.data();
  const dtype = tensor.dtype === 'float32' ? (data instanceof Float64Array ? 'float64' : 'float32') : tensor.dtype;
  return new NdArray(
    [...tensor.shape],
    data as unknown as Float64Array,
    dtype as 'float64' | 'float32' | 'int32' | 'bool',
  );
}

/** The arguments after a call: tensors read again, a disposed one as the word, functions left out. */
export async function echoArguments(tf: Tf, args: unknown[]): Promise<Value[]> {
  const echo = async (value: unknown): Promise<Value> => {
    if (value instanceof tf.Tensor) return value.isDisposed ? 'disposed' : readTensor(value);
    if (Array.isArray(value)) return Promise.all(value.map(echo));
    if (typeof value === 'object' && value !== null) {
      const record: { [key: string]: Value } = {};
      for (const [key, item] of Object.entries(value)) record[key] = await echo(item);
      return record;
    }
    return typeof value === 'function' ? '(a function)' : (value as Value);
  };
  return Promise.all(args.map(echo));
}
