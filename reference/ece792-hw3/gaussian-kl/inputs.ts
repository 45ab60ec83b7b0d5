import { NdArray } from '../../../harness/model/value.ts';
import {
  dot,
  logAbsDeterminant,
  matmul,
  scale,
  solve,
  symmetricEigen,
  trace,
  transpose,
} from '../../../harness/numerics/linalg.ts';
import { derive, type Random } from '../../../harness/numerics/random.ts';

/** Two Gaussians in k dimensions: means [k], covariances [k,k]. */
export interface Input {
  id: string;
  /** Reads well after "on". */
  title: string;
  mu0: NdArray;
  Sigma0: NdArray;
  mu1: NdArray;
  Sigma1: NdArray;
}

/** A symmetric positive definite matrix with these eigenvalues along random axes. */
function covariance(random: Random, eigenvalues: readonly number[], axes?: NdArray): NdArray {
  const Q = axes ?? randomAxes(random, eigenvalues.length);
  return symmetric(matmul(scaleColumns(Q, eigenvalues), transpose(Q)));
}

/** An orthogonal matrix: columns of normals, made orthogonal twice over (Gram–Schmidt), uniformly distributed. */
function randomAxes(random: Random, k: number): NdArray {
  const Q = random.normals([k, k]);
  const at = (i: number, j: number): number => Q.data[i * k + j]!;
  for (let j = 0; j < k; j++) {
    for (let round = 0; round < 2; round++) {
      for (let p = 0; p < j; p++) {
        let overlap = 0;
        for (let i = 0; i < k; i++) overlap += at(i, p) * at(i, j);
        for (let i = 0; i < k; i++) Q.data[i * k + j]! -= overlap * at(i, p);
      }
    }
    let square = 0;
    for (let i = 0; i < k; i++) square += at(i, j) ** 2;
    for (let i = 0; i < k; i++) Q.data[i * k + j]! /= Math.sqrt(square);
  }
  return Q;
}

function scaleColumns(a: NdArray, factors: readonly number[]): NdArray {
  const k = factors.length;
  return new NdArray(
    a.shape,
    Float64Array.from(a.data, (x, i) => x * factors[i % k]!),
  );
}

/** Exactly symmetric: both triangles are the mean of the two. */
function symmetric(a: NdArray): NdArray {
  const t = transpose(a).data;
  return new NdArray(
    a.shape,
    Float64Array.from(a.data, (x, i) => (x + t[i]!) / 2),
  );
}

/** n eigenvalues from `largest` down to `largest` / condition, evenly spread in the exponent. */
function spectrum(n: number, condition: number, largest = 1): number[] {
  return Array.from({ length: n }, (_, i) => largest * condition ** (n === 1 ? 0 : -i / (n - 1)));
}

function ordinary(seed: number, id: string, title: string, k: number): Input {
  const random = derive(seed, `gaussian-kl/${id}`);
  const eigenvalues = () => Array.from(random.uniforms([k], 0.4, 3).data);
  return {
    id,
    title,
    mu0: random.normals([k]),
    Sigma0: covariance(random, eigenvalues()),
    mu1: random.normals([k]),
    Sigma1: covariance(random, eigenvalues()),
  };
}

export function ordinaryInputs(seed: number): Input[] {
  const make = (id: string, title: string, k: number): Input => ordinary(seed, id, title, k);
  const sameMeans = make('same-means', 'two Gaussians with the same mean (k = 3)', 3);
  const sameCovariances = make('same-covariances', 'two Gaussians with the same covariance (k = 4)', 4);
  const diagonal = make('diagonal', 'diagonal covariances (k = 3)', 3);
  const far = make('far', 'means that are far apart (k = 5)', 5);
  const against = make('standard-normal', 'a full Σ₀ against Σ₁ = I (k = 3)', 3);
  const diagonalFirst = make('diagonal-first', 'a diagonal Σ₀ against a full Σ₁ (k = 3)', 3);
  const sameVariances = make('same-variances', 'equal means and variances, but other covariances (k = 4)', 4);
  return [
    make('three', 'full covariances in three dimensions', 3),
    make('two', 'full covariances in two dimensions', 2),
    make('twenty', 'full covariances in twenty dimensions', 20),
    { ...far, mu1: scale(far.mu1, 100) },
    { ...sameMeans, mu1: sameMeans.mu0 },
    { ...sameCovariances, Sigma1: sameCovariances.Sigma0 },
    { ...diagonal, Sigma0: diagonalOf(diagonal.Sigma0), Sigma1: diagonalOf(diagonal.Sigma1) },
    // Only one of the two is diagonal: a shorter formula chosen by a look at either of them alone shows.
    { ...against, Sigma1: identity(3) },
    { ...diagonalFirst, Sigma0: diagonalOf(diagonalFirst.Sigma0) },
    // All that tells these two Gaussians apart stands beside the diagonals.
    { ...sameVariances, mu1: sameVariances.mu0, Sigma1: halfWayToDiagonal(sameVariances.Sigma0) },
  ];
}

