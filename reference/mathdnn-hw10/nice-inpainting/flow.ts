import type { Layer, Model } from './weights-file.ts';

/**
 * The flow of one point in plain arithmetic, with the gradient of its log-density worked out by hand: what inputs are chosen
 * by, and an independent truth for tests. It takes no part in judging.
 */

/** log p(x), its gradient, and how near to 0 any number comes that goes through a ReLU: there the density has a kink. */
export interface PointDensity {
  value: number;
  gradient: Float64Array;
  margin: number;
}

export function densityAt(model: Model, x: ArrayLike<number>): PointDensity {
  const { couplings, scale } = model;
  const { z, traces } = forward(model, x);
  let value = 0;
  // −log p(z) = |z| + 2 log(1 + e^−|z|), with the derivative tanh(z/2).
  const gradient = z.map((entry, k) => {
    value += scale.data[k]! - Math.abs(entry) - 2 * Math.log1p(Math.exp(-Math.abs(entry)));
    return -Math.tanh(entry / 2) * Math.exp(scale.data[k]!);
  });
  for (let i = couplings.length - 1; i >= 0; i--) {
    const source = sourceOf(i);
    const back = runBack(couplings[i]!, traces[i]!, pick(gradient, source === 1 ? 0 : 1));
    for (const [p, part] of back.entries()) gradient[2 * p + source]! += part;
  }
  return { value, gradient, margin: Math.min(...traces.map(({ margin }) => margin)) };
}

/** z of one point. */
export function latentOf(model: Model, x: ArrayLike<number>): Float64Array {
  return forward(model, x).z;
}

function forward({ couplings, scale }: Model, x: ArrayLike<number>): { z: Float64Array; traces: Trace[] } {
  const y = Float64Array.from(x);
  const traces = couplings.map((layers, i) => {
    const source = sourceOf(i);
    const trace = run(layers, pick(y, source));
    for (const [p, shift] of trace.output.entries()) y[2 * p + 1 - source]! += shift;
    return trace;
  });
  return { z: y.map((value, k) => value * Math.exp(scale.data[k]!)), traces };
}

/** The pixels after every step of projected gradient ascent, the start before them. */
export function ascend(
  model: Model,
  image: ArrayLike<number>,
  mask: ArrayLike<number>,
  { steps, learningRate }: { steps: number; learningRate: number },
): { pixels: Float64Array; density: PointDensity }[] {
  const path = [{ pixels: Float64Array.from(image), density: densityAt(model, image) }];
  for (let step = 0; step < steps; step++) {
    const { pixels, density } = path[step]!;
    const next = pixels.map((x, k) =>
      mask[k] === 1 ? image[k]! : Math.min(1, Math.max(0, x + learningRate * density.gradient[k]!)),
    );
    path.push({ pixels: next, density: densityAt(model, next) });
  }
  return path;
}

/** Which of each pair goes through the network of coupling i: the second (1) where its maskConfig is 1. */
function sourceOf(i: number): 0 | 1 {
  return i % 2 === 0 ? 1 : 0;
}

function pick(pixels: Float64Array, half: 0 | 1): Float64Array {
  return pixels.filter((_, k) => k % 2 === half);
}

interface Trace {
  /** What comes into each layer. */
  inputs: Float64Array[];
  output: Float64Array;
  margin: number;
}

function run(layers: Layer[], input: Float64Array): Trace {
  const inputs: Float64Array[] = [];
  let margin = Number.POSITIVE_INFINITY;
  let values = input;
  for (const [l, { kernel, bias }] of layers.entries()) {
    inputs.push(values);
    const width = bias.data.length;
    const from = values;
    values = Float64Array.from(bias.data, (b, j) => {
      let sum = b;
      for (let i = 0; i < from.length; i++) sum += from[i]! * kernel.data[i * width + j]!;
      return sum;
    });
    if (l === layers.length - 1) continue;
    for (const a of values) margin = Math.min(margin, Math.abs(a));
    values = values.map((a) => Math.max(0, a));
  }
  return { inputs, output: values, margin };
}

function runBack(layers: Layer[], { inputs }: Trace, cotangent: Float64Array): Float64Array {
  let back = cotangent;
  for (let l = layers.length - 1; l >= 0; l--) {
    const { kernel, bias } = layers[l]!;
    const width = bias.data.length;
    const dy = back;
    back = inputs[l]!.map((value, i) => {
      // What a ReLU made 0 has no slope; the first layer's inputs went through none.
      if (l > 0 && value === 0) return 0;
      let sum = 0;
      for (let j = 0; j < width; j++) sum += kernel.data[i * width + j]! * dy[j]!;
      return sum;
    });
  }
  return back;
}
