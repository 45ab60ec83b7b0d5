import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { NdArray } from '../../../harness/model/value.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { drawFaces } from '../../../reference/datasets/faces.ts';
import { changeOf } from '../../../reference/ece792-hw3/vae-faces/attributes.ts';
import { readCodes, readPictures } from '../../../reference/ece792-hw3/vae-faces/codes.ts';
import { elboTerms, misfitOfMean } from '../../../reference/ece792-hw3/vae-faces/elbo.ts';
import exercise from '../../../reference/ece792-hw3/vae-faces/exercise.ts';
import { frechetShare } from '../../../reference/ece792-hw3/vae-faces/frechet.ts';
import { drawElbo } from '../../../reference/ece792-hw3/vae-faces/inputs.ts';
import * as solution from '../../../reference/ece792-hw3/vae-faces/solution.ts';
import { drawTraining, QUICK } from '../../../reference/ece792-hw3/vae-faces/training-data.ts';

const tensor = ({ data, shape }: NdArray): tf.Tensor => tf.tensor(Float32Array.from(data), [...shape]);
const array = (t: tf.Tensor): NdArray => new NdArray(t.shape, Float64Array.from(t.dataSync()));

describe('the formulas of the reference', () => {
  test.each([
    { n: 1, k: 1 },
    { n: 3, k: 5 },
    { n: 2, k: 100 },
  ])('negativeElbo is the sum of both terms, $n pictures and $k numbers a code', ({ n, k }) => {
    const input = drawElbo(3, `test-${n}-${k}`, '', { n, k });
    const { misfit, divergence } = elboTerms(input.x, input.xHat, { mu: input.mu, logVar: input.logVar, k });
    const value = solution.negativeElbo(
      ...([input.x, input.xHat, input.mu, input.logVar].map(tensor) as Parameters<typeof solution.negativeElbo>),
    );
    expect(value.dataSync()[0]! / (misfit + divergence)).toBeCloseTo(1, 4);
  });

  test('the divergence is the mean of log q − log p over draws of q', () => {
    const random = derive(5, 'monte carlo');
    const [mu, logVar] = [0.7, -1.1];
    const [draws, deviation] = [200_000, Math.exp(logVar / 2)];
    let sum = 0;
    for (let i = 0; i < draws; i++) {
      const eps = random.normal();
      sum += -logVar / 2 - eps ** 2 / 2 + (mu + deviation * eps) ** 2 / 2;
    }
    const codes = { mu: NdArray.of([mu], [1, 1]), logVar: NdArray.of([logVar], [1, 1]), k: 1 };
    const nothing = NdArray.zeros([1, 32, 32, 3]);
    // One standard error is 0.002.
    expect(elboTerms(nothing, nothing, codes).divergence).toBeCloseTo(sum / draws, 1);
    expect(Math.abs(elboTerms(nothing, nothing, codes).divergence - sum / draws)).toBeLessThan(0.012);
  });

  test('reparameterize takes e^(logVar/2) for the standard deviation', () => {
    const z = solution.reparameterize(tf.tensor([[1, 2]]), tf.tensor([[Math.log(4), 0]]), tf.tensor([[3, -1]]));
    expect(Array.from(z.dataSync())).toEqual([expect.closeTo(7, 5), expect.closeTo(1, 5)]);
  });
});

describe('the functions of the reference', () => {
  const random = derive(2, 'network');
  const params = solution.initVae(() => random.uniform());
  const { images } = drawFaces(random, 3);
  const x = tensor(images);

  test('codes and pictures have their shapes', () => {
    const { mu, logVar } = solution.encode(params, x);
    expect([mu.shape, logVar.shape]).toEqual([
      [3, 16],
      [3, 16],
    ]);
    expect(solution.decode(params, mu).shape).toEqual([3, 32, 32, 3]);
    expect(readCodes({ mu: array(mu), logVar: array(logVar) }, 3)).toMatchObject({ k: 16 });
  });

  test('ends of an interpolation are the reconstructions; a single frame is the first', () => {
    const parts = tf.unstack(x) as [tf.Tensor, tf.Tensor, tf.Tensor];
    const ends = array(solution.decode(params, solution.encode(params, x.slice([0, 0, 0, 0], [2, 32, 32, 3])).mu));
    const frames = array(solution.interpolate(params, parts[0], parts[1], 4));
    for (let i = 0; i < 3072; i++) {
      expect(frames.data[i]).toBeCloseTo(ends.data[i]!, 5);
      expect(frames.data[3 * 3072 + i]).toBeCloseTo(ends.data[3072 + i]!, 5);
    }
    expect(solution.interpolate(params, parts[0], parts[1], 1).shape).toEqual([1, 32, 32, 3]);
  });
});

