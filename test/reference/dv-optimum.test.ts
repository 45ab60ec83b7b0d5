import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Observation } from '../../harness/model/observation.ts';
import { NdArray } from '../../harness/model/value.ts';
import exercise from '../../reference/image-registration/dv-optimum/exercise.ts';
import {
  extremeObjectives,
  type Input,
  positiveInputs,
  zeroInputs,
} from '../../reference/image-registration/dv-optimum/inputs.ts';
import { criticError, productOfMarginals } from '../../reference/image-registration/dv-optimum/truth.ts';
import { distance, numbersOf, referenceOutcomes } from './reference-outcomes.ts';

const SEEDS = [7, 31];
const TIGHT = 1e-12;

/** Cells as [critic, P_XZ, P_X P_Z], from sums written out anew. */
function cells({ f, joint }: Input): [number, number, number][] {
  const [m, n] = joint.shape as [number, number];
  const at = (i: number, j: number): number => joint.data[i * n + j]!;
  return Array.from(joint.data, (p, cell) => {
    const [i, j] = [Math.floor(cell / n), cell % n];
    let row = 0;
    let column = 0;
    for (let k = 0; k < n; k++) row += at(i, k);
    for (let k = 0; k < m; k++) column += at(k, j);
    return [f.data[cell]!, p, row * column];
  });
}

function objective(input: Input): number {
  const all = cells(input);
  const top = Math.max(...all.filter(([, , q]) => q > 0).map(([f]) => f));
  const mean = all.reduce((sum, [f, p]) => sum + p * f, 0);
  return mean - top - Math.log(all.reduce((sum, [f, , q]) => sum + (q > 0 ? q * Math.exp(f - top) : 0), 0));
}

const entropy = (p: Iterable<number>): number => {
  let sum = 0;
  for (const x of p) if (x > 0) sum -= x * Math.log(x);
  return sum;
};

/** By entropies, a route of its own: H(X) + H(Z) − H(X, Z). */
function information({ joint }: Input): number {
  const [m, n] = joint.shape as [number, number];
  const rows = new Float64Array(m);
  const columns = new Float64Array(n);
  joint.data.forEach((p, cell) => {
    rows[Math.floor(cell / n)]! += p;
    columns[cell % n]! += p;
  });
  return entropy(rows) + entropy(columns) - entropy(joint.data);
}

describe('how far a critic is from the optimum', () => {
  const joint = NdArray.of([0.1, 0.3, 0, 0.2, 0.4, 0], [2, 3]);
  const withZero = NdArray.of([0.5, 0, 0.25, 0.25], [2, 2]);
  const optimal = (table: NdArray, constant: number): NdArray => {
    const q = productOfMarginals(table).data;
    return new NdArray(
      table.shape,
      Float64Array.from(table.data, (p, i) => (p > 0 ? Math.log(p / q[i]!) + constant : Number.NEGATIVE_INFINITY)),
    );
  };

  test('marginals of a table that is not square', () => {
    const expected = [0.12, 0.28, 0, 0.18, 0.42, 0].map((q) => expect.closeTo(q, 15));
    expect(Array.from(productOfMarginals(joint).data)).toEqual(expected);
  });

  test('any constant is accepted', () => {
    fc.assert(
      fc.property(fc.double({ min: -1e3, max: 1e3, noNaN: true }), (constant) => {
        const found = criticError(optimal(withZero, constant), withZero);
        expect(found.onSupport).toBeLessThan(1e-12);
        expect(found.leaked).toBe(0);
        expect(found.constant).toBeCloseTo(constant, 9);
      }),
    );
  });

  test('what a cell of probability 0 lets through is weighed', () => {
    const f = optimal(withZero, 5);
    f.data[1] = 5 + Math.log(0.01); // weight P_X P_Z = 0.5 · 0.25
    expect(criticError(f, withZero).leaked).toBeCloseTo(0.01 * 0.125, 12);
    f.data[1] = -1e9;
    expect(criticError(f, withZero).leaked).toBe(0);
  });

  test('a column of probability 0 leaves the critic free', () => {
    const f = optimal(joint, 0);
    f.data[2] = 1e6;
    expect(criticError(f, joint).leaked).toBe(0);
  });

  test('one wrong cell shows, and NaN is never lost', () => {
    const f = optimal(joint, 0);
    f.data[0]! += 1e-4;
    expect(criticError(f, joint).onSupport).toBeGreaterThan(5e-5);
    f.data[0] = Number.NaN;
    expect(criticError(f, joint).onSupport).toBeNaN();
  });
});

