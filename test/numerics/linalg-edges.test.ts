import { describe, expect, test } from 'vitest';
import { NdArray } from '../../harness/model/value.ts';
import {
  add,
  columnMeans,
  determinant,
  dot,
  expm,
  expmFrechet,
  identity,
  lu,
  matmul,
  norm1,
  normFrobenius,
  normInf,
  scale,
  solve,
  symmetricEigen,
  transpose,
} from '../../harness/numerics/linalg.ts';
import { derive } from '../../harness/numerics/random.ts';

const matrix = (rows: number[][]): NdArray => NdArray.of(rows.flat(), [rows.length, rows[0]?.length ?? 0]);
const distance = (a: NdArray, b: NdArray): number => normFrobenius(add(a, b, -1));

describe('shapes that do not fit', () => {
  test('are named', () => {
    const [two, three] = [NdArray.zeros([2, 3]), NdArray.zeros([3, 3])];
    expect(() => lu(two)).toThrow('a square matrix is needed, got shape [2,3]');
    expect(() => expm(two)).toThrow('a square matrix');
    expect(() => symmetricEigen(two)).toThrow('a square matrix');
    expect(() => solve(three, NdArray.zeros([2, 1]))).toThrow('cannot solve a system of 3 equations for shape [2,1]');
    expect(() => solve(three, NdArray.zeros([3]))).toThrow('a matrix has two axes, got shape [3]');
    expect(() => matmul(two, two)).toThrow('cannot multiply shapes [2,3] and [2,3]');
    expect(() => add(two, three)).toThrow('cannot add shapes [2,3] and [3,3]');
    expect(() => dot(two, three)).toThrow('cannot pair shapes [2,3] and [3,3]');
  });
});

