import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NdArray } from '../../harness/model/value.ts';
import { maxAbs } from '../../harness/numerics/compare.ts';
import {
  add,
  determinant,
  dot,
  expm,
  expmFrechet,
  expmFrechetAdjoint,
  identity,
  inverse,
  logAbsDeterminant,
  lu,
  matmul,
  norm1,
  normFrobenius,
  normInf,
  scale,
  solve,
  symmetricEigen,
  trace,
  transpose,
} from '../../harness/numerics/linalg.ts';
import { derive, type Random } from '../../harness/numerics/random.ts';

// Always the same draws: a bound on rounding must not be missed by chance in somebody else's run.
fc.configureGlobal({ seed: 20260 });

const distance = (a: NdArray, b: NdArray): number => normFrobenius(add(a, b, -1));
const seedAndSide = fc.tuple(fc.integer(), fc.integer({ min: 1, max: 12 }));
const random = (seed: number, label: string): Random => derive(seed, label);

describe('LU', () => {
  test('solve, inverse and determinant agree with their definitions', () => {
    fc.assert(
      fc.property(seedAndSide, ([seed, n]) => {
        const a = add(random(seed, 'a').normals([n, n]), identity(n), 4 * Math.sqrt(n));
        const b = random(seed, 'b').normals([n, 3]);
        expect(distance(matmul(a, solve(a, b)), b)).toBeLessThan(1e-10 * normFrobenius(b));
        expect(distance(matmul(inverse(a), a), identity(n))).toBeLessThan(1e-10 * n);
        expect(Math.log(Math.abs(determinant(a)))).toBeCloseTo(logAbsDeterminant(a), 10);
        expect(determinant(transpose(a)) / determinant(a)).toBeCloseTo(1, 10);
        expect(solve(lu(a), b).data).toEqual(solve(a, b).data);
      }),
      { numRuns: 50 },
    );
  });

  test('known values, pivoting, singular', () => {
    expect(determinant(NdArray.of([0, 1, 1, 0], [2, 2]))).toBe(-1);
    expect(determinant(NdArray.of([2, 7, 1, 3, 0, 4, 5, 1, 9], [3, 3]))).toBeCloseTo(-54, 12);
    expect(Math.abs(determinant(NdArray.of([1, 2, 2, 4], [2, 2])))).toBe(0);
    expect(() => inverse(NdArray.of([1, 2, 2, 4], [2, 2]))).toThrow(/singular/);
    expect(() => matmul(identity(2), identity(3))).toThrow(/multiply/);
    expect(() => trace(NdArray.of([1, 2]))).toThrow(/two axes/);
  });
});

