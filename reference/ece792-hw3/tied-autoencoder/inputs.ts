import { NdArray } from '../../../harness/model/value.ts';
import { scale } from '../../../harness/numerics/linalg.ts';
import { derive } from '../../../harness/numerics/random.ts';

/** A tied autoencoder and a batch: W [h,d], b [h], c [d], x [n,d]. */
export interface Input {
  id: string;
  /** Reads well after "on". */
  title: string;
  W: NdArray;
  b: NdArray;
  c: NdArray;
  x: NdArray;
}

interface Sizes {
  h: number;
  d: number;
  n: number;
}

function draw(seed: number, id: string, title: string, { h, d, n }: Sizes, range: [number, number] = [0, 1]): Input {
  const random = derive(seed, `tied-autoencoder/${id}`);
  return {
    id,
    title,
    W: random.normals([h, d]),
    b: random.normals([h]),
    c: random.normals([d]),
    x: random.uniforms([n, d], ...range),
  };
}

/** Every side differs from the others except where the title says otherwise, so that no transposition fits by accident. */
export function ordinaryInputs(seed: number): Input[] {
  return [
    draw(seed, 'batch', 'a batch of four, d = 5, h = 3', { h: 3, d: 5, n: 4 }),
    draw(seed, 'single', 'a batch of one, d = 4, h = 3', { h: 3, d: 4, n: 1 }),
    draw(seed, 'square', 'as many hidden units as inputs (d = h = 4)', { h: 4, d: 4, n: 3 }),
    draw(seed, 'wide', 'more hidden units than inputs (d = 2, h = 6)', { h: 6, d: 2, n: 5 }),
    draw(seed, 'one-hidden', 'a single hidden unit (h = 1)', { h: 1, d: 4, n: 3 }),
    draw(seed, 'one-input', 'a single input (d = 1)', { h: 3, d: 1, n: 4 }),
    draw(seed, 'one-of-each', 'one input, one hidden unit, a batch of one', { h: 1, d: 1, n: 1 }),
    activated(draw(seed, 'real', 'inputs outside of [0, 1]', { h: 3, d: 6, n: 2 }, [-2, 3])),
    draw(seed, 'large', 'a batch of twenty, d = 12, h = 7', { h: 7, d: 12, n: 20 }),
    withBlackRow(draw(seed, 'black', 'a batch with a row of zeros, d = 3, h = 2', { h: 2, d: 3, n: 4 })),
  ];
}

/** What an activation comes to where x is real: a sigmoid that gives up before shows, whatever the seed. */
const ACTIVATION = 8;

/** The same with x at such a scale that the hidden unit which the inputs move most is activated by ±8. */
function activated(input: Input): Input {
  const { W, b, x } = input;
  const [h, d] = W.shape as [number, number];
  let [most, bias] = [0, 0];
  for (let row = 0; row < x.shape[0]!; row++) {
    for (let k = 0; k < h; k++) {
      let sum = 0;
      for (let i = 0; i < d; i++) sum += W.data[k * d + i]! * x.data[row * d + i]!;
      if (Math.abs(sum) > Math.abs(most)) [most, bias] = [sum, b.data[k]!];
    }
  }
  return { ...input, x: scale(x, (Math.sign(most) * ACTIVATION - bias) / most) };
}

/** The same with a second row that is 0: an input like any other. */
function withBlackRow(input: Input): Input {
  const d = input.x.shape[1]!;
  const data = Float64Array.from(input.x.data, (value, i) => (Math.floor(i / d) === 1 ? 0 : value));
  return { ...input, x: new NdArray(input.x.shape, data) };
}

/** Sigmoids whose arguments are ±1000 and beyond what exp holds, among ordinary ones. */
export function extremeInputs(seed: number): Input[] {
  const hidden = draw(seed, 'hidden', 'hidden units at ±1000', { h: 4, d: 3, n: 3 });
  const output = draw(seed, 'output', 'outputs at ±1000', { h: 3, d: 4, n: 2 });
  const both = draw(seed, 'both', 'hidden units and outputs at ±800, beside ordinary ones', { h: 3, d: 3, n: 2 });
  const weights = draw(seed, 'weights', 'weights of several thousand', { h: 3, d: 4, n: 3 });
  const zero = draw(seed, 'zero', 'weights and biases that are all 0', { h: 3, d: 4, n: 3 });
  return [
    { ...hidden, b: NdArray.of([1000, -1000, 0.3, 720]) },
    { ...output, c: NdArray.of([1000, -1000, 0.2, -745]) },
    { ...both, b: NdArray.of([800, -800, 0.4]), c: NdArray.of([-0.3, 800, -800]) },
    { ...weights, W: scale(weights.W, 4000) },
    { ...zero, W: scale(zero.W, 0), b: scale(zero.b, 0), c: scale(zero.c, 0) },
  ];
}

/** Of the same sizes as the first ordinary input, with other numbers. */
export function sameSizes(seed: number): Input {
  return draw(seed, 'same-sizes', 'other numbers of the same sizes', { h: 3, d: 5, n: 4 });
}
