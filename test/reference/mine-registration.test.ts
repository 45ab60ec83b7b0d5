import { describe, expect, it } from 'vitest';
import type { JudgeContext } from '../../harness/model/exercise.ts';
import type { Outcome } from '../../harness/model/observation.ts';
import { NdArray, type Value } from '../../harness/model/value.ts';
import { determinant, expm, logAbsDeterminant, matmul, scale } from '../../harness/numerics/linalg.ts';
import { derive } from '../../harness/numerics/random.ts';
import {
  affinePart,
  axesExchanged,
  bestAffine,
  cornerDistances,
  cornerError,
  fromPixels,
  homographyOf,
  inPixels,
  inverse,
  mapPoint,
  SL3_BASIS,
  transpose,
} from '../../reference/datasets/homography.ts';
import {
  drawColourPair,
  drawGreyPair,
  drawMotion,
  type ImagePair,
  type Modality,
  PAIR_SIZE,
} from '../../reference/datasets/image-pairs.ts';
import exercise from '../../reference/image-registration/mine-registration/exercise.ts';
import { register } from '../../reference/image-registration/mine-registration/solution.ts';
import { judgeLosses } from '../../reference/image-registration/registration/checks.ts';
import {
  namedByForm,
  namedByLosses,
  namedByRelation,
} from '../../reference/image-registration/registration/relations.ts';
import { shortChecks } from '../../reference/image-registration/registration/short-checks.ts';
import { overlap, warp } from '../../reference/image-registration/registration/warp.ts';
import { expectRepeatable } from './expect-repeatable.ts';

const MODALITIES: Modality[] = ['same', 'inverted', 'non-monotone'];
const IDENTITY = homographyOf(SL3_BASIS.map(() => 0));
const pairOf = (seed: number, modality: Modality): ImagePair =>
  drawGreyPair(derive(seed, `test/${modality}`), modality);

describe('homographies', () => {
  it('the basis spans the traceless matrices, so that every H has determinant 1', () => {
    const random = derive(1, 'basis');
    for (let k = 0; k < 20; k++) {
      const v = SL3_BASIS.map(() => 0.5 * random.normal());
      expect(determinant(homographyOf(v))).toBeCloseTo(1, 9);
    }
    // Eight matrices and the identity as rows are independent.
    const rows = [...SL3_BASIS.map(({ data }) => [...data]), [1, 0, 0, 0, 1, 0, 0, 0, 1]];
    expect(Number.isFinite(logAbsDeterminant(NdArray.of(rows.flat(), [9, 9])))).toBe(true);
  });

  it('each coordinate does what its name says', () => {
    const at = (i: number) => homographyOf(SL3_BASIS.map((_, k) => (k === i ? 0.1 : 0)));
    expect(mapPoint(at(0), 0, 0)).toEqual([expect.closeTo(0.1, 12), 0]);
    expect(mapPoint(at(1), 0, 0)).toEqual([0, expect.closeTo(0.1, 12)]);
    expect(mapPoint(at(2), 0, 0.5)[0]).toBeCloseTo(0.05, 12);
    expect(mapPoint(at(3), 0.5, 0)[1]).toBeCloseTo(0.05, 12);
    expect(mapPoint(at(6), 1, 1)).toEqual([expect.closeTo(1 / 1.1, 12), expect.closeTo(1 / 1.1, 12)]);
  });

  it('the corner error is that of points moved by hand, and a factor in front of H does not matter', () => {
    const H = homographyOf([0.1, -0.05, 0.02, 0.03, 0.01, -0.04, 0.1, -0.1]);
    expect(cornerError(scale(H, -3.7), H, PAIR_SIZE)).toBeLessThan(1e-12);
    const shifted = matmul(expm(scale(SL3_BASIS[0]!, 0.2)), H);
    // 0.2 of the half width of 31.5 pixels.
    for (const distance of cornerDistances(shifted, H, PAIR_SIZE)) expect(distance).toBeCloseTo(6.3, 9);
    const lower = matmul(expm(scale(SL3_BASIS[1]!, 0.2)), H);
    expect(cornerError(lower, H, PAIR_SIZE)).toBeCloseTo(3.9, 9);
    expect(cornerError(NdArray.of([1, 0, 0, 0, 1, 0, 1, 0, 1], [3, 3]), H, PAIR_SIZE)).toBeNaN();
  });

  it('pixel coordinates and back', () => {
    const H = homographyOf([0.1, -0.05, 0.02, 0.03, 0.01, -0.04, 0.1, -0.1]);
    const [x, y] = mapPoint(H, 2 * (10 / 63) - 1, 2 * (7 / 39) - 1);
    const [column, row] = mapPoint(inPixels(H, PAIR_SIZE), 10, 7);
    expect([column, row]).toEqual([expect.closeTo(((x + 1) / 2) * 63, 9), expect.closeTo(((y + 1) / 2) * 39, 9)]);
    expect(cornerError(fromPixels(inPixels(H, PAIR_SIZE), PAIR_SIZE), H, PAIR_SIZE)).toBeLessThan(1e-9);
  });
});

