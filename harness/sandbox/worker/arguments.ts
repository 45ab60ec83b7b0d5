import type * as tfjs from '@tensorflow/tfjs';
import { CallbackArg, HandleArg, NetArg, type Path, RngArg } from '../../model/call.ts';
import { NdArray } from '../../model/value.ts';
import { FriendlyError } from './friendly-error.ts';
import { uniformGenerator } from './rng.ts';
import type { Tf } from './tf.ts';

export interface BuiltArguments {
  /** What the student's function is called with. */
  args: unknown[];
  /** Numbers that recording callbacks were called with. */
  callbacks: number[][];
}

/** Calls of callbacks that are recorded. */
const MAX_CALLBACKS = 10_000;

/** A dense layer's tensors, as gradients with respect to them are asked for by path. */
interface BuiltLayer {
  kernel: tfjs.Tensor;
  bias: tfjs.Tensor;
}

/** Networks made here → their layers, so that a path can lead into a function. */
const layersOf = new WeakMap<object, BuiltLayer[]>();

/** Turns decoded arguments into what a student's function expects: tensors, functions, kept results. */
export function buildArguments(tf: Tf, encoded: unknown[], kept: Map<string, unknown>): BuiltArguments {
  const callbacks: number[][] = [];
  const build = (value: unknown): unknown => {
    if (value instanceof NdArray) return toTensor(tf, value);
    if (value instanceof RngArg) return uniformGenerator(value.seed, value.zeroEvery);
    if (value instanceof NetArg) return buildNet(tf, value);
    if (value instanceof HandleArg) return follow(kept, value);
    if (value instanceof CallbackArg) {
      return (...numbers: unknown[]) => {
        if (callbacks.length < MAX_CALLBACKS) callbacks.push(numbers.map(Number));
      };
    }
    if (Array.isArray(value)) return value.map(build);
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, build(item)]));
    }
    return value;
  };
  return { args: encoded.map(build), callbacks };
}

/** Follows a handle to a kept result or into it. */
export function follow(kept: Map<string, unknown>, handle: HandleArg): unknown {
  if (!kept.has(handle.name)) throw new FriendlyError('An earlier result that this call needs is not there.');
  return handle.path.reduce<unknown>(
    (value, key) => (value as Record<string | number, unknown>)?.[key],
    kept.get(handle.name),
  );
}

export function toTensor(tf: Tf, array: NdArray): tfjs.Tensor {
  const dtype = array.dtype === 'int32' || array.dtype === 'bool' ? array.dtype : 'float32';
  // A copy: tfjs keeps the array that it is given, and two arguments must not share memory.
  const copy = tf.util.isTypedArray(array.data) ? array.data.slice() : Float32Array.from(array.data);
  return tf.tensor(copy as Float32Array, [...array.shape], dtype);
}

function buildNet(tf: Tf, net: NetArg): (batch: tfjs.Tensor) => tfjs.Tensor {
  const layers = net.layers.map((layer) => ({
    kernel: toTensor(tf, layer.kernel),
    bias: toTensor(tf, layer.bias),
  }));
  const apply = (batch: tfjs.Tensor): tfjs.Tensor => {
    const flat = batch.reshape([batch.shape[0]!, -1]);
    const out = net.layers.reduce<tfjs.Tensor>((x, layer, i) => {
      const { kernel, bias } = layers[i]!;
      return activate(tf, layer.activation, tf.add(tf.matMul(x as tfjs.Tensor2D, kernel as tfjs.Tensor2D), bias));
    }, flat);
    return net.outputShape === undefined ? out : out.reshape([batch.shape[0]!, ...net.outputShape]);
  };
  layersOf.set(apply, layers);
  return apply;
}

function activate(tf: Tf, name: NetArg['layers'][number]['activation'], x: tfjs.Tensor): tfjs.Tensor {
  if (name === 'relu') return tf.relu(x);
  if (name === 'tanh') return tf.tanh(x);
  if (name === 'sigmoid') return tf.sigmoid(x);
  if (name === 'softplus') return tf.softplus(x);
  return x;
}

/** The container of the value at a path of the arguments, so that it can be read and replaced. */
export function locate(args: unknown[], path: Path): { get(): unknown; set(value: unknown): void } {
  let holder: unknown = args;
  for (const key of path.slice(0, -1)) holder = step(holder, key);
  const last = path[path.length - 1]!;
  const target = holder as Record<string | number, unknown>;
  return {
    get: () => target[last],
    set: (value) => {
      target[last] = value;
    },
  };
}

function step(holder: unknown, key: string | number): unknown {
  if (typeof holder === 'function' && key === 'layers') return layersOf.get(holder);
  return (holder as Record<string | number, unknown>)[key];
}