describe('matrices', () => {
  test('products of long and of thin ones', () => {
    expect(matmul(matrix([[1, 2, 3]]), matrix([[4], [5], [6]]))).toEqual(matrix([[32]]));
    expect(matmul(matrix([[4], [5]]), matrix([[1, 2, 3]]))).toEqual(
      matrix([
        [4, 8, 12],
        [5, 10, 15],
      ]),
    );
    expect(
      matmul(
        matrix([
          [1, 2],
          [3, 4],
          [5, 6],
        ]),
        matrix([
          [1, 0, 2, 1],
          [0, 1, 1, 3],
        ]),
      ),
    ).toEqual(
      matrix([
        [1, 2, 4, 7],
        [3, 4, 10, 15],
        [5, 6, 16, 23],
      ]),
    );
  });

  test('transposed, scaled, added', () => {
    expect(
      transpose(
        matrix([
          [1, 2, 3],
          [4, 5, 6],
        ]),
      ),
    ).toEqual(
      matrix([
        [1, 4],
        [2, 5],
        [3, 6],
      ]),
    );
    expect(scale(matrix([[1, -2]]), 3)).toEqual(matrix([[3, -6]]));
    expect([add(matrix([[1, 2]]), matrix([[3, 5]])), add(matrix([[1, 2]]), matrix([[3, 5]]), -2)]).toEqual([
      matrix([[4, 7]]),
      matrix([[-5, -8]]),
    ]);
    expect(identity(3)).toEqual(
      matrix([
        [1, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ]),
    );
  });

  test('means over the first axis, whatever the rank', () => {
    expect(
      columnMeans(
        matrix([
          [1, -2],
          [3, 6],
        ]),
      ),
    ).toEqual(Float64Array.of(2, 2));
    expect(columnMeans(NdArray.of([1, 2, 3, 4, 5, 6, 7, 8], [2, 2, 2]))).toEqual(Float64Array.of(3, 4, 5, 6));
    expect(columnMeans(NdArray.of([4, 8]))).toEqual(Float64Array.of(6));
  });

  test('norms of small ones and of negative entries', () => {
    const small = matrix([
      [-0.1, 0.05, 0],
      [0.2, -0.3, 0.01],
    ]);
    expect([norm1(small), normInf(small)]).toEqual([expect.closeTo(0.35, 14), expect.closeTo(0.51, 14)]);
    expect(norm1(NdArray.zeros([2, 2]))).toBe(0);
    expect(normFrobenius(matrix([[3, 4]]))).toBe(5);
  });
});

describe('LU', () => {
  test('P·A = L·U with multipliers of at most one', () => {
    for (let seed = 0; seed < 40; seed++) {
      const n = 1 + (seed % 7);
      const a = derive(seed, 'pivots').normals([n, n]);
      const { factors, order, sign } = lu(a);
      const [lower, upper, permuted] = [identity(n), NdArray.zeros([n, n]), NdArray.zeros([n, n])];
      for (let i = 0; i < n; i++)
        for (let j = 0; j < n; j++) {
          (i > j ? lower : upper).data[i * n + j] = factors[i * n + j]!;
          permuted.data[i * n + j] = a.data[order[i]! * n + j]!;
          if (i > j) expect(Math.abs(factors[i * n + j]!)).toBeLessThanOrEqual(1);
        }
      expect(distance(matmul(lower, upper), permuted)).toBeLessThan(1e-13 * n);
      expect([1, -1]).toContain(sign);
    }
  });

  test('pivots: the first of the largest', () => {
    expect(
      lu(
        matrix([
          [1, 2],
          [-3, 4],
        ]),
      ).order,
    ).toEqual([1, 0]);
    expect(
      lu(
        matrix([
          [2, 1],
          [-2, 4],
        ]),
      ).order,
    ).toEqual([0, 1]);
    expect(
      lu(
        matrix([
          [1, 1, 0],
          [4, 0, 1],
          [-5, 2, 2],
        ]),
      ).order[0],
    ).toBe(2);
  });

  test('singular: a zero on the diagonal, no NaN', () => {
    for (const singular of [
      matrix([
        [0, 1],
        [0, 2],
      ]),
      matrix([
        [1, 2, 3],
        [2, 4, 6],
        [1, 0, 1],
      ]),
      NdArray.zeros([3, 3]),
    ]) {
      expect(Array.from(lu(singular).factors).every(Number.isFinite)).toBe(true);
      expect(determinant(singular) + 0).toBe(0);
      expect(() => solve(singular, NdArray.zeros([singular.shape[0]!, 1]))).toThrow('singular');
    }
    expect(
      determinant(
        matrix([
          [0, 0, 1],
          [1, 0, 0],
          [0, 1, 0],
        ]),
      ),
    ).toBe(1);
  });

  test('tiny pivots are not used: rounding stays small', () => {
    const a = matrix([
      [1e-20, 1],
      [1, 1],
    ]);
    const x = solve(a, matrix([[1], [2]]));
    expect(Array.from(x.data)).toEqual([expect.closeTo(1, 14), expect.closeTo(1, 14)]);
    const b = matrix([
      [1e-20, 1],
      [-1, 1],
    ]);
    expect(Array.from(solve(b, matrix([[1], [2]])).data)).toEqual([expect.closeTo(-1, 14), expect.closeTo(1, 14)]);
  });
});

describe('exp', () => {
  test('of nothing, of one number, of large numbers', () => {
    const empty = NdArray.zeros([0, 0]);
    expect(expm(empty)).toEqual(empty);
    for (const x of [-700, -6, -5.4, -5.3, 0, 1e-8, 1, 5.3, 5.4, 11, 100, 700]) {
      expect(expm(matrix([[x]])).data[0]! / Math.exp(x)).toBeCloseTo(1, 11);
    }
  });

  test('is exact to rounding on both sides of the first squaring', () => {
    for (const size of [0.1, 2.6, 2.7, 5, 10.7, 10.8]) {
      const rotated = expm(
        matrix([
          [0, -size],
          [size, 0],
        ]),
      );
      const expected = matrix([
        [Math.cos(size), -Math.sin(size)],
        [Math.sin(size), Math.cos(size)],
      ]);
      expect(distance(rotated, expected)).toBeLessThan(5e-15 * (1 + size));
    }
    expect(() =>
      expm(
        matrix([
          [Number.POSITIVE_INFINITY, 0],
          [0, 1],
        ]),
      ),
    ).toThrow('not finite');
  });

  test('the derivative in a direction of any size', () => {
    const a = derive(1, 'frechet').normals([3, 3]);
    const e = derive(2, 'frechet').normals([3, 3]);
    const once = expmFrechet(a, e);
    for (const size of [1e-200, 1e-3, 1e100]) {
      expect(distance(scale(expmFrechet(a, scale(e, size)), 1 / size), once)).toBeLessThan(1e-12 * normFrobenius(once));
    }
    expect(expmFrechet(a, NdArray.zeros([3, 3]))).toEqual(NdArray.zeros([3, 3]));
  });
});

describe('symmetric eigenvalues', () => {
  const residual = (a: NdArray): number => {
    const n = a.shape[0]!;
    const { values, vectors } = symmetricEigen(a);
    const lambda = NdArray.zeros([n, n]);
    for (let i = 0; i < n; i++) lambda.data[i * n + i] = values[i]!;
    expect(distance(matmul(vectors, transpose(vectors)), identity(n))).toBeLessThan(1e-13 * n);
    return distance(matmul(matmul(transpose(vectors), lambda), vectors), a) / normFrobenius(a);
  };
  const symmetric = (seed: number, n: number): NdArray => {
    const raw = derive(seed, 'symmetric').normals([n, n]);
    return add(raw, transpose(raw));
  };

  test('of matrices as large and as small as doubles allow', () => {
    const usual = symmetricEigen(symmetric(1, 6));
    for (const size of [1e-150, 1e-200, 1e150, 1e200]) {
      const { values, vectors } = symmetricEigen(scale(symmetric(1, 6), size));
      for (let i = 0; i < 6; i++) expect(values[i]! / size / usual.values[i]!).toBeCloseTo(1, 11);
      expect(distance(matmul(vectors, transpose(vectors)), identity(6))).toBeLessThan(1e-12);
    }
  });

  test('with couplings of one tiny and one large entry: no cancellation', () => {
    for (const tiny of [1e-5, 1e-8, 1e-12]) {
      for (const sign of [1, -1]) {
        const a = symmetric(2, 5);
        for (const [i, j] of [
          [2, 0],
          [3, 0],
          [4, 0],
          [3, 1],
          [4, 1],
        ] as const)
          a.data[i * 5 + j] = a.data[j * 5 + i] = tiny;
        a.data[5] = a.data[1] = sign;
        a.data[2 * 5 + 1] = a.data[5 + 2] = sign;
        expect(residual(a)).toBeLessThan(1e-14);
      }
    }
  });

  test('diagonal, in blocks, and of all sizes', () => {
    expect(
      Array.from(
        symmetricEigen(
          matrix([
            [3, 0, 0],
            [0, -1, 0],
            [0, 0, 7],
          ]),
        ).values,
      ),
    ).toEqual([7, 3, -1]);
    const blocks = NdArray.zeros([6, 6]);
    for (const at of [0, 2, 4]) {
      for (const [i, j, x] of [
        [0, 0, 2 + at],
        [1, 1, 1],
        [0, 1, 1],
        [1, 0, 1],
      ] as const)
        blocks.data[(at + i) * 6 + at + j] = x;
    }
    expect(residual(blocks)).toBeLessThan(1e-14);
    for (let n = 1; n <= 9; n++) expect(residual(symmetric(n, n))).toBeLessThan(1e-14);
    const mirrored = matrix([
      [0, 1],
      [1, 0],
    ]);
    expect(Array.from(symmetricEigen(mirrored).values)).toEqual([expect.closeTo(1, 14), expect.closeTo(-1, 14)]);
  });

  test('the upper triangle is not read, and NaN anywhere is refused', () => {
    expect(
      symmetricEigen(
        matrix([
          [2, 99],
          [1, 2],
        ]),
      ),
    ).toEqual(
      symmetricEigen(
        matrix([
          [2, 1],
          [1, 2],
        ]),
      ),
    );
    expect(() =>
      symmetricEigen(
        matrix([
          [1, 0],
          [Number.NaN, 1],
        ]),
      ),
    ).toThrow('not finite');
  });

  test('negative ones converge as well', () => {
    const negative = scale(add(symmetric(3, 8), identity(8), 30), -1);
    expect(residual(negative)).toBeLessThan(1e-14);
    const { values } = symmetricEigen(negative);
    expect(Array.from(values)).toEqual(
      Array.from(symmetricEigen(scale(negative, -1)).values)
        .reverse()
        .map((x) => expect.closeTo(-x, 12)),
    );
  });
});