describe('image pairs', () => {
  it('motions are what the contract says, and the usual wrong answers are far from them', () => {
    for (let seed = 0; seed < 200; seed++) {
      const v = drawMotion(derive(seed, 'motion'));
      const H = homographyOf(v);
      expect(Math.max(...v.map(Math.abs))).toBeLessThanOrEqual(0.12);
      expect(v.slice(6).map(Math.abs)).toEqual([0.1, 0.1]);
      const moved = cornerError(H, IDENTITY, PAIR_SIZE);
      expect(moved).toBeGreaterThanOrEqual(4);
      expect(moved).toBeLessThanOrEqual(7);
      for (const wrong of [inverse(H), transpose(H), axesExchanged(H), inPixels(H, PAIR_SIZE)]) {
        expect(cornerError(wrong, H, PAIR_SIZE)).toBeGreaterThanOrEqual(2.5);
      }
      expect(cornerError(affinePart(H), H, PAIR_SIZE)).toBeGreaterThanOrEqual(1.8);
    }
  });

  it('no affine map comes nearer to the corners than the one called best', () => {
    const H = homographyOf(drawMotion(derive(3, 'affine')));
    const best = bestAffine(H);
    const squares = (A: NdArray) => cornerDistances(A, H, { height: 3, width: 3 }).reduce((sum, d) => sum + d * d, 0);
    const random = derive(3, 'near');
    for (let k = 0; k < 50; k++) {
      const other = NdArray.of(
        [...best.data].map((entry, i) => (i < 6 ? entry + 0.02 * random.normal() : entry)),
        [3, 3],
      );
      expect(squares(other)).toBeGreaterThan(squares(best));
    }
  });

  it('pictures are in [0, 1], smooth, not square, and the same for the same seed', () => {
    for (const modality of MODALITIES) {
      const { fixed, moving } = pairOf(5, modality);
      expect(pairOf(5, modality).moving.data).toEqual(moving.data);
      for (const image of [fixed, moving]) {
        expect(image.shape).toEqual([40, 64]);
        expect(Math.min(...image.data)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...image.data)).toBeLessThanOrEqual(1);
        expect(Math.max(...image.data) - Math.min(...image.data)).toBeGreaterThan(0.5);
      }
    }
  });

  it('H takes fixed to moving: warped, the moving picture is the remapped fixed one', () => {
    for (let seed = 0; seed < 6; seed++) {
      const remaps = { same: (t: number) => t, inverted: (t: number) => 1 - t };
      for (const [modality, remap] of Object.entries(remaps)) {
        const pair = pairOf(seed, modality as Modality);
        const visible = overlap(pair.H, pair);
        const warped = warp(pair.moving, pair.H, visible);
        const gaps = [...warped.data].map((t, i) => (visible[i] ? Math.abs(t - remap(pair.fixed.data[i]!)) : 0));
        // Bilinear interpolation of the shortest waves.
        expect(Math.max(...gaps)).toBeLessThan(0.06);
        expect(visible.filter(Boolean).length).toBeGreaterThan(0.6 * visible.length);
      }
    }
  });

  it('the non-monotone remap is a function of the grey value that goes both ways', () => {
    const pair = pairOf(1, 'non-monotone');
    const visible = overlap(pair.H, pair);
    const warped = warp(pair.moving, pair.H, visible);
    const points = [...pair.fixed.data].flatMap((t, i) => (visible[i] ? [[t, warped.data[i]!] as const] : []));
    const near = (at: number) => points.filter(([t]) => Math.abs(t - at) < 0.03).map(([, m]) => m);
    for (const at of [0.1, 0.3, 0.5, 0.9]) {
      const there = near(at);
      expect(Math.max(...there) - Math.min(...there)).toBeLessThan(0.25);
    }
    const level = (at: number) => near(at).reduce((sum, m) => sum + m, 0) / near(at).length;
    expect(level(0.3)).toBeGreaterThan(level(0.02) + 0.05);
    expect(level(0.3)).toBeGreaterThan(level(0.9) + 0.3);
  });

  it('colour pairs have their structure in one channel, green or blue', () => {
    for (let seed = 0; seed < 6; seed++) {
      const pair = drawColourPair(derive(seed, 'colour'), 'inverted');
      expect(pair.fixed.shape).toEqual([40, 64, 3]);
      for (const image of [pair.fixed, pair.moving]) {
        const spread = [0, 1, 2].map((c) => {
          const values = image.data.filter((_, i) => i % 3 === c);
          return Math.max(...values) - Math.min(...values);
        });
        expect(spread[0]).toBeLessThan(0.05);
        expect(spread[pair.channel]).toBeGreaterThan(0.5);
      }
    }
  });
});