/** k = 1: variances on both sides of 1, so that a standard deviation shows. */
export function oneDimensional(seed: number): Input[] {
  const random = derive(seed, 'gaussian-kl/one');
  const one = (id: string, title: string, mu0: number, v0: number, mu1: number, v1: number): Input => ({
    id,
    title,
    mu0: NdArray.of([mu0]),
    Sigma0: NdArray.of([v0], [1, 1]),
    mu1: NdArray.of([mu1]),
    Sigma1: NdArray.of([v1], [1, 1]),
  });
  const draw = (lo: number, hi: number): number => lo + (hi - lo) * random.uniform();
  const v = draw(1.5, 3);
  return [
    one(
      'one-narrow',
      'one dimension, a narrow Gaussian against a wide one',
      draw(-1, 0),
      draw(0.2, 0.6),
      draw(0.5, 1),
      draw(2, 4),
    ),
    one(
      'one-wide',
      'one dimension, a wide Gaussian against a narrow one',
      draw(0, 1),
      draw(2, 4),
      draw(-2, -1),
      draw(0.2, 0.6),
    ),
    one('one-shift', 'one dimension, equal variances', draw(-1, 0), v, draw(1, 2), v),
  ];
}

/** Each pair once in one order and once in the other: what is asked for differs by more than a tenth. */
export function bothWays(seed: number): Input[] {
  const random = derive(seed, 'gaussian-kl/both-ways');
  const [narrow, wide] = [Array.from(random.uniforms([4], 0.2, 0.5).data), Array.from(random.uniforms([4], 2, 5).data)];
  const forth: Input = {
    id: 'forth',
    title: 'a narrow Gaussian as N₀ and a wide one as N₁',
    mu0: random.normals([4]),
    Sigma0: covariance(random, narrow),
    mu1: random.normals([4]),
    Sigma1: covariance(random, wide),
  };
  return [forth, { ...reversed(forth), id: 'back', title: 'the same two Gaussians the other way round' }];
}

export function reversed({ mu0, Sigma0, mu1, Sigma1, ...rest }: Input): Input {
  return { ...rest, mu0: mu1, Sigma0: Sigma1, mu1: mu0, Sigma1: Sigma0 };
}

/** Covariances with condition numbers up to 1e10. */
export function nearSingular(seed: number): Input[] {
  const random = derive(seed, 'gaussian-kl/near-singular');
  const means = (k: number) => ({ mu0: random.normals([k]), mu1: random.normals([k]) });
  const well = (k: number): NdArray => covariance(random, Array.from(random.uniforms([k], 0.5, 2).data));
  /** Both nearly singular in the same directions: N₁ is N₀ up to a change of scale and a turn within those. */
  const alike = (k: number, condition: number) => {
    const Q = scaleColumns(randomAxes(random, k), spectrum(k, Math.sqrt(condition)));
    const [C0, C1] = [well(k), well(k)];
    const shape = (C: NdArray): NdArray => symmetric(matmul(matmul(Q, C), transpose(Q)));
    const shift = matmul(Q, random.normals([k, 1])).data;
    const mu0 = random.normals([k]);
    const mu1 = NdArray.of(mu0.data.map((m, i) => m + shift[i]!));
    return { mu0, mu1, Sigma0: shape(C0), Sigma1: shape(C1) };
  };
  return [
    {
      id: 'first',
      title: 'a nearly singular Σ₀ (condition number 1e10)',
      ...means(5),
      Sigma0: covariance(random, spectrum(5, 1e10)),
      Sigma1: well(5),
    },
    {
      id: 'second',
      title: 'a nearly singular Σ₁ (condition number 1e10)',
      ...means(5),
      Sigma0: well(5),
      Sigma1: covariance(random, spectrum(5, 1e10)),
    },
    {
      id: 'alike-4',
      title: 'two covariances of condition number 1e4, singular in the same directions',
      ...alike(4, 1e4),
    },
    {
      id: 'alike-7',
      title: 'two covariances of condition number 1e7, singular in the same directions',
      ...alike(3, 1e7),
    },
    {
      id: 'alike-10',
      title: 'two covariances of condition number 1e10, singular in the same directions',
      ...alike(4, 1e10),
    },
    {
      id: 'twenty',
      title: 'nearly singular covariances in twenty dimensions (condition number 1e8)',
      ...alike(20, 1e8),
    },
    {
      id: 'correlated',
      title: 'two variables that are almost copies of each other (correlation 1 − 1e-9)',
      ...correlated(random),
    },
  ];
}

