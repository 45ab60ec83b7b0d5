import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { NdArray } from '../../../harness/model/value.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { drawDigits } from '../../../reference/datasets/mnist.ts';
import exercise from '../../../reference/mathdnn-hw10/nice-inpainting/exercise.ts';
import { ascend, densityAt, latentOf } from '../../../reference/mathdnn-hw10/nice-inpainting/flow.ts';
import {
  drawDigitHole,
  drawHole,
  drawModel,
  drawPoints,
  rowsOf,
  withLargeLatents,
} from '../../../reference/mathdnn-hw10/nice-inpainting/inputs.ts';
import { differenceRows, jacobianOf } from '../../../reference/mathdnn-hw10/nice-inpainting/jacobian.ts';
import { trainedModel } from '../../../reference/mathdnn-hw10/nice-inpainting/weights.ts';
import { WEIGHTS_SHA256 } from '../../../reference/mathdnn-hw10/nice-inpainting/weights-digest.ts';
import { decodeModel, encodeModel, type Model } from '../../../reference/mathdnn-hw10/nice-inpainting/weights-file.ts';
import { distance, numbersOf, referenceOutcomes } from '../reference-outcomes.ts';

const FOLDER = '../../../reference/mathdnn-hw10/nice-inpainting/';
const near = (file: string): Buffer => readFileSync(new URL(`${FOLDER}${file}`, import.meta.url));

describe('the weights file', () => {
  const sizes = fc.record({
    seed: fc.integer({ min: 0, max: 1e6 }),
    D: fc.integer({ min: 1, max: 4 }).map((pairs) => 2 * pairs),
    hidden: fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }),
  });

  test('gives back what went in, as float32 numbers', () => {
    fc.assert(
      fc.property(sizes, ({ seed, D, hidden }) => {
        const model = drawModel(derive(seed, 'weights'), { D, hidden });
        const again = decodeModel(encodeModel(model));
        expect(again.scale).toEqual(single(model.scale));
        expect(again.couplings).toEqual(
          model.couplings.map((layers) =>
            layers.map(({ kernel, bias }) => ({ kernel: single(kernel), bias: single(bias) })),
          ),
        );
      }),
      { numRuns: 50 },
    );
  });

  test('with any byte changed, or cut off, is refused', () => {
    const file = encodeModel(drawModel(derive(1, 'damage'), { D: 4, hidden: [2] }));
    fc.assert(
      fc.property(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const damaged = Buffer.from(file);
        damaged[at] = damaged[at]! ^ by;
        expect(() => decodeModel(damaged)).toThrow(/file/);
        expect(() => decodeModel(file.subarray(0, at))).toThrow(/file/);
      }),
      { numRuns: 50 },
    );
  });
});

describe('the trained flow', () => {
  const log = JSON.parse(near('training-log.json').toString()) as {
    sha256: string;
    heldOutBitsPerDimension: number;
    greatestScale: number;
    epochs: { loss: number }[];
  };

  test('is that of the log, with 392 pairs of pixels', () => {
    expect(log.sha256).toBe(WEIGHTS_SHA256);
    const model = trainedModel();
    expect(model.couplings.map((layers) => layers.map(({ kernel }) => kernel.shape))).toEqual(
      new Array(4).fill([
        [392, 64],
        [64, 392],
      ]),
    );
    expect(Math.exp(Math.max(...model.scale.data))).toBeCloseTo(log.greatestScale, 3);
    expect(near('nice-mnist.bin').length).toBeLessThan(900_000);
    expect(log.epochs.at(-1)!.loss).toBeLessThan(log.epochs[0]!.loss - 200);
  });

  test('has on held-out digits the bits per dimension that the log states', () => {
    const random = derive(3, 'bits');
    const { images } = drawDigits(random, 150, { split: 'test' });
    const bits = rowsOf(images).map((row) => {
      const x = row.map((p) => (Math.round(255 * p) + random.uniform()) / 256);
      return (-densityAt(trainedModel(), x).value / 784 + Math.log(256)) / Math.LN2;
    });
    const mean = bits.reduce((sum, b) => sum + b, 0) / bits.length;
    // 150 of 1431 digits: their mean has a standard error of 0.02. Grey values without a model have 8 bits.
    expect(Math.abs(mean - log.heldOutBitsPerDimension)).toBeLessThan(0.1);
  });

  test('takes an ascent in steps of the size that is asked for without leaps: what differs a little stays so', () => {
    const { image, mask } = drawDigitHole(derive(7, 'leaps'), 'square');
    const nudged = image.data.map((x, k) => (mask.data[k] === 1 ? x : x + 1e-6 * Math.sin(k)));
    const options = { steps: 30, learningRate: 0.002 };
    const [a, b] = [image.data, nudged].map((start) => ascend(trainedModel(), start, mask.data, options));
    expect(distance([...a!.at(-1)!.pixels], [...b!.at(-1)!.pixels])).toBeLessThan(2e-6);
    for (const [i, { density }] of a!.entries()) {
      if (i > 0) expect(density.value).toBeGreaterThan(a![i - 1]!.density.value);
    }
  });
});