describe('what a wrong H shows', () => {
  const pair = pairOf(11, 'same');
  const { H } = pair;
  const wrong: [string, NdArray][] = [
    ['inverse', inverse(H)],
    ['transposed', transpose(H)],
    ['pixel-coordinates', inPixels(H, pair)],
    ['axes-exchanged', axesExchanged(H)],
    ['inverse-transposed', inverse(transpose(H))],
    ['axes-exchanged-inverse', axesExchanged(inverse(H))],
  ];

  it.each(wrong)('%s is named, whatever the factor', (id, matrix) => {
    expect(namedByRelation(matrix, H, pair, 0.5)?.id).toBe(id);
    expect(namedByRelation(scale(matrix, -2), H, pair, 0.5)?.id).toBe(id);
  });

  it('nothing is named where nothing explains it', () => {
    const other = homographyOf([0.3, 0.2, -0.2, 0.1, 0.2, -0.1, 0.05, 0.1]);
    expect(namedByRelation(other, H, pair, 0.5)).toBeUndefined();
    expect(namedByForm(other, H, pair)).toBeUndefined();
    expect(namedByRelation(NdArray.zeros([3, 3]), H, pair, 0.5)).toBeUndefined();
  });

  it('the identity and affine maps', () => {
    expect(namedByForm(IDENTITY, H, pair)?.id).toBe('identity');
    expect(namedByForm(affinePart(H), H, pair)?.id).toBe('affine-only');
  });

  it('losses beyond what mutual information allows, above 0, and at 0', () => {
    const losses = (end: number) => Array.from({ length: 500 }, (_, i) => (end * i) / 500);
    expect(namedByLosses(losses(-40), pair)?.id).toBe('loss-beyond-bound');
    expect(namedByLosses(losses(0.2), pair)?.id).toBe('loss-never-negative');
    expect(namedByLosses([...losses(-0.01)], pair)?.id).toBe('bound-stays-zero');
    expect(namedByLosses(losses(-2), pair)).toBeUndefined();
  });
});