describe.each(SEEDS)('inputs of seed %i', (seed) => {
  test('are distributions; zeros only where they are said to be', () => {
    for (const { id, joint, f } of [...positiveInputs(seed), ...zeroInputs(seed), ...extremeObjectives(seed)]) {
      expect(
        Array.from(joint.data).reduce((a, b) => a + b, 0),
        id,
      ).toBeCloseTo(1, 12);
      expect(f.shape).toEqual(joint.shape);
    }
    for (const { joint } of positiveInputs(seed)) expect(Math.min(...joint.data)).toBeGreaterThan(1e-4);
    for (const { id, joint } of zeroInputs(seed)) expect(Math.min(...joint.data) === 0, id).toBe(id !== 'tiny');
    const weightless = extremeObjectives(seed).find(({ id }) => id === 'weightless')!;
    const lost = cells(weightless).filter(([f]) => f === 300);
    expect(lost).toHaveLength(3);
    expect(lost.every(([, , q]) => q === 0)).toBe(true);
  });

  test('dependence is strong or absent, as their titles say', () => {
    const kl = (id: string): number => information(positiveInputs(seed).find((input) => input.id === id)!);
    expect(kl('three-by-four')).toBeGreaterThan(0.02);
    expect(Math.abs(kl('independent'))).toBeLessThan(1e-14);
    expect(kl('nearly')).toBeGreaterThan(1e-7);
    expect(kl('nearly')).toBeLessThan(1e-3);
  });
});

describe.each(SEEDS)('the reference under seed %i', async (seed) => {
  const cases: Observation['cases'] = await referenceOutcomes('dv-optimum', seed);

  test('the objective agrees with loops, large critics and zero cells included', () => {
    for (const [check, inputs] of [
      ['values', positiveInputs(seed)],
      ['extreme', extremeObjectives(seed)],
    ] as const) {
      for (const input of inputs) {
        const scale = Math.max(1, ...input.f.data.map(Math.abs));
        const error = Math.abs(numbersOf(cases, `${check}-dvObjective/${input.id}`)[0]! - objective(input));
        expect(error / scale, input.id).toBeLessThan(TIGHT);
      }
    }
  });

  test('the divergence agrees with the entropies', () => {
    for (const [check, inputs] of [
      ['values', positiveInputs(seed)],
      ['zero-cells', zeroInputs(seed)],
    ] as const) {
      for (const input of inputs) {
        const value = numbersOf(cases, `${check}-klDivergence/${input.id}`);
        expect(distance(value, [information(input)]), input.id).toBeLessThan(TIGHT);
      }
    }
  });

  test('the critic is optimal, without anything leaking', () => {
    for (const [check, inputs] of [
      ['critic', positiveInputs(seed)],
      ['critic-zero-cells', zeroInputs(seed)],
    ] as const) {
      for (const { id, joint } of inputs) {
        const f = NdArray.of(numbersOf(cases, `${check}/${id}`, 'critic'), joint.shape);
        const { onSupport, leaked } = criticError(f, joint);
        expect(onSupport, id).toBeLessThan(TIGHT);
        expect(leaked, id).toBe(0);
      }
    }
  });

  test('the bound is attained, and no random critic gets beyond', () => {
    for (const id of ['three-by-four', 'tall', 'row', 'zeros', 'coupling']) {
      const [at, kl, other] = ['value', 'divergence', 'other'].map((name) => numbersOf(cases, `attained/${id}`, name));
      expect(distance(at!, kl!), id).toBeLessThan(TIGHT);
      expect(other![0]).toBeLessThanOrEqual(kl![0]! + TIGHT);
    }
  });
});

test('every check has a case, and ids are unique', () => {
  const checks = exercise.checks(7);
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  for (const { cases } of checks) expect(cases.length).toBeGreaterThan(0);
});
