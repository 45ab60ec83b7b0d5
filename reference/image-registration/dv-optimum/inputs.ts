import { NdArray } from '../../../harness/model/value.ts';
import { scale } from '../../../harness/numerics/linalg.ts';
import { derive, type Random } from '../../../harness/numerics/random.ts';

/** A joint distribution over m×n cells, and a critic. */
export interface Input {
  id: string;
  /** Reads well after "on". */
  title: string;
  f: NdArray;
  joint: NdArray;
}

/** Non-negative weights as a distribution. */
function normalised(weights: NdArray): NdArray {
  let sum = 0;
  for (const weight of weights.data) sum += weight;
  return new NdArray(
    weights.shape,
    Float64Array.from(weights.data, (weight) => weight / sum),
  );
}

/** A distribution with all cells positive and clearly dependent: cells differ by up to a factor of 30. */
export function dependent(random: Random, m: number, n: number): NdArray {
  const weights = random.uniforms([m, n], 0, 1).data;
  return normalised(
    NdArray.of(
      Array.from(weights, (u) => 30 ** u),
      [m, n],
    ),
  );
}

/** p qᵀ (1 + strength · a random pattern); independent at strength 0. */
function nearlyIndependent(random: Random, m: number, n: number, strength: number): NdArray {
  const p = random.uniforms([m], 0.2, 1).data;
  const q = random.uniforms([n], 0.2, 1).data;
  const pattern = random.uniforms([m, n], -1, 1).data;
  return normalised(
    NdArray.of(
      Array.from(pattern, (g, i) => p[Math.floor(i / n)]! * q[i % n]! * (1 + strength * g)),
      [m, n],
    ),
  );
}

/** The distribution with these cells set to 0, normalised again. */
function without(joint: NdArray, cells: number[]): NdArray {
  const data = Float64Array.from(joint.data);
  for (const cell of cells) data[cell] = 0;
  return normalised(new NdArray(joint.shape, data));
}

function input(seed: number, id: string, title: string, make: (random: Random) => NdArray, spread = 1.5): Input {
  const random = derive(seed, `dv-optimum/${id}`);
  const joint = make(random);
  const f = random.normals(joint.shape);
  return { id, title, joint, f: scale(f, spread) };
}

/** Distributions without a cell of probability 0. */
export function positiveInputs(seed: number): Input[] {
  return [
    input(seed, 'three-by-four', 'a 3×4 distribution', (random) => dependent(random, 3, 4)),
    input(seed, 'tall', 'a 5×2 distribution', (random) => dependent(random, 5, 2)),
    input(seed, 'square', 'a 3×3 distribution that is not symmetric', (random) => dependent(random, 3, 3)),
    input(seed, 'large', 'a 9×12 distribution', (random) => dependent(random, 9, 12)),
    input(seed, 'single', 'a single cell (1×1)', (random) => dependent(random, 1, 1)),
    input(seed, 'row', 'a single row (1×5)', (random) => dependent(random, 1, 5)),
    input(seed, 'column', 'a single column (4×1)', (random) => dependent(random, 4, 1)),
    input(seed, 'independent', 'independent variables', (random) => nearlyIndependent(random, 3, 4, 0)),
    input(seed, 'nearly', 'nearly independent variables', (random) => nearlyIndependent(random, 4, 3, 0.02)),
  ];
}

/** Distributions with cells of probability 0. */
export function zeroInputs(seed: number): Input[] {
  return [
    input(seed, 'zeros', 'a distribution with some cells of probability 0', (random) =>
      without(dependent(random, 4, 3), [1, 5, 6]),
    ),
    input(seed, 'zero-lines', 'a distribution with a row and a column of probability 0', (random) =>
      without(dependent(random, 4, 3), [1, 3, 4, 5, 7, 10, 11]),
    ),
    input(seed, 'coupling', 'variables that determine each other, one cell in each row and column', (random) => {
      const p = random.uniforms([4], 0.2, 1).data;
      const joint = NdArray.zeros([4, 4]);
      for (const [row, column] of [2, 0, 3, 1].entries()) joint.data[4 * row + column] = p[row]!;
      return normalised(joint);
    }),
    input(seed, 'point', 'all the probability in one cell', () => NdArray.of([0, 0, 0, 0, 1, 0], [2, 3])),
    input(seed, 'tiny', 'a distribution with cells of probability 1e-12 and 1e-30', (random) => {
      const joint = dependent(random, 3, 4);
      const data = Float64Array.from(joint.data);
      data[2] = 1e-30;
      data[9] = 1e-12;
      return normalised(new NdArray(joint.shape, data));
    }),
  ];
}

/** Critics at the ends of the range, and distributions with cells of probability 0; every true value is finite. */
export function extremeObjectives(seed: number): Input[] {
  const base = (id: string, title: string): Input =>
    input(seed, `extreme-${id}`, title, (random) => dependent(random, 3, 4));
  const offset = ({ f }: Input, by: number): NdArray =>
    new NdArray(
      f.shape,
      Float64Array.from(f.data, (value) => value + by),
    );
  const high = base('high', 'critic values near 800');
  const low = base('low', 'critic values near −800');
  const mixed = base('mixed', 'critic values between −800 and 800');
  const huge = base('huge', 'critic values of some ten thousand');
  const [zeros, lines, coupling, point, tiny] = zeroInputs(seed) as [Input, Input, Input, Input, Input];
  return [
    { ...high, f: offset(high, 800) },
    { ...low, f: offset(low, -800) },
    { ...mixed, f: derive(seed, 'dv-optimum/mixed').uniforms([3, 4], -800, 800) },
    { ...huge, f: scale(huge.f, 1e4) },
    zeros,
    lines,
    coupling,
    point,
    tiny,
    {
      ...lines,
      id: 'weightless',
      title: 'a critic of 300 in a row of probability 0, ordinary elsewhere',
      // Not so large that e^−f underflows: a log-sum-exp that takes out the maximum over all cells is a usual one.
      f: withRow(lines.f, 1, 300),
    },
    {
      ...zeros,
      id: 'low-zeros',
      title: 'a critic of −10,000 where the joint probability is 0',
      f: new NdArray(
        zeros.f.shape,
        Float64Array.from(zeros.f.data, (value, i) => (zeros.joint.data[i] === 0 ? -1e4 : value)),
      ),
    },
  ];
}

function withRow(f: NdArray, row: number, value: number): NdArray {
  const n = f.shape[1]!;
  return new NdArray(
    f.shape,
    Float64Array.from(f.data, (old, i) => (Math.floor(i / n) === row ? value : old)),
  );
}
