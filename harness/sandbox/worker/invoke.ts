import type * as tfjs from '@tensorflow/tfjs';
import { type Call, HandleArg } from '../../model/call.ts';
import { NdArray, type Value } from '../../model/value.ts';
import { buildArguments, follow, locate, toTensor } from './arguments.ts';
import { FriendlyError } from './friendly-error.ts';
import type { Modules } from './modules.ts';
import { echoArguments, toValue } from './results.ts';
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
  /** Functions that were run forward before, see `gradient`. */
  primed: Set<Callable>;
}

/** Makes one call of the student's program. Throws what it throws. */
export async function invoke(session: Session, call: Call): Promise<Reply> {
  const fn = await findFunction(session, call);
  const { args, callbacks } = buildArguments(session.tf, call.args, session.kept);
  const reply: Reply = { value: null };
  if (call.gradient === undefined) {
    const result = await fn(...args);
    if (call.keep !== undefined) session.kept.set(call.keep, result);
    if (call.send !== false) reply.value = await toValue(session.tf, result);
  } else {
    reply.value = await gradient(session, fn, args, call.gradient, String(call.fn));
  }
  if (call.echo) reply.args = await echoArguments(session.tf, args);
  if (callbacks.length > 0) reply.callbacks = callbacks;
  return reply;
}

async function findFunction(session: Session, call: Call): Promise<Callable> {
  if (call.fn instanceof HandleArg) {
    const fn = follow(session.kept, call.fn);
    if (typeof fn === 'function') return fn as Callable;
    throw new FriendlyError(`${call.fn.path.join('.')} of the result should be a function, but it is ${describe(fn)}.`);
  }
  const namespace = await session.modules.open(call.module);
  const fn = namespace[call.fn];
  if (typeof fn === 'function') return fn as Callable;
  const what = fn === undefined ? 'is not exported' : `is ${describe(fn)}, not a function`;
  throw new FriendlyError(`${call.fn} ${what} in ${call.module}.ts.`, 'missing');
}

/** Gradients of ⟨cotangent, f(args)⟩ by the engine's reverse mode, hence by the function's own backward rules. */
async function gradient(
  session: Session,
  fn: Callable,
  args: unknown[],
  { wrt, cotangent }: NonNullable<Call['gradient']>,
  name: string,
): Promise<Value> {
  const { tf } = session;
  if (!session.primed.has(fn)) {
    // A program may make constants at its first call and keep them. Made inside the gradient's scope they would be
    // disposed with it, which no program has to expect: so the first call is a plain one.
    session.primed.add(fn);
    await fn(...args);
  }
  const places = wrt.map((path) => locate(args, path));
  const leaves = places.map((place) => place.get() as tfjs.Tensor);
  const forward = (...tensors: tfjs.Tensor[]): tfjs.Tensor => {
    tensors.forEach((tensor, i) => {
      places[i]!.set(tensor);
    });
    const result = fn(...args);
    if (!(result instanceof tf.Tensor)) {
      const what = describe(result);
      throw new FriendlyError(
        `${name} has to return a tensor so that it can be differentiated, but it returned ${what}.`,
      );
    }
    const wanted = cotangent?.shape;
    // A wrong rank is told by the check of values; the gradient can still be judged.
    return wanted !== undefined && result.size === cotangent!.data.length ? result.reshape([...wanted]) : result;
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
  if (value instanceof NdArray || Array.isArray(value)) return 'an array';
  return `a ${typeof value}`;
}