/** Standard deviations of about 1, correlation 1 − 1e-9: condition number 2e9. */
function correlated(random: Random): Omit<Input, 'id' | 'title'> {
  const s = 1 + random.uniform();
  const Sigma = (correlation: number): NdArray => NdArray.of([1, s * correlation, s * correlation, s * s], [2, 2]);
  return { mu0: random.normals([2]), mu1: random.normals([2]), Sigma0: Sigma(1 - 3e-9), Sigma1: Sigma(1 - 1e-9) };
}

/** The same two Gaussians twice; the divergence is 0. */
export function equalInputs(seed: number): Input[] {
  const twin = (input: Input): Input => ({ ...input, mu1: input.mu0, Sigma1: input.Sigma0 });
  const random = derive(seed, 'gaussian-kl/equal');
  const Sigma0 = covariance(random, spectrum(4, 1e10));
  const mu0 = random.normals([4]);
  return [
    twin(ordinary(seed, 'equal-three', 'a Gaussian and itself (k = 3)', 3)),
    twin(ordinary(seed, 'equal-twenty', 'a Gaussian and itself (k = 20)', 20)),
    twin(ordinary(seed, 'equal-one', 'a Gaussian and itself (k = 1)', 1)),
    {
      id: 'equal-singular',
      title: 'a nearly singular Gaussian and itself (condition number 1e10)',
      mu0,
      Sigma0,
      mu1: mu0,
      Sigma1: Sigma0,
    },
  ];
}

/**
 * The divergence does not depend on the unit of length. Powers of two, so that the entries are exact; the determinants are
 * about 1e361 and 1e-361, which no double holds. Variances near 1e-18 lie below every bound that takes a pivot for 0.
 */
export function otherUnits(seed: number): Input[] {
  const base = ordinary(seed, 'units', 'twenty dimensions', 20);
  const inUnits = (id: string, title: string, factor: number): Input => ({
    id,
    title,
    mu0: scale(base.mu0, factor),
    mu1: scale(base.mu1, factor),
    Sigma0: scale(base.Sigma0, factor * factor),
    Sigma1: scale(base.Sigma1, factor * factor),
  });
  return [
    { ...base, id: 'metres' },
    inUnits(
      'nanometres',
      'twenty dimensions in a unit 2³⁰ (about 1e9) times as small, where det Σ is about 1e361',
      2 ** 30,
    ),
    inUnits(
      'gigametres',
      'twenty dimensions in a unit 2³⁰ (about 1e9) times as large, where variances are about 1e-18',
      2 ** -30,
    ),
  ];
}

/**
 * How much an input amplifies rounding, relative to the result: Σ⁻¹ loses as many digits as the condition number of Σ has,
 * in every term that it takes part in, and so does log det. With eigenvalues λ of Σ a step of ε·λ_max in each of them
 * changes log det Σ by at most k·κ·ε, and tr(Σ₁⁻¹Σ₀) and the quadratic form by κ₁·ε of their own size. Measured on
 * elimination, Cholesky, explicit inverses and eigenvectors: errors are at most half of this times 2⁻⁵³.
 */
export function amplification({ mu0, Sigma0, mu1, Sigma1 }: Input): { absolute: number; relative: number } {
  const k = mu0.data.length;
  const difference = new NdArray(
    [k, 1],
    Float64Array.from(mu1.data, (m, i) => m - mu0.data[i]!),
  );
  const spread = trace(solve(Sigma1, Sigma0)) + dot(difference, solve(Sigma1, difference));
  const absolute = conditionNumber(Sigma0) * k + conditionNumber(Sigma1) * (spread + k);
  const kl = 0.5 * (spread - k + logAbsDeterminant(Sigma1) - logAbsDeterminant(Sigma0));
  return { absolute, relative: absolute / Math.abs(kl) };
}

export function conditionNumber(a: NdArray): number {
  const { values } = symmetricEigen(a);
  return values[0]! / values[values.length - 1]!;
}

function identity(k: number): NdArray {
  return diagonalOf(new NdArray([k, k], new Float64Array(k * k).fill(1)));
}

/** The mean of a matrix and its diagonal: the same diagonal to the last bit, positive definite where the matrix is. */
function halfWayToDiagonal(a: NdArray): NdArray {
  const diagonal = diagonalOf(a).data;
  return new NdArray(
    a.shape,
    Float64Array.from(a.data, (x, i) => (x + diagonal[i]!) / 2),
  );
}

function diagonalOf(a: NdArray): NdArray {
  const k = a.shape[0]!;
  return new NdArray(
    a.shape,
    Float64Array.from(a.data, (x, i) => (i % (k + 1) === 0 ? x : 0)),
  );
}
