import type { NetLayer } from '../../../harness/model/call.ts';
import { NdArray, sizeOf } from '../../../harness/model/value.ts';
import { scale, symmetricEigen } from '../../../harness/numerics/linalg.ts';
import { derive } from '../../../harness/numerics/random.ts';

/**
 * Langevin's chain with a linear generator g(z) = W z + b, whose law is known exactly after any number of steps.
 *
 * A step is z' = (I − s²M/2) z + (s²/2) Wᵀ(x − b)/σ² + s·noise with M = I + WᵀW/σ². Along an eigenvector of M with
 * eigenvalue λ that is y' = a y + (s²/2) q + s·noise, a = 1 − s²λ/2, q the component of Wᵀ(x − b)/σ². After k steps from y₀
 * y is normal with mean aᵏ y₀ + (1 − aᵏ) q/λ and variance s² (1 − a²ᵏ)/(1 − a²). As k grows, these become q/λ and, since
 * 1 − a² = s²λ (1 − s²λ/4), 1/(λ (1 − s²λ/4)): mean M⁻¹Wᵀ(x − b)/σ² and covariance M⁻¹(I − s²M/4)⁻¹, the stationary law.
 */
export interface LinearChain {
  /** One linear layer; its kernel [d, pixels] is Wᵀ. */
  net: NetLayer[];
  z: NdArray;
  images: NdArray;
  sigma: number;
  stepSize: number;
}

export interface ChainSize {
  n: number;
  d: number;
  picture: [h: number, w: number, c: number];
  sigma: number;
  stepSize: number;
  /** Root mean square of the entries of W, times √d. */
  gain: number;
  /** Standard deviation of the latents at the start. */
  spread: number;
}

export function drawChain(seed: number, label: string, size: ChainSize): LinearChain {
  const random = derive(seed, `abp-langevin/${label}`);
  const { n, d, picture, sigma, stepSize, gain, spread } = size;
  const pixels = sizeOf(picture);
  const kernel = scale(random.normals([d, pixels]), gain / Math.sqrt(d));
  return {
    ...{ sigma, stepSize },
    // Far from the pictures, so that the way there is long beside the noise.
    net: [{ kernel, bias: random.uniforms([pixels], -2, -1), activation: 'linear' }],
    z: scale(random.normals([n, d]), spread),
    images: random.uniforms([n, ...picture]),
  };
}

/** s²/2 times the slope of the likelihood, Wᵀ(x − W z − b)/σ², at z [n, d]. */
export function likelihoodDrift({ net, z, images, sigma, stepSize }: LinearChain): Float64Array {
  const [{ kernel, bias }] = net as [NetLayer];
  const [d, pixels] = kernel.shape as [number, number];
  const n = z.shape[0]!;
  const result = new Float64Array(n * d);
  for (let i = 0; i < n; i++) {
    const off = Float64Array.from({ length: pixels }, (_, p) => images.data[i * pixels + p]! - bias.data[p]!);
    for (let j = 0; j < d; j++)
      for (let p = 0; p < pixels; p++) off[p]! -= kernel.data[j * pixels + p]! * z.data[i * d + j]!;
    for (let j = 0; j < d; j++) {
      let sum = 0;
      for (let p = 0; p < pixels; p++) sum += kernel.data[j * pixels + p]! * off[p]!;
      result[i * d + j] = ((stepSize ** 2 / 2) * sum) / sigma ** 2;
    }
  }
  return result;
}

/** The eigenvectors of M, and along them the starts and the linear terms of all chains. */
export interface Modes {
  n: number;
  d: number;
  s: number;
  /** λ, largest first. */
  values: Float64Array;
  /** Row i is the eigenvector of values[i]. */
  vectors: NdArray;
  /** Components of z₀, [n, d]. */
  start: Float64Array;
  /** Components q of Wᵀ(x − b)/σ², [n, d]. */
  pull: Float64Array;
}

export function modesOf(chain: LinearChain): Modes {
  const { net, z, sigma, stepSize: s } = chain;
  const [{ kernel }] = net as [NetLayer];
  const [d, pixels] = kernel.shape as [number, number];
  const n = z.shape[0]!;
  const m = NdArray.zeros([d, d]);
  for (let i = 0; i < d; i++)
    for (let j = 0; j < d; j++) {
      let sum = 0;
      for (let p = 0; p < pixels; p++) sum += kernel.data[i * pixels + p]! * kernel.data[j * pixels + p]!;
      m.data[i * d + j] = sum / sigma ** 2 + (i === j ? 1 : 0);
    }
  const { values, vectors } = symmetricEigen(m);
  // At z = 0 the slope of the likelihood is the linear term itself.
  const term = likelihoodDrift({ ...chain, z: NdArray.zeros([n, d]) }).map((x) => x / (s ** 2 / 2));
  return { ...{ n, d, s, values, vectors }, start: components(vectors, z.data, n), pull: components(vectors, term, n) };
}

/** Rows [n, d] in the basis of the eigenvectors. */
export function components(vectors: NdArray, rows: ArrayLike<number>, n: number): Float64Array {
  const d = vectors.shape[0]!;
  const result = new Float64Array(n * d);
  for (let i = 0; i < n; i++)
    for (let k = 0; k < d; k++) {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += vectors.data[k * d + j]! * rows[i * d + j]!;
      result[i * d + k] = sum;
    }
  return result;
}

/** Mean and standard deviation of a component y after some steps from `start`, along an eigenvector with eigenvalue λ. */
export type Law = (lambda: number, start: number, pull: number) => { mean: number; deviation: number };

/** The chain's own law after so many steps of size s. */
export function lawAfter(steps: number, s: number): Law {
  return (lambda, start, pull) => {
    const a = 1 - (s ** 2 * lambda) / 2;
    const power = a ** steps;
    return {
      mean: power * start + ((1 - power) * pull) / lambda,
      deviation: s * Math.sqrt((1 - power ** 2) / (1 - a ** 2)),
    };
  };
}

/** z [n, d] as numbers that are independent and standard normal if it follows the law, [n, d] in the eigenvectors' basis. */
export function standardised(
  { n, d, values, vectors, start, pull }: Modes,
  z: ArrayLike<number>,
  law: Law,
): Float64Array {
  return components(vectors, z, n).map((y, at) => {
    const { mean, deviation } = law(values[at % d]!, start[at]!, pull[at]!);
    return (y - mean) / deviation;
  });
}

/**
 * The sum over the latents of each chain, less its mean and divided by its standard deviation under the law: [n]. Noise that is the
 * same for all latents of a picture makes it large.
 */
export function standardisedSums(modes: Modes, z: ArrayLike<number>, law: Law): Float64Array {
  const { n, d, values, vectors, start, pull } = modes;
  const rows = standardised(modes, z, law);
  return Float64Array.from({ length: n }, (_, i) => {
    let [sum, variance] = [0, 0];
    for (let k = 0; k < d; k++) {
      let weight = 0;
      for (let j = 0; j < d; j++) weight += vectors.data[k * d + j]!;
      const factor = weight * law(values[k]!, start[i * d + k]!, pull[i * d + k]!).deviation;
      sum += factor * rows[i * d + k]!;
      variance += factor ** 2;
    }
    return sum / Math.sqrt(variance);
  });
}