describe('figures of what was learned', () => {
  const faces = drawFaces(derive(6, 'figures'), 120);
  const others = drawFaces(derive(7, 'figures'), 120);

  test('the distance of sampled faces is small for faces, and about 1 for their mean', () => {
    const mean = new Float64Array(3072);
    faces.images.data.forEach((v, i) => {
      mean[i % 3072]! += v / 120;
    });
    const still = new NdArray(
      [120, 32, 32, 3],
      Float64Array.from({ length: 120 * 3072 }, (_, i) => mean[i % 3072]!),
    );
    expect(frechetShare(faces.images, faces.images)).toBeLessThan(1e-6);
    expect(frechetShare(faces.images, others.images)).toBeLessThan(0.3);
    expect(frechetShare(faces.images, still)).toBeCloseTo(1, 2);
    const grey = derive(8, 'noise').uniforms([120, 32, 32, 3]);
    expect(frechetShare(faces.images, grey)).toBeGreaterThan(2);
  });

  test('the distance of shifted pictures is the square of the shift', () => {
    const shifted = new NdArray(
      faces.images.shape,
      Float64Array.from(faces.images.data, (v) => v),
    );
    const mean = misfitOfMean(faces.images, faces.images);
    // Along a difference of two faces, which the components span: 2 of 120 pictures differ otherwise.
    for (let i = 0; i < shifted.data.length; i++) {
      shifted.data[i]! += 0.5 * (faces.images.data[i % 3072]! - faces.images.data[3072 + (i % 3072)]!);
    }
    let square = 0;
    for (let k = 0; k < 3072; k++) square += (0.5 * (faces.images.data[k]! - faces.images.data[3072 + k]!)) ** 2;
    const share = frechetShare(faces.images, shifted, 119);
    expect(share).toBeCloseTo(square / (2 * mean), 4);
  });

  test('the mean face has half the variance as its error', () => {
    expect(misfitOfMean(faces.images, faces.images)).toBeGreaterThan(45);
    expect(misfitOfMean(faces.images, faces.images)).toBeLessThan(70);
  });

  test('a change that is the true one is all of it, and keeps the rest', () => {
    const { glasses } = drawTraining(3, { ...QUICK, faces: 2, heldOut: 2, changed: 12 }).attributes;
    const all = changeOf('glasses', {
      ...{ before: glasses.plain, after: glasses.truth },
      ...{ without: glasses.plain, withIt: glasses.truth },
    });
    expect(all).toMatchObject({ after: 1, before: 0, othersKept: 1 });
    expect([all.share, all.cosine]).toEqual([expect.closeTo(1, 9), expect.closeTo(1, 9)]);
    expect(all.skin).toBeLessThan(0.05);
    const none = changeOf('glasses', {
      ...{ before: glasses.plain, after: glasses.plain },
      ...{ without: glasses.plain, withIt: glasses.truth },
    });
    expect(none).toMatchObject({ after: 0, before: 0, share: 0, cosine: 0 });
  });
});

describe('results that are not what they should be', () => {
  test('codes', () => {
    const good = NdArray.zeros([2, 3]);
    expect(readCodes({ mu: good, logVar: good }, 2)).toMatchObject({ k: 3 });
    expect(readCodes({ mu: [[1, 2]], logVar: [[3, 4]] }, 1)).toMatchObject({ k: 2 });
    expect(readCodes([good, good], 2)).toMatch('{ mu, logVar }');
    expect(readCodes({ mu: good }, 2)).toMatch('logVar should be');
    expect(readCodes({ mu: good, logVar: NdArray.zeros([2, 4]) }, 2)).toMatch('[2, 4]');
    expect(readCodes({ mu: good, logVar: NdArray.of([1, 2, Number.NaN, 1, 1, 1], [2, 3]) }, 2)).toMatch('finite');
  });

  test('pictures', () => {
    expect(readPictures(NdArray.zeros([1, 32, 32, 3]), 1, 'x')).toBeInstanceOf(NdArray);
    expect(readPictures(NdArray.zeros([1, 3072]), 1, 'x')).toMatch('[1, 3072]');
  });
});

test('every function of the contract has a check, and every check a function', () => {
  const checks = exercise.checks(7);
  const functions = new Set(checks.map((check) => check.function));
  expect([...functions].sort()).toEqual(Object.keys(exercise.functions).sort());
  expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
});
