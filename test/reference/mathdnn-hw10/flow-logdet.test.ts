import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NdArray } from '../../../harness/model/value.ts';
import { logAbsDeterminant, matmul, transpose } from '../../../harness/numerics/linalg.ts';
import exercise, { eliminated } from '../../../reference/mathdnn-hw10/flow-logdet/exercise.ts';
import {
  extremeInputs,
  type Input,
  ordinaryInputs,
  permutationMatrix,
  randomInput,
  rearrangements,
} from '../../../reference/mathdnn-hw10/flow-logdet/inputs.ts';
import { convolution1x1, kernelMatrix, numericJacobian } from '../../../reference/mathdnn-hw10/flow-logdet/layers.ts';
import { numbersOf, referenceOutcomes } from '../reference-outcomes.ts';

const SEEDS = [7, 31];
const FUNCTIONS = ['logDetPLU', 'logDetConv1x1', 'logDetCouplingConv1x1'] as const;

const at = (matrix: NdArray, i: number, j: number): number => matrix.data[i * matrix.shape[1]! + j]!;
const total = (s: NdArray): number => Array.from(s.data).reduce((sum, x) => sum + Math.log(Math.abs(x)), 0);

describe('layers', () => {
  test('A by hand: P L (U + diag s) of two channels', () => {
    const kernel = {
      P: permutationMatrix([1, 0]),
      L: NdArray.of([1, 0, 3, 1], [2, 2]),
      U: NdArray.of([0, 5, 0, 0], [2, 2]),
      s: NdArray.of([2, -7]),
    };
    // L (U + S) = [[2, 5], [6, 15 − 7]], its rows exchanged.
    expect(Array.from(kernelMatrix(kernel).data)).toEqual([6, 8, 2, 5]);
  });

  test('the Jacobian of a convolution is A at every pixel and 0 between pixels; unchanged channels add the identity', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }), fc.boolean(), (m, n, coupling) => {
        const C = 2;
        const A = NdArray.of([1.5, -2, 0.25, 3], [C, C]);
        const first = coupling ? C : 0;
        const channels = first + C;
        const x = Float64Array.from({ length: m * n * channels }, (_, i) => Math.sin(i));
        const J = numericJacobian(convolution1x1(A, m, n, first), x);
        for (let i = 0; i < x.length; i++) {
          for (let j = 0; j < x.length; j++) {
            const [a, b] = [i % channels, j % channels];
            const samePixel = i - a === j - b;
            const inside = a >= first && b >= first ? at(A, a - first, b - first) : Number(a === b);
            expect(at(J, i, j)).toBeCloseTo(samePixel ? inside : 0, 12);
          }
        }
      }),
      { numRuns: 20 },
    );
  });
});

describe.each(SEEDS)('inputs of seed %i', (seed) => {
  const ordinary = ordinaryInputs(seed);
  const all = [...ordinary, ...extremeInputs(seed)];

  test('are what their names say: P a permutation, L unit lower, U strictly upper triangular, s without zeros', () => {
    for (const { id, P, L, U, s } of all) {
      const C = s.data.length;
      const product = matmul(P, transpose(P));
      for (let i = 0; i < C; i++) {
        expect(s.data[i], id).not.toBe(0);
        for (let j = 0; j < C; j++) {
          expect(at(product, i, j), id).toBe(Number(i === j));
          if (j >= i) expect(at(L, i, j), id).toBe(Number(i === j));
          if (j <= i) expect(at(U, i, j), id).toBe(0);
        }
      }
    }
  });

  test('reach the whole range', () => {
    const some = (holds: (input: Input) => boolean, among = ordinary): boolean => among.some(holds);
    for (const C of [1, 2, 3, 4, 5]) expect(some(({ s }) => s.data.length === C)).toBe(true);
    expect(some(({ m, n }) => m === n && m > 1)).toBe(true);
    expect(some(({ m, n }) => m > n && n > 1)).toBe(true);
    expect(some(({ m, n }) => m < n && m > 1)).toBe(true);
    expect(some(({ m, n }) => m === 1 && n === 1)).toBe(true);
    // Negative entries wherever the title does not say otherwise, and sums of both signs.
    for (const { id, s } of ordinary) expect(s.data.some((x) => x < 0) === (id !== 'positive'), id).toBe(true);
    expect(some(({ s }) => total(s) < -0.1) && some(({ s }) => total(s) > 0.1)).toBe(true);
    const product = ({ s }: Input): number => Math.abs(Array.from(s.data).reduce((p, x) => p * x, 1));
    expect(some((input) => product(input) === Number.POSITIVE_INFINITY, all)).toBe(true);
    expect(some((input) => product(input) === 0, all)).toBe(true);
  });

  test('what is exchanged keeps |det A| and changes A', () => {
    for (const input of ordinary.filter(({ id }) => id === 'three' || id === 'tall')) {
      const before = logAbsDeterminant(kernelMatrix(input));
      for (const { id, kernel } of rearrangements(seed, input)) {
        const A = kernelMatrix({ ...input, ...kernel });
        expect(logAbsDeterminant(A), id).toBeCloseTo(before, 10);
        expect(Array.from(A.data), id).not.toEqual(Array.from(kernelMatrix(input).data));
      }
    }
  });
});

describe.each(SEEDS)('the reference under seed %i', async (seed) => {
  const cases = await referenceOutcomes('flow-logdet', seed);

  test('agrees with the eliminated Jacobian on every ordinary input', () => {
    for (const fn of FUNCTIONS) {
      for (const input of ordinaryInputs(seed)) {
        const [value] = numbersOf(cases, `values-${fn}/${input.id}`);
        const truth = eliminated(fn, input, seed);
        expect(Math.abs(value! - truth) / Math.max(1, Math.abs(truth)), `${fn} ${input.id}`).toBeLessThan(1e-11);
      }
    }
  });

  test('agrees at the ends of the range with the exponents counted apart', () => {
    for (const fn of FUNCTIONS) {
      for (const { id, s, m, n } of extremeInputs(seed)) {
        const [value] = numbersOf(cases, `extreme-${fn}/${id}`);
        // Decimal: log|x| = log(mantissa) + exponent · log 10.
        const sum = Array.from(s.data).reduce((running, x) => {
          const [mantissa, exponent] = Math.abs(x).toExponential(17).split('e');
          return running + Math.log(Number(mantissa)) + Number(exponent) * Math.LN10;
        }, 0);
        const truth = fn === 'logDetPLU' ? sum : m * n * sum;
        expect(Math.abs(value! - truth), `${fn} ${id}`).toBeLessThan(1e-11 * Math.max(1, m * n * 100));
      }
    }
  });
});

test('eliminating A itself loses nothing on the inputs with extreme entries', () => {
  for (const input of extremeInputs(7).filter(({ id }) => id !== 'extreme-picture')) {
    expect(Math.abs(logAbsDeterminant(kernelMatrix(input)) - total(input.s)), input.id).toBeLessThan(1e-9);
  }
});

test('the same seed gives the same inputs, another seed others; ids are unique', () => {
  const one = (seed: number): Input => randomInput(seed, 'three', '', [3, 2, 5]);
  expect(one(7)).toEqual(one(7));
  expect(one(7)).not.toEqual(one(8));
  const checks = exercise.checks(7);
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  const ids = checks.flatMap((check) => check.cases.map(({ id }) => id));
  expect(new Set(ids).size).toBe(ids.length);
});