describe('the flow in plain arithmetic', () => {
  const { model, x } = drawPoints(5, 'plain', '', { D: 6, hidden: [5, 4], n: 3 });

  test('has the gradient that its differences have', () => {
    for (const row of rowsOf(x)) {
      const { gradient } = densityAt(model, row);
      for (let k = 0; k < row.length; k++) {
        const side = (h: number): number => densityAt(model, row.with(k, row[k]! + h)).value;
        expect(gradient[k]).toBeCloseTo((side(1e-5) - side(-1e-5)) / 2e-5, 7);
      }
    }
  });

  test('worked by hand: one pair, networks of one layer', () => {
    const layer = (w: number, b: number) => [{ kernel: NdArray.of([w], [1, 1]), bias: NdArray.of([b]) }];
    const small: Model = {
      couplings: [layer(2, 1), layer(-1, 0), layer(0, 0), layer(0, 0.5)],
      scale: NdArray.of([0, Math.LN2]),
    };
    // (1, 3) → (1 + 7, 3) → (8, 3 − 8) → (8, −5) → (8, −4.5), then (8, −9).
    expect([...latentOf(small, [1, 3])]).toEqual([8, -9]);
    const softplus = (a: number): number => Math.log(1 + Math.exp(a));
    const expected = Math.LN2 - softplus(8) - softplus(-8) - softplus(-9) - softplus(9);
    expect(densityAt(small, [1, 3]).value).toBeCloseTo(expected, 12);
  });
});

test('differences of rows are the Jacobian of a linear map', () => {
  const A = [
    [1, 2],
    [-3, 0.5],
  ];
  const rows = differenceRows([0.3, -0.7]);
  const images = rowsOf(rows).flatMap((row) => A.map((a) => a[0]! * row[0]! + a[1]! * row[1]!));
  expect(distance([...jacobianOf(NdArray.of(images, [4, 2])).data], A.flat())).toBeLessThan(1e-12);
});

describe('inputs', () => {
  test('large latents are as large as asked for', () => {
    const points = withLargeLatents(drawPoints(9, 'large', '', { D: 6, hidden: [5], n: 2 }), 750);
    const sizes = rowsOf(points.x).flatMap((row) => [...latentOf(points.model, row)].map(Math.abs));
    expect(Math.max(...sizes)).toBeCloseTo(750, 6);
  });

  test('holes are float32 numbers in [0, 1]; the ascent rises and comes to an end of the range', () => {
    for (const seed of [1, 2, 3]) {
      const { model, image, mask, options } = drawHole(seed, 'test', '', {
        ...{ D: 8, hidden: [6], steps: 20, learningRate: 0.05 },
      });
      for (const x of image.data) expect(Math.fround(x) === x && x >= 0 && x <= 1).toBe(true);
      const path = ascend(model, image.data, mask.data, options);
      const likelihoods = path.map(({ density }) => density.value);
      expect(likelihoods).toEqual([...likelihoods].sort((a, b) => a - b));
      const missing = [...path.at(-1)!.pixels].filter((_, k) => mask.data[k] === 0);
      expect(missing.some((x) => x === 0 || x === 1)).toBe(true);
    }
  });

  test('digits have noise in the hole only', () => {
    for (const kind of ['band', 'square'] as const) {
      const { image, mask } = drawDigitHole(derive(2, kind), kind);
      const missing = [...mask.data].filter((m) => m === 0).length;
      expect(missing).toBe(kind === 'band' ? 168 : 121);
      for (const x of image.data) expect(Math.fround(x) === x && x >= 0 && x <= 1).toBe(true);
    }
  });

  test('are the same every time, and others under another seed', () => {
    const draw = (seed: number) => drawHole(seed, 'same', '', { D: 4, hidden: [3], steps: 2, learningRate: 0.05 });
    expect(draw(4)).toEqual(draw(4));
    expect(draw(4).image).not.toEqual(draw(5).image);
  });
});