describe('judging', () => {
  const seed = 3;
  const checks = exercise.checks(seed);
  const pairs = MODALITIES.map((modality) =>
    drawGreyPair(derive(seed, `mine-registration/pair/${modality}`), modality),
  );
  const falling = Array.from({ length: 500 }, (_, i) => -i / 250);
  const ok = (value: Value): Outcome => ({ status: 'ok', value, ms: 1000 });
  const answers = (of: (pair: ImagePair) => Value): JudgeContext['submission'] =>
    Object.fromEntries(pairs.map((pair) => [`pair-${pair.modality}/${pair.modality}`, { register: ok(of(pair)) }]));
  const judge = (id: string, of: (pair: ImagePair) => Value) =>
    checks
      .find((check) => check.id === id)!
      .judge({
        submission: answers(of),
        reference: answers(({ H }) => ({ H, losses: falling })),
        overrides: {},
      });

  it('the truth is accepted, as a tensor, as nested arrays, and times a factor', () => {
    for (const modality of MODALITIES) {
      const verdict = judge(`pair-${modality}`, ({ H }) => ({ H, losses: falling }));
      expect(verdict.status).toBe('accepted');
      expect(verdict.evidence.map(({ kind }) => kind)).toEqual(['table', 'series', 'pictures']);
      expect(Object.keys(verdict.files ?? {})).toHaveLength(1);
      expect(judge(`pair-${modality}`, ({ H }) => ({ H: scale(H, -5), losses: [] })).status).toBe('accepted');
    }
    const nested = ({ data: h }: NdArray) => [0, 3, 6].map((i) => [...h.subarray(i, i + 3)]);
    expect(judge('pair-same', ({ H }) => ({ H: nested(H), losses: falling })).status).toBe('accepted');
  });

  it('an error of the size of the bar decides', () => {
    const off = (pixels: number) => (pair: ImagePair) => ({
      H: matmul(expm(scale(SL3_BASIS[0]!, pixels / 31.5)), pair.H),
      losses: falling,
    });
    expect(judge('pair-same', off(0.4)).status).toBe('accepted');
    expect(judge('pair-same', off(1.6)).status).toBe('wrong-answer');
    expect(judge('pair-non-monotone', off(1.4)).status).toBe('accepted');
    expect(judge('pair-non-monotone', off(1.8)).status).toBe('wrong-answer');
  });

  it('wrong answers carry the mistake that they show', () => {
    const mistake = (of: (pair: ImagePair) => Value) => judge('pair-inverted', of).mistake?.id;
    expect(mistake(({ H }) => ({ H: inverse(H), losses: falling }))).toBe('inverse');
    expect(mistake(() => ({ H: IDENTITY, losses: falling }))).toBe('identity');
    expect(mistake(() => ({ H: NdArray.zeros([8]), losses: falling }))).toBe('no-matrix');
    expect(mistake(({ H }) => ({ H: scale(H, Number.NaN), losses: falling }))).toBe('no-matrix');
    expect(mistake(() => [1, 2])).toBe('no-matrix');
  });

  it('losses: one an iteration, finite, falling beyond their noise', () => {
    const random = derive(1, 'noise');
    const noisy = (slope: number) => falling.map((_, i) => slope * i + 0.1 * random.normal());
    const status = (losses: Value) => judgeLosses({ H: IDENTITY, losses }).status;
    expect(status(noisy(-0.002))).toBe('accepted');
    expect(status(noisy(0))).toBe('wrong-answer');
    expect(status(noisy(0.002))).toBe('wrong-answer');
    expect(status(falling.slice(1))).toBe('wrong-answer');
    expect(status([])).toBe('wrong-answer');
    expect(status([...falling.slice(1), Number.NaN])).toBe('wrong-answer');
    expect(status(undefined)).toBe('wrong-answer');
    expect(judge('losses', ({ H }) => ({ H, losses: falling })).status).toBe('accepted');
  });

  it('draws other pairs for another seed, and asks for them at the contract’s budget', async () => {
    const asked: { args: unknown[] }[] = [];
    for (const check of [...checks, ...exercise.checks(4)].filter(({ id }) => id === 'pair-same')) {
      await check.cases[0]!.plan(async (_, call) => {
        asked.push(call);
        return ok(null);
      });
    }
    const [first, second] = asked.map(({ args }) => (args[0] as NdArray).data);
    expect(first).not.toEqual(second);
    expect(asked[0]!.args[2]).toMatchObject({ iterations: 500, batchSize: 256, learningRate: 0.01 });
  });
});

