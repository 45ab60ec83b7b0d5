import { NdArray } from '../../../harness/model/value.ts';
import { derive, type Random } from '../../../harness/numerics/random.ts';
import { standardNormalCubature } from './cubature.ts';
import { expectedGradient, logDensity, logTarget, type Part, type Samples } from './gaussian.ts';

/** Arguments: mu, logSigma [k], z [n,k], logH [n]. */
export interface Input extends Samples {
  id: string;
  /** Reads well after "on". */
  title: string;
  logH: NdArray;
}

function mapped(array: NdArray, change: (value: number, i: number) => number): NdArray {
  return new NdArray(array.shape, Float64Array.from(array.data, change));
}

/** μ + σ·ε, row by row; noise [n,k]. */
function place(mu: NdArray, logSigma: NdArray, noise: NdArray): NdArray {
  const k = mu.data.length;
  return mapped(noise, (e, i) => mu.data[i % k]! + Math.exp(logSigma.data[i % k]!) * e);
}

/** log σ with sizes in [low, high], of both signs where low > 0: never 0, where σ, σ² and log σ are mixed up unseen. */
function spreads(random: Random, k: number, low: number, high: number): NdArray {
  return mapped(random.uniforms([k], low, high), (value, j) => (j % 2 === 0 ? -value : value));
}

/** n samples of q in k dimensions, and numbers logH that have nothing to do with it. */
export function randomInput(seed: number, id: string, title: string, [n, k]: readonly [number, number]): Input {
  const random = derive(seed, `score-function/${id}`);
  const mu = mapped(random.uniforms([k], 0.3, 2), (value, j) => (j % 3 === 1 ? -value : value));
  const logSigma = spreads(random, k, 0.3, 1.1);
  const z = place(mu, logSigma, random.normals([n, k]));
  const logH = mapped(random.normals([n]), (value) => 2 * value - 3);
  return { id, title, mu, logSigma, z, logH };
}

export function ordinaryInputs(seed: number): Input[] {
  const unit = randomInput(seed, 'unit', 'σ = 1 in both dimensions', [7, 2]);
  return [
    randomInput(seed, 'eight', 'eight samples in three dimensions', [8, 3]),
    randomInput(seed, 'one-dimension', 'six samples in one dimension (k = 1)', [6, 1]),
    randomInput(seed, 'one-sample', 'a single sample (n = 1) in four dimensions', [1, 4]),
    randomInput(seed, 'one-of-one', 'a single sample in one dimension', [1, 1]),
    randomInput(seed, 'square', 'as many samples as dimensions (n = k = 5)', [5, 5]),
    randomInput(seed, 'wide', 'three samples in seven dimensions', [3, 7]),
    randomInput(seed, 'many', 'two hundred samples in two dimensions', [200, 2]),
    {
      ...unit,
      logSigma: NdArray.zeros([2]),
      z: place(unit.mu, NdArray.zeros([2]), derive(seed, 'score-function/unit').normals([7, 2])),
    },
  ];
}

/** Inputs at the ends of the range; every true value is an ordinary finite number. */
export function extremeInputs(seed: number): Input[] {
  const base = (id: string, title: string, size: readonly [number, number] = [6, 3]): Input =>
    randomInput(seed, `extreme-${id}`, title, size);
  const noise = (id: string, n: number, k: number): NdArray =>
    derive(seed, `score-function/noise/${id}`).normals([n, k]);
  const far = base('far', 'samples some sixty standard deviations away, where q is 0 to a computer');
  const above = base('above', 'log h near 10,000');
  const below = base('below', 'log h near −10,000');
  const mixed = base('mixed', 'log h between −100,000 and 100,000');
  const centre = base('centre', 'samples that are all μ');
  const narrow = base('narrow', 'σ near e⁻¹⁵');
  const broad = base('broad', 'σ near e¹⁵');
  const high = base('dimensions', 'two samples in 800 dimensions', [2, 800]);
  /** Everything in units of σ: μ as well, so that z − μ does not lose its digits. */
  const rescaled = (input: Input, by: number): Input => {
    const logSigma = mapped(input.logSigma, (value) => value + by);
    const mu = mapped(input.mu, (value) => value * Math.exp(by));
    return { ...input, mu, logSigma, z: place(mu, logSigma, noise(input.id, 6, 3)) };
  };
  return [
    {
      ...far,
      z: place(
        far.mu,
        far.logSigma,
        mapped(noise('far', 6, 3), (e) => Math.sign(e) * (60 + e)),
      ),
    },
    { ...above, logH: mapped(above.logH, (value) => 1e4 + 5 * value) },
    { ...below, logH: mapped(below.logH, (value) => -1e4 + 5 * value) },
    { ...mixed, logH: derive(seed, 'score-function/mixed').uniforms([6], -1e5, 1e5) },
    { ...centre, z: place(centre.mu, centre.logSigma, NdArray.zeros([6, 3])) },
    rescaled(narrow, -15),
    rescaled(broad, 15),
    high,
  ];
}

/** An input whose samples stand for all of q, and what the estimate is on average over q. */
export interface GaussianInput extends Input {
  expected: Record<Part, number[]>;
}

/**
 * h a Gaussian with correlations, z a cubature of q. The estimate is a polynomial of degree 4 in z (the score is of degree 2,
 * log h − log q too), which the cubature averages exactly: what it gives is the expectation itself, without noise.
 */
export function gaussianInputs(seed: number): GaussianInput[] {
  return (
    [
      ['line', 'a Gaussian h in one dimension', 1],
      ['plane', 'a correlated Gaussian h in two dimensions', 2],
      ['space', 'a correlated Gaussian h in three dimensions', 3],
    ] as const
  ).map(([id, title, k]) => {
    const random = derive(seed, `score-function/gaussian/${id}`);
    const { mu, logSigma } = randomInput(seed, `gaussian-${id}`, title, [1, k]);
    const z = place(mu, logSigma, standardNormalCubature(random, k));
    const root = random.normals([k, k]);
    // Λ = ½ I + root rootᵀ: symmetric and positive.
    const precision = NdArray.zeros([k, k]);
    for (let a = 0; a < k; a++) {
      for (let b = 0; b < k; b++) {
        let sum = a === b ? 0.5 : 0;
        for (let c = 0; c < k; c++) sum += root.data[a * k + c]! * root.data[b * k + c]!;
        precision.data[a * k + b] = sum;
      }
    }
    const target = { m: random.normals([k]), precision, constant: -1.5 };
    const expected = expectedGradient(target, { mu, logSigma });
    return { id, title, mu, logSigma, z, logH: logTarget(target, z), expected };
  });
}

/** h = q: the estimate is 0 for any samples. */
export function optimalInputs(seed: number): Input[] {
  return (
    [
      ['optimal', 'five samples in three dimensions', [5, 3]],
      ['optimal-single', 'a single sample in one dimension', [1, 1]],
    ] as const
  ).map(([id, title, size]) => {
    const input = randomInput(seed, id, title, size);
    return { ...input, logH: logDensity(input) };
  });
}