describe('the reference', async () => {
  const seed = 7;
  const cases = await referenceOutcomes('nice-inpainting', seed);
  const checks = exercise.checks(seed);

  test('agrees with plain arithmetic on log-density and gradient, also for latents of several hundred', () => {
    for (const [id, sizes] of [
      ['several', { D: 6, hidden: [5], n: 4 }],
      ['one-row', { D: 4, hidden: [6], n: 1 }],
      ['one-pair', { D: 2, hidden: [4], n: 3 }],
      ['deep', { D: 8, hidden: [5, 4], n: 3 }],
    ] as const) {
      const { model, x } = drawPoints(seed, `flow-${id}`, '', sizes);
      const found = rowsOf(x).map((row) => densityAt(model, row));
      const values = found.map(({ value }) => value);
      expect(distance(numbersOf(cases, `values-logProb/flow-${id}`), values), id).toBeLessThan(1e-13);
      const cotangent = derive(seed, `nice-inpainting/cotangent/flow-${id}`).normals([sizes.n]).data;
      const gradient = found.flatMap((one, i) => [...one.gradient].map((g) => g * cotangent[i]!));
      const outcome = cases[`gradient-logProb-own/flow-${id}`]!.gradient!;
      const first = outcome.status === 'ok' && Array.isArray(outcome.value) ? outcome.value[0] : undefined;
      expect(distance([...(first as NdArray).data], gradient), id).toBeLessThan(1e-12);
    }
    const base = drawPoints(seed, 'flow-large-750', '', { D: 6, hidden: [5], n: 3 });
    const { model, x } = withLargeLatents(base, 750);
    const values = rowsOf(x).map((row) => densityAt(model, row).value);
    expect(distance(numbersOf(cases, 'extreme-logProb/flow-large-750'), values)).toBeLessThan(1e-13);
  });

  test('agrees with plain arithmetic on ascents, small and on a digit', () => {
    const { model, image, mask, options } = drawHole(seed, 'several', '', {
      ...{ D: 8, hidden: [6], steps: 20, learningRate: 0.05 },
    });
    const small = ascend(model, image.data, mask.data, options).at(-1)!.pixels;
    expect(distance(numbersOf(cases, 'values-inpaint/several'), [...small])).toBeLessThan(1e-12);
    const hole = drawDigitHole(derive(seed, 'nice-inpainting/digit/few-steps'), 'square');
    const steps = { steps: 3, learningRate: 0.003 };
    const digit = ascend(trainedModel(), hole.image.data, hole.mask.data, steps).at(-1)!.pixels;
    expect(distance(numbersOf(cases, 'digits/few-steps'), [...digit])).toBeLessThan(1e-11);
  });

  test('passes its own checks', () => {
    for (const check of checks) {
      const verdict = check.judge({ submission: cases, reference: cases, overrides: {} });
      expect(verdict.status, `${check.id}: ${verdict.summary}`).toBe('accepted');
    }
  });

  test('every check has a case, and ids are unique', () => {
    expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
    for (const { cases: all } of checks) expect(all.length).toBeGreaterThan(0);
  });
});

function single(array: NdArray): NdArray {
  return new NdArray(array.shape, Float64Array.from(array.data, Math.fround));
}
