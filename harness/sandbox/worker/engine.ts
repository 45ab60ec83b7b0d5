import type * as tfjs from '@tensorflow/tfjs';
import type { WorkerMode } from '../../model/exercise.ts';
import { FriendlyError } from './friendly-error.ts';
import type { Tf } from './tf.ts';

/**
 * Kernels that only move entries. Their gradients move entries back, so they carry no rule of differentiation that a
 * student could be asked to write.
 */
const SHAPE_ONLY = new Set([
  'BatchToSpaceND',
  'Cast',
  'Concat',
  'ExpandDims',
  'GatherV2',
  'Identity',
  'Pack',
  'PadV2',
  'Reshape',
  'Slice',
  'SpaceToBatchND',
  'SplitV',
  'Squeeze',
  'Tile',
  'Transpose',
  'Unpack',
]);

/** Makes the CPU backend, bundled with doubles for floats, compute in doubles throughout. */
export function useDoubles(tf: Tf): void {
  // tf.tensor refuses arrays that its platform does not know; it knows Float32Array by name only.
  tf.env().platform!.isTypedArray = (value: unknown): value is Float32Array =>
    ArrayBuffer.isView(value) && !(value instanceof DataView);
  // tfjs's soft-plus switches to its asymptotes where float32 cannot tell the difference: 1e-6 off in doubles.
  replaceUnary(tf, 'Softplus', (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))));
  replaceUnary(tf, 'Erf', erf);
  // exp(x) − 1 loses all its digits near 0, where expm1 loses none.
  replaceUnary(tf, 'Elu', (x) => (x >= 0 ? x : Math.expm1(x)));
  replaceUnary(tf, 'Selu', (x) => SELU_SCALE * (x >= 0 ? x : SELU_ALPHA * Math.expm1(x)));
}

/** λ and α of Klambauer et al., Self-Normalizing Neural Networks (2017), equation 14, to double precision. */
const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

function replaceUnary(tf: Tf, kernelName: string, f: (x: number) => number): void {
  tf.unregisterKernel(kernelName, 'cpu');
  tf.registerKernel({
    kernelName,
    backendName: 'cpu',
    kernelFunc: ({ inputs, backend }) => {
      const x = inputs.x as tfjs.TensorInfo;
      const cpu = backend as unknown as {
        data: { get(id: object): { values: ArrayLike<number> } };
        makeTensorInfo(shape: number[], dtype: string, values: unknown): tfjs.TensorInfo;
      };
      const values = cpu.data.get(x.dataId).values;
      return cpu.makeTensorInfo(x.shape, 'float32', Float64Array.from(values, f));
    },
  });
}

/**
 * The error function to double precision: its Maclaurin series where that converges fast, else the continued fraction
 * of erfc (Abramowitz & Stegun 7.1.6 and 7.1.14, the latter evaluated by Lentz's method).
 */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (Number.isNaN(x)) return Number.NaN;
  if (a > 6) return Math.sign(x);
  if (a < 2.5) {
    let term = a;
    let sum = a;
    for (let n = 1; n < 200; n++) {
      term *= (2 * a * a) / (2 * n + 1);
      sum += term;
      if (term < sum * 1e-17) break;
    }
    return Math.sign(x) * (2 / Math.sqrt(Math.PI)) * Math.exp(-a * a) * sum;
  }
  let fraction = 0;
  for (let n = 60; n >= 1; n--) fraction = n / 2 / (a + fraction);
  return Math.sign(x) * (1 - Math.exp(-a * a) / Math.sqrt(Math.PI) / (a + fraction));
}

/** Takes away what the mode does not allow. Called before any of the student's code is loaded. */
export function restrictGradients(tf: Tf, gradients: WorkerMode['gradients']): void {
  if (gradients === 'all') return;
  if (gradients === 'none') refuseTape(tf);
  const names = Object.values(tf).filter((value) => typeof value === 'string');
  for (const name of names) {
    if (gradients === 'shape-only' && SHAPE_ONLY.has(name)) continue;
    if (tf.getGradient(name) != null) tf.unregisterGradient(name);
  }
}

/** No tape is ever recorded, and what would use one says why: tf.grad and its kin and `minimize` all end up here. */
function refuseTape(tf: Tf): void {
  const refuse = () => {
    throw new FriendlyError(
      'Automatic differentiation (tf.grad and the like, and minimize of an optimizer) is switched off in this check: the gradient has to be computed by your own formula.',
    );
  };
  const engine: object = Object.getPrototypeOf(tf.engine());
  const isTapeOn = (): boolean => false;
  for (const [name, value] of Object.entries({ gradients: refuse, startTape: refuse, isTapeOn })) {
    // Not to be put back: without these no other way leads to a tape.
    Object.defineProperty(engine, name, { value, writable: false, configurable: false });
  }
}
