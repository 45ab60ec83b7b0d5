import type { NdArray, Value } from './value.ts';

/**
 * An argument of a student's function. Beside plain values there are arguments that only the worker can make:
 * functions (random numbers, networks, callbacks) and results of earlier calls that never leave the sandbox.
 */
export type Arg = Value | SpecialArg | Arg[] | { [key: string]: Arg };

export type SpecialArg = RngArg | NetArg | HandleArg | CallbackArg;

/** `rng: () => number`, uniform on [0, 1): a seeded generator that yields exactly 0 at every `zeroEvery`-th draw. */
export class RngArg {
  readonly seed: number;
  readonly zeroEvery: number;
  constructor(seed: number, zeroEvery = 0) {
    this.seed = seed;
    this.zeroEvery = zeroEvery;
  }
}

/** One dense layer of a callback network: `activation(x · kernel + bias)`. */
export interface NetLayer {
  kernel: NdArray;
  bias: NdArray;
  activation: 'linear' | 'relu' | 'tanh' | 'sigmoid' | 'softplus';
}

/**
 * A differentiable callback network handed to a student's function: a batch is flattened to [n, in], passed through
 * the layers, and reshaped to `outputShape` (without the batch) where given.
 */
export class NetArg {
  readonly layers: NetLayer[];
  readonly outputShape: number[] | undefined;
  constructor(layers: NetLayer[], outputShape?: number[]) {
    this.layers = layers;
    this.outputShape = outputShape;
  }
}

/** A result that an earlier call of the same session kept under `name`; `path` selects inside it. */
export class HandleArg {
  readonly name: string;
  readonly path: (string | number)[];
  constructor(name: string, path: (string | number)[] = []) {
    this.name = name;
    this.path = path;
  }
}

/** A callback that records the arguments of its calls (numbers only) for the reply. */
export class CallbackArg {}

/** Where in the arguments: index of the argument, then keys inside it, e.g. `[0, 'w1']`. */
export type Path = (string | number)[];

/** One call of a function of a submission, and what to send back of it. */
export interface Call {
  /** File without extension, e.g. `question2`. Ignored for handles. */
  module: string;
  /** Name of an export, or a function inside a kept result. */
  fn: string | HandleArg;
  args: Arg[];
  /**
   * Instead of the value: the gradient of ⟨cotangent, f(args)⟩ with respect to the tensors at these paths, by the
   * engine's reverse mode through the function (so that its own backward rules are used).
   * A path into a NetArg is `[argument, 'layers', i, 'kernel' | 'bias']`.
   * Without `cotangent` the output must be a scalar and its cotangent is 1.
   * `between`: arguments of another call of the function, made on the same tape after the forward pass and before the
   * backward one. Its result is not used.
   */
  gradient?: { wrt: Path[]; cotangent?: NdArray; between?: Arg[] };
  /** Keep the result under this name in the worker, for later calls of the same session. */
  keep?: string;
  /** false: do not send the result (it may be opaque). Default true. */
  send?: boolean;
  /** Send the arguments as they are after the call, so that changes and disposal show. */
  echo?: boolean;
  /** Its duration decides: time in which it waited for a processor, because others had it, is taken off. */
  timed?: boolean;
  /** Deadline in milliseconds in place of the criterion's own. */
  deadlineMs?: number;
  /** Deadline as a multiple of what the reference took, in place of the criterion's own multiple; its floor stays. */
  deadlineFactor?: number;
  /** The call of the same case whose duration the deadline follows, where the reference need not make this one. */
  deadlineLike?: string;
}