describe('exp of a matrix', () => {
  test('closed forms', () => {
    const angle = 2.3;
    const rotation = expm(NdArray.of([0, -angle, angle, 0], [2, 2]));
    const expected = [Math.cos(angle), -Math.sin(angle), Math.sin(angle), Math.cos(angle)];
    expect(distance(rotation, NdArray.of(expected, [2, 2]))).toBeLessThan(1e-15);
    const nilpotent = expm(NdArray.of([0, 3, 5, 0, 0, 7, 0, 0, 0], [3, 3]));
    expect(distance(nilpotent, NdArray.of([1, 3, 5 + 10.5, 0, 1, 7, 0, 0, 1], [3, 3]))).toBeLessThan(1e-14);
    const diagonal = expm(NdArray.of([30, 0, 0, -30], [2, 2]));
    expect(diagonal.data[0]! / Math.exp(30)).toBeCloseTo(1, 12);
    expect(diagonal.data[3]! / Math.exp(-30)).toBeCloseTo(1, 12);
    expect(expm(NdArray.zeros([3, 3])).data).toEqual(identity(3).data);
    expect(() => expm(NdArray.of([Number.NaN], [1, 1]))).toThrow(/finite/);
  });

  test('exp(A)·exp(−A) = I, det exp A = e^{tr A}, against the Taylor series', () => {
    fc.assert(
      fc.property(seedAndSide, fc.double({ min: 0.01, max: 8, noNaN: true }), ([seed, n], size) => {
        const raw = random(seed, 'expm').normals([n, n]);
        const a = scale(raw, size / norm1(raw));
        const forward = expm(a);
        const backward = expm(scale(a, -1));
        const condition = norm1(forward) * norm1(backward);
        expect(distance(matmul(forward, backward), identity(n))).toBeLessThan(1e-13 * n * condition);
        expect(logAbsDeterminant(forward)).toBeCloseTo(trace(a), 8);
        let term = identity(n);
        let sum = identity(n);
        for (let k = 1; k < 80; k++) {
          term = scale(matmul(term, a), 1 / k);
          sum = add(sum, term);
        }
        expect(distance(forward, sum)).toBeLessThan(1e-13 * n * Math.exp(size));
      }),
      { numRuns: 50 },
    );
  });

  test('the Fréchet derivative: the integral, and adjointness', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const a = random(seed, 'a').normals([3, 3]);
        const e = scale(random(seed, 'e').normals([3, 3]), 1e3);
        const g = random(seed, 'g').normals([3, 3]);
        const derivative = expmFrechet(a, e);
        // ∫₀¹ exp((1−s)A) E exp(sA) ds by Gauss–Legendre on 8 pieces of 3 points.
        let integral = NdArray.zeros([3, 3]);
        const nodes: [number, number][] = [
          [-Math.sqrt(0.6), 5 / 18],
          [0, 8 / 18],
          [Math.sqrt(0.6), 5 / 18],
        ];
        for (let piece = 0; piece < 8; piece++) {
          for (const [node, weight] of nodes) {
            const s = (piece + 0.5 + node / 2) / 8;
            const term = matmul(matmul(expm(scale(a, 1 - s)), e), expm(scale(a, s)));
            integral = add(integral, term, weight / 8);
          }
        }
        expect(distance(integral, derivative)).toBeLessThan(1e-4 * normFrobenius(derivative));
        const left = dot(g, derivative);
        const right = dot(expmFrechetAdjoint(a, g), e);
        const size = normFrobenius(derivative) * normFrobenius(g);
        expect(Math.abs(left - right)).toBeLessThan(1e-12 * size);
      }),
      { numRuns: 30 },
    );
    expect(maxAbs(expmFrechet(identity(2), NdArray.zeros([2, 2])).data)).toBe(0);
  });
});

describe('symmetric eigenvalues', () => {
  const check = (a: NdArray): void => {
    const n = a.shape[0]!;
    const { values, vectors } = symmetricEigen(a);
    const size = Math.max(normFrobenius(a), 1e-300);
    expect(distance(matmul(vectors, transpose(vectors)), identity(n))).toBeLessThan(1e-13 * n);
    const lambda = NdArray.zeros([n, n]);
    for (let i = 0; i < n; i++) lambda.data[i * n + i] = values[i]!;
    expect(distance(matmul(matmul(transpose(vectors), lambda), vectors), a)).toBeLessThan(1e-13 * n * size);
    for (let i = 1; i < n; i++) expect(values[i - 1]!).toBeGreaterThanOrEqual(values[i]!);
  };

  test('random matrices', () => {
    fc.assert(
      fc.property(seedAndSide, ([seed, n]) => {
        const raw = random(seed, 'eigen').normals([n, n]);
        check(add(raw, transpose(raw)));
      }),
      { numRuns: 100 },
    );
  });

  test('low rank, repeated and zero eigenvalues, zero rows, one entry', () => {
    const tall = derive(3, 'low rank').normals([30, 4]);
    check(matmul(tall, transpose(tall)));
    check(identity(7));
    check(NdArray.zeros([5, 5]));
    check(NdArray.of([3], [1, 1]));
    check(NdArray.of([2, 0, 0, 0, 0, 0, 0, 0, 2], [3, 3]));
    check(NdArray.of([1, 1e-200, 1e-200, 1], [2, 2]));
    const graded = NdArray.zeros([12, 12]);
    for (let i = 0; i < 12; i++) for (let j = 0; j < 12; j++) graded.data[i * 12 + j] = 10 ** -(i + j);
    check(graded);
    expect(Array.from(symmetricEigen(NdArray.of([2, 1, 1, 2], [2, 2])).values)).toEqual(
      [3, 1].map((x) => expect.closeTo(x, 14)),
    );
    expect(() => symmetricEigen(NdArray.of([Number.NaN], [1, 1]))).toThrow(/finite/);
  });

  test('a large one', () => {
    const raw = derive(4, 'large').normals([120, 120]);
    check(add(raw, transpose(raw)));
  });
});

test('norms', () => {
  const a = NdArray.of([1, -2, 3, 4], [2, 2]);
  expect([norm1(a), normInf(a), trace(a)]).toEqual([6, 7, 5]);
  expect(normFrobenius(a)).toBeCloseTo(Math.sqrt(30), 14);
});
