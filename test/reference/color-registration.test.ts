import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import type { Call } from '../../harness/model/call.ts';
import type { Observation } from '../../harness/model/observation.ts';
import { NdArray } from '../../harness/model/value.ts';
import { scale } from '../../harness/numerics/linalg.ts';
import exercise from '../../reference/image-registration/color-registration/exercise.ts';
import {
  exactInputs,
  grid,
  insideInputs,
  LEAST_DENOMINATOR,
  MARGIN,
  outsideInputs,
  thinInputs,
  type WarpInput,
} from '../../reference/image-registration/color-registration/inputs.ts';
import { KNOWN_READINGS } from '../../reference/image-registration/color-registration/readings.ts';
import { register } from '../../reference/image-registration/color-registration/solution.ts';
import { bandOf, readingsOf } from '../../reference/image-registration/color-registration/transform-checks.ts';
import { inBand, positionsOf, warp } from '../../reference/image-registration/color-registration/warp.ts';
import { colourPairs } from '../../reference/image-registration/registration/colour-pairs.ts';
import { failure } from '../checks/in-process.ts';
import { expectRepeatable } from './expect-repeatable.ts';
import { distance, numbersOf, referenceOutcomes } from './reference-outcomes.ts';

const SEED = 7;
const values = (seed: number): WarpInput[] => [...insideInputs(seed), ...exactInputs(seed)];
const edges = (seed: number): WarpInput[] => [...outsideInputs(seed), ...thinInputs(seed)];

describe('sampling on plain arrays', () => {
  // A 2×3 picture of one channel: columns at −1, 0, 1, rows at −1, 1.
  const image = NdArray.of([1, 2, 3, 4, 5, 6], [2, 3, 1]);
  const at = (x: number, y: number, border?: 'zero' | 'replicate'): number => {
    const H = NdArray.of([0, 0, x, 0, 0, y, 0, 0, 1], [3, 3]);
    return warp({ image, H, ...grid({ h: 2, w: 3 }) }, border === undefined ? {} : { border }).data[0]!;
  };

  test('on pixels, between them, and beyond the edge', () => {
    expect([at(-1, -1), at(0, -1), at(1, 1)]).toEqual([1, 2, 6]);
    expect(at(-0.5, -1)).toBe(1.5);
    expect(at(0.5, 0)).toBe(4);
    // A quarter of a pixel to the right of the last column.
    expect(at(1.25, -1)).toBe(2.25);
    expect([at(1.25, -1, 'zero'), at(1.25, -1, 'replicate'), at(2.5, 0)]).toEqual([0, 3, 0]);
  });

  test('a factor of H changes nothing', () => {
    for (const input of values(SEED)) {
      const other = warp({ ...input, H: scale(input.H, -2.5) });
      expect(distance(Array.from(other.data), Array.from(warp(input).data))).toBeLessThan(1e-12);
    }
  });

  test('the band is one pixel wide', () => {
    const inside = [
      [0, 0],
      [2, 1],
    ] as const;
    const band = [
      [-0.01, 0.5],
      [2.5, 0],
      [1, 1.9],
      [-0.9, -0.9],
    ] as const;
    const far = [
      [-1.1, 0.5],
      [3.2, 0],
      [0.5, 2.1],
    ] as const;
    for (const [x, y] of inside) expect(inBand(x, y, 2, 3)).toBe(false);
    for (const [x, y] of band) expect(inBand(x, y, 2, 3)).toBe(true);
    for (const [x, y] of far) expect(inBand(x, y, 2, 3)).toBe(false);
  });
});

describe.each([7, 31])('inputs of seed %i', (seed) => {
  test('keep clear of whole pixels and of small denominators', () => {
    for (const input of [...insideInputs(seed), ...edges(seed)]) {
      const [h, w] = input.image.shape as [number, number];
      const { px, py, denominators } = positionsOf(input);
      expect(denominators[0]).toBeGreaterThan(LEAST_DENOMINATOR);
      for (const [positions, n] of [
        [px, w],
        [py, h],
      ] as const) {
        if (n === 1) continue;
        for (const p of positions) if (p > -2 && p < n + 1) expect(Math.abs(p - Math.round(p))).toBeGreaterThan(MARGIN);
      }
    }
  });

  test('reach inside, into the band and beyond', () => {
    const shares = (input: WarpInput) => {
      const points = Array.from(warp(input).data);
      return { band: bandOf(input).filter(Boolean).length, zero: points.filter((value) => value === 0).length };
    };
    expect(shares(insideInputs(seed)[0]!)).toEqual({ band: 0, zero: 0 });
    const [shifted, zoomedOut, far] = outsideInputs(seed).map(shares);
    for (const one of [shifted!, zoomedOut!]) {
      expect(one.band).toBeGreaterThan(3);
      expect(one.zero).toBeGreaterThan(3);
    }
    expect(far!.zero).toBeGreaterThan(60);
    for (const input of thinInputs(seed)) expect(Math.min(...warp(input).data)).toBeGreaterThan(0.19);
    for (const input of exactInputs(seed)) expect(bandOf(input)).not.toContain(true);
  });

  test('tell every wrong reading from the right one, and each from the others', () => {
    const all = [...values(seed), ...edges(seed)];
    for (const { id, reading } of KNOWN_READINGS) {
      for (const border of ['fade', 'zero'] as const) {
        const results = all.map((input) => warp(input, { border, ...reading }));
        const differing = all.filter((input, i) => !right(input, results[i]!));
        expect(differing.length, id).toBeGreaterThan(0);
        const shared = differing.map((input) => readingsOf(input, results[all.indexOf(input)]!));
        const agreeing = KNOWN_READINGS.filter((known) => shared.every((ids) => ids.has(known.id)));
        expect(
          agreeing.map((known) => known.id),
          `${id} ${border}`,
        ).toEqual([id]);
      }
    }
  });

  function right(input: WarpInput, result: NdArray): boolean {
    const [fade, zero] = (['fade', 'zero'] as const).map((border) => warp(input, { border }).data);
    return result.data.every((value, i) => [fade, zero].some((one) => Math.abs(one![i]! - value) < 1e-8));
  }
});

