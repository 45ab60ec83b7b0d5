import { describe, expect, test } from 'vitest';
import type { CaseOutcomes, Check } from '../../harness/model/exercise.ts';
import { NdArray } from '../../harness/model/value.ts';
import type { Verdict } from '../../harness/model/verdict.ts';
import { columnMeans, matmul, symmetricEigen, transpose } from '../../harness/numerics/linalg.ts';
import exercise from '../../reference/tub-sheet10/pca-inpainting/exercise.ts';
import { ok } from '../checks/in-process.ts';

interface Arguments {
  xn: NdArray;
  xr: NdArray;
  d: number;
}

const checkOf = (id: string, seed = 7): Check => exercise.checks(seed, 'quick').find((one) => one.id === id)!;

async function argumentsOf(check: Check, input: string): Promise<Arguments> {
  let seen: Arguments | undefined;
  await check.cases
    .find(({ id }) => id.endsWith(`/${input}`))!
    .plan(async (_, call) => {
      const [xn, xr, d] = call.args as [NdArray, NdArray, number];
      seen = { xn, xr, d };
      return ok(null);
    });
  return seen!;
}

function centred(images: NdArray): NdArray {
  const mean = columnMeans(images);
  return new NdArray(
    images.shape,
    Float64Array.from(images.data, (x, i) => x - mean[i % mean.length]!),
  );
}

function eigenvalues(images: NdArray): Float64Array {
  const x = centred(images);
  return Float64Array.from(symmetricEigen(matmul(x, transpose(x))).values);
}

describe('the training digits', () => {
  test.each([1, 7, 11])('have close eigenvalues at d = 10, and an iteration still ends (seed %i)', async (seed) => {
    const { xr, d } = await argumentsOf(checkOf('values', seed), 'd10');
    const values = eigenvalues(xr);
    expect(values[d - 1]! / values[d]!).toBeGreaterThan(1.1);
    expect(values[d - 1]! / values[d]!).toBeLessThan(1.4);
  });

  test.each([1, 7, 11])('have small eigenvalues, but far from zero, where they are faint (seed %i)', async (seed) => {
    const { xr, d } = await argumentsOf(checkOf('rank', seed), 'full');
    const [largest, last, beyond] = [0, d - 1, d].map((i) => eigenvalues(xr)[i]! / xr.shape[0]!) as [
      number,
      number,
      number,
    ];
    expect(last).toBeLessThan(1e-4);
    expect(last).toBeGreaterThan(1e-5);
    expect(last / largest).toBeGreaterThan(1e-3);
    expect(Math.abs(beyond)).toBeLessThan(1e-12 * largest);
  });
});

describe('names by what an input shows', () => {
  const verdictOf = (check: Check, change: (input: string, value: NdArray) => NdArray): Verdict => {
    const reference: Record<string, CaseOutcomes> = {};
    const submission: Record<string, CaseOutcomes> = {};
    for (const { id } of check.cases) {
      const n = { d10: 4, beyond: 3, 'one-digit': 2, 'one-component': 1, full: 2 }[id.split('/')[1]!] ?? 3;
      const value = new NdArray(
        [n, 784],
        Float64Array.from({ length: n * 784 }, (_, i) => Math.abs(Math.sin(i * i))),
      );
      reference[id] = { value: ok(value) };
      submission[id] = { value: ok(change(id.split('/')[1]!, value)) };
    }
    return check.judge({ submission, reference, overrides: {} });
  };
  const moved = (value: NdArray, by: number): NdArray =>
    new NdArray(
      value.shape,
      Float64Array.from(value.data, (x, i) => x + by * Math.cos(i * i)),
    );

  test('an iteration that stopped early: only where eigenvalues are close, and only by a little', () => {
    const values = checkOf('values');
    expect(verdictOf(values, (id, value) => moved(value, id === 'd10' ? 1e-4 : 0)).status).toBe('accepted');
    expect(verdictOf(values, (id, value) => moved(value, id === 'd10' ? 0.01 : 0)).mistake?.id).toBe('not-converged');
    expect(verdictOf(values, (_, value) => moved(value, 0.01)).mistake).toBeUndefined();
    expect(verdictOf(values, (id, value) => moved(value, id === 'd10' ? 1 : 0)).mistake).toBeUndefined();
  });

  test('components of eigenvalue 0: what is too much lies across the training digits', async () => {
    const rank = checkOf('rank');
    const { xn, xr } = await argumentsOf(rank, 'beyond');
    const mean = columnMeans(xr);
    // A direction in which no training digit differs from the mean: one of pixels at random, less what it has of theirs.
    const rows = new NdArray(
      [8, 784],
      Float64Array.from([
        ...centred(xr).data.slice(0, 7 * 784),
        ...Array.from({ length: 784 }, (_, k) => Math.sin(k * k)),
      ]),
    );
    const direction = lastOf(rows);
    const across = Float64Array.from({ length: 3 * 784 }, (_, i) => {
      const at = Math.floor(i / 784) * 784;
      return direction.reduce((sum, v, k) => sum + v * (xn.data[at + k]! - mean[k]!), 0) * direction[i % 784]!;
    });
    const added = (value: NdArray): NdArray =>
      new NdArray(
        value.shape,
        Float64Array.from(value.data, (x, i) => x + across[i]!),
      );
    const named = verdictOf(rank, (id, value) => (id === 'beyond' ? added(value) : value));
    expect(named).toMatchObject({ status: 'wrong-answer', mistake: { id: 'zero-components' } });
    expect(verdictOf(rank, (id, value) => moved(value, id === 'beyond' ? 0.1 : 0)).mistake).toBeUndefined();
    expect(verdictOf(rank, (id, value) => moved(value, id === 'full' ? 0.1 : 0)).mistake).toBeUndefined();
  });
});

/** The last row, of length 1, at right angles to those before it. */
function lastOf(rows: NdArray): Float64Array {
  const basis: Float64Array[] = [];
  for (let i = 0; i < rows.shape[0]!; i++) {
    const v = Float64Array.from(rows.data.slice(i * 784, (i + 1) * 784));
    for (let pass = 0; pass < 2; pass++)
      for (const u of basis) {
        const s = u.reduce((sum, x, k) => sum + x * v[k]!, 0);
        for (let k = 0; k < 784; k++) v[k]! -= s * u[k]!;
      }
    const length = Math.hypot(...v);
    if (length > 1e-9) basis.push(v.map((x) => x / length));
  }
  return basis.at(-1)!;
}
