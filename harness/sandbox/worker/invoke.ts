import type * as tfjs from '@tensorflow/tfjs';
import { type Arg, type Call, HandleArg } from '../../model/call.ts';
import { NdArray, type Value } from '../../model/value.ts';
import { buildArguments, follow, locate, toTensor } from './arguments.ts';
import { FriendlyError } from './friendly-error.ts';
import type { Modules } from './modules.ts';
import { toValue } from './results.ts';
import type { Tf } from './tf.ts';

type Callable = (...args: unknown[]) => unknown;

export interface Reply {
  value: Value;
  args?: Value[];
  callbacks?: number[][];
}

/** What calls of one session share. */
export interface Session {
  tf: Tf;
  modules: Modules;
  kept: Map<string, unknown>;
  /** Functions that were run forward before → for which sizes, see `prime`. */
  primed: Map<Callable, Set<string>>;
}

/** Makes one call of the student's program. Throws what it throws. */
export async function invoke(session: Session, call: Call): Promise<Reply> {
  const { tf, kept } = session;
  const found = await findFunction(session, call);
  // As a method of what holds it: the result may be an instance of a class.
  const fn: Callable = found.bind(holderOf(kept, call));
  const between = call.gradient?.between;
  if (call.gradient !== undefined) await prime(session, found, fn, call.args);
  if (between !== undefined) await prime(session, found, fn, between);
  const { args, callbacks } = buildArguments(tf, call.args, kept);
  const reply: Reply = { value: null };
  if (call.gradient === undefined) {
    const result = await fn(...args);
    if (call.keep !== undefined) kept.set(call.keep, result);
    if (call.send !== false) reply.value = await toValue(tf, result);
  } else {
    const another = between === undefined ? undefined : buildArguments(tf, between, kept).args;
    reply.value = await gradient(tf, fn, args, call.gradient, nameOf(call), another);
  }
  if (call.echo) reply.args = (await toValue(tf, args, true)) as Value[];
  if (callbacks.length > 0) reply.callbacks = callbacks;
  return reply;
}

async function findFunction(session: Session, call: Call): Promise<Callable> {
  if (call.fn instanceof HandleArg) {
    const fn = follow(session.kept, call.fn);
    if (typeof fn === 'function') return fn as Callable;
    throw new FriendlyError(`${nameOf(call)} of the result should be a function, but it is ${describe(fn)}.`);
  }
  const { exports } = await session.modules.open(call.module);
  const fn = exports[call.fn];
  if (typeof fn === 'function') return fn as Callable;
  const what = fn === undefined ? 'is not exported' : `is ${describe(fn)}, not a function`;
  throw new FriendlyError(`${call.fn} ${what} in ${call.module}.ts.`, 'missing');
}

/** The part of a kept result that has the function in it. */
function holderOf(kept: Map<string, unknown>, { fn }: Call): unknown {
  if (!(fn instanceof HandleArg) || fn.path.length === 0) return undefined;
  return follow(kept, new HandleArg(fn.name, fn.path.slice(0, -1)));
}

function nameOf({ fn }: Call): string {
  return typeof fn === 'string' ? fn : fn.path.join('.') || fn.name;
}

/**
 * Runs a function forward before its first gradient, with arguments of its own. A program may make constants at its first
 * call, or at the first for a size, and keep them. Made inside the gradient's scope they would be disposed with it, which no
 * program has to expect. And a program that spoils its arguments spoils these.
 */
async function prime({ tf, kept, primed }: Session, found: Callable, fn: Callable, args: Arg[]): Promise<void> {
  const sizes = JSON.stringify(args, (_, value) => (value instanceof NdArray ? value.shape : value));
  const known = primed.get(found) ?? new Set();
  if (known.has(sizes)) return;
  primed.set(found, known.add(sizes));
  await fn(...buildArguments(tf, args, kept).args);
}

/**
 * Gradients of ⟨cotangent, f(args)⟩ by the engine's reverse mode, hence by the function's own backward rules. With the arguments of
 * another call, this is made before the backward pass: what a rule needs it has to have saved for each call apart.
 */
async function gradient(
  tf: Tf,
  fn: Callable,
  args: unknown[],
  { wrt, cotangent }: NonNullable<Call['gradient']>,
  name: string,
  another?: unknown[],
): Promise<Value> {
  const places = wrt.map((path) => locate(args, path));
  const leaves = places.map((place) => place.get() as tfjs.Tensor);
  const forward = (...tensors: tfjs.Tensor[]): tfjs.Tensor => {
    tensors.forEach((tensor, i) => {
      // A clone, so that a program that disposes of its argument does not take the leaf away from the engine.
      places[i]!.set(tensor.clone());
    });
    const result = fn(...args);
    if (!(result instanceof tf.Tensor)) {
      const what = describe(result);
      throw new FriendlyError(
        `${name} has to return a tensor so that it can be differentiated, but it returned ${what}.`,
      );
    }
    if (another !== undefined) fn(...another);
    if (cotangent === undefined) {
      if (result.size === 1) return result.asScalar();
      throw new FriendlyError(`${name} has to return a single number here, but it returned shape [${result.shape}].`);
    }
    // A wrong rank is told by the check of values; the gradient can still be judged.
    if (result.size === cotangent.data.length) return result.reshape([...cotangent.shape]);
    throw new FriendlyError(
      `${name} has to return shape [${cotangent.shape}] here, but it returned [${result.shape}].`,
    );
  };
  try {
    const dy = cotangent === undefined ? undefined : toTensor(tf, cotangent);
    const gradients = tf.grads(forward)(leaves, dy);
    return await toValue(tf, gradients);
  } finally {
    leaves.forEach((leaf, i) => {
      places[i]!.set(leaf);
    });
  }
}

function describe(value: unknown): string {
  if (value === undefined) return 'undefined';
  if (value === null) return 'null';
  if (value instanceof Promise) return 'a promise (an async function cannot be differentiated through)';
  if (Array.isArray(value) || ArrayBuffer.isView(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