describe('short runs', () => {
  interface Options {
    iterations: number;
    batchSize: number;
    learningRate: number;
    rng: number;
  }
  type Motion = (options: Options, call: number) => number;

  /** What the checks say of a program whose H moves so far, and the calls that they made. */
  async function shown(motion: Motion): Promise<{ said: Record<string, string>; asked: string[] }> {
    const asked: string[] = [];
    const said: Record<string, string> = {};
    for (const check of shortChecks('question1', 3, pairOf(3, 'same'))) {
      const submission: Record<string, Record<string, Outcome>> = {};
      for (const { id: caseId, plan } of check.cases) {
        const outcomes: Record<string, Outcome> = {};
        await plan(async (id, { args }) => {
          asked.push(id);
          const options = args[2] as unknown as Options;
          const losses = Array.from({ length: options.iterations }, (_, i) => -i);
          const H = homographyOf([motion(options, asked.length), 0, 0, 0, 0, 0, 0, 0]);
          const callbacks = losses.map((loss, i) => [i, loss]);
          const outcome: Outcome = {
            status: 'ok',
            value: { H, losses },
            ms: 1,
            args: [...args.slice(0, 2)] as NdArray[],
            callbacks,
          };
          outcomes[id] = outcome;
          return outcome;
        });
        submission[caseId] = outcomes;
      }
      const verdict = check.judge({ submission, reference: submission, overrides: {} });
      said[check.id] = verdict.mistake?.id ?? verdict.status;
    }
    return { said, asked };
  }
  /** The critic is trained alone in the first 20 iterations. */
  const late = ({ iterations, learningRate, batchSize }: Options): number =>
    (Math.max(0, iterations - 20) * learningRate) / batchSize;
  const longer = ['first-longer', 'second-longer', 'usual-longer', 'slower-longer', 'smaller-longer'];

  it('a critic that is trained alone at first is asked for longer runs, and accepted', async () => {
    const { said, asked } = await shown(late);
    expect(said).toEqual({ 'same-seed': 'accepted', options: 'accepted' });
    expect(asked).toEqual(expect.arrayContaining(longer));
  });

  it('no longer runs where H moves at once', async () => {
    const { said, asked } = await shown((options) => late({ ...options, iterations: options.iterations + 20 }));
    expect(said).toEqual({ 'same-seed': 'accepted', options: 'accepted' });
    expect(asked.filter((id) => longer.includes(id))).toEqual([]);
  });

  it.each<[string, Motion, Record<string, string>]>([
    ['no motion at all', () => 0, { options: 'identity' }],
    ['the rate ignored', (options) => late({ ...options, learningRate: 0.1 }), { options: 'rate-not-honoured' }],
    ['the batch size ignored', (options) => late({ ...options, batchSize: 9 }), { options: 'batch-size-not-honoured' }],
    [
      'random numbers of its own',
      (options, call) => late(options) * (1 + call / 100),
      { 'same-seed': 'not-repeatable' },
    ],
  ])('after such a start too, %s is found', async (_, motion, mistake) => {
    expect((await shown(motion)).said).toMatchObject(mistake);
  });
});

describe('the reference', () => {
  it('repeats itself, and leaves nothing behind', async () => {
    const tf = await import('@tensorflow/tfjs');
    await tf.setBackend('cpu');
    const pair = drawGreyPair(derive(2, 'short'), 'inverted', { height: 16, width: 24 });
    const [fixed, moving] = [pair.fixed, pair.moving].map((image) =>
      tf.tensor(Float32Array.from(image.data), [16, 24]),
    ) as [import('@tensorflow/tfjs').Tensor, import('@tensorflow/tfjs').Tensor];
    await expectRepeatable(register, fixed, moving, 6);
  });
});