describe('the reference', async () => {
  const cases: Observation['cases'] = await referenceOutcomes('color-registration', SEED);

  test('has the values of plain arrays, fading at the edge', () => {
    for (const [check, inputs] of [
      ['values', values(SEED)],
      ['edge', edges(SEED)],
    ] as const) {
      for (const input of inputs) {
        const found = numbersOf(cases, `${check}-perspectiveTransform/${input.id}`);
        expect(distance(found, Array.from(warp(input).data)), input.id).toBeLessThan(1e-12);
      }
    }
    const identity = exactInputs(SEED)[0]!;
    expect(numbersOf(cases, 'values-perspectiveTransform/identity')).toEqual(Array.from(identity.image.data));
  });

  /** By differences of the sampling on plain arrays, weighed by the cotangent that the check asks with. */
  test('has the gradients in the picture and in H', async () => {
    const check = exercise.checks(SEED).find(({ id }) => id === 'gradient-own-perspectiveTransform')!;
    const inputs = [...values(SEED), ...edges(SEED)];
    for (const one of check.cases) {
      const asked: Record<string, Call> = {};
      await one.plan(async (id, call) => {
        asked[id] = call;
        return failure();
      });
      const input = inputs.find(({ id }) => one.id === `${check.id}/${id}`)!;
      const cotangent = asked.gradient!.gradient!.cotangent!.data;
      const sum = (shifted: WarpInput): number =>
        Array.from(warp(shifted).data).reduce((all, value, i) => all + value * cotangent[i]!, 0);
      const outcome = cases[one.id]!.gradient!;
      if (outcome.status !== 'ok' || !Array.isArray(outcome.value)) throw new Error('no gradient');
      for (const [i, name] of (['image', 'H'] as const).entries()) {
        const found = Array.from((outcome.value[i] as NdArray).data);
        const truth = found.map(
          (_, entry) => (sum(moved(input, name, entry, 1e-5)) - sum(moved(input, name, entry, -1e-5))) / 2e-5,
        );
        expect(distance(found, truth), `${one.id} ${name}`).toBeLessThan(1e-8);
      }
    }
  });
});

function moved(input: WarpInput, name: 'image' | 'H', entry: number, by: number): WarpInput {
  const data = Float64Array.from(input[name].data);
  data[entry]! += by;
  return { ...input, [name]: new NdArray(input[name].shape, data) };
}

describe('registration', () => {
  test('has structure in one channel that is not red, and another one in each pair', () => {
    for (const seed of [7, 31]) {
      const structured = colourPairs(seed).map(({ pair }) => {
        const ranges = [0, 1, 2].map((channel) => {
          const values = [pair.fixed, pair.moving].map(({ data }) => data.filter((_, i) => i % 3 === channel));
          return values.map((list) => Math.max(...list) - Math.min(...list));
        });
        return ranges.map((both) => both.every((range) => range > 0.5));
      });
      expect(structured).toEqual([
        [false, true, false],
        [false, false, true],
      ]);
    }
  });

  test('by the reference: repeatable, one callback an iteration, nothing left behind', async () => {
    await tf.setBackend('cpu');
    const { pair } = colourPairs(SEED)[0]!;
    const [fixed, moving] = [pair.fixed, pair.moving].map(({ data, shape }) =>
      tf.tensor(Array.from(data), [...shape]),
    ) as [tf.Tensor, tf.Tensor];
    await expectRepeatable(register, fixed, moving, 4);
  });
});

test('every check has a case, and ids are unique', () => {
  const checks = exercise.checks(SEED);
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
  for (const { cases } of checks) expect(cases.length).toBeGreaterThan(0);
});
