import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { type PictureOptions, pictureCheck } from '../../harness/checks/picture.ts';
import { NdArray, type Value } from '../../harness/model/value.ts';
import { montage, toPng } from '../../harness/numerics/images.ts';
import { derive } from '../../harness/numerics/random.ts';
import { call, failure, observe, ok, verdictOf } from './in-process.ts';

const first = derive(1, 'picture').uniforms([12, 10]);
const second = derive(2, 'picture').uniforms([12, 10]);
const options: PictureOptions = {
  id: 'look',
  title: 'Pictures',
  function: 'fill',
  cases: [
    {
      id: 'digits',
      title: 'two digits',
      call: call('fill', 1),
      render: (value) => (Array.isArray(value) ? (value as NdArray[]) : 'there is no picture.'),
    },
  ],
  threshold: 0.1,
  share: 0.05,
  ssim: 0.9,
  reason: '',
  scale: 3,
};
const check = pictureCheck(options);
const answer = (value: Value) => () => ok(value);
const reference = answer([first, second]);
/** The second picture with some pixels at the opposite end. */
function changed(pixels: number, by = 1): NdArray[] {
  const copy = NdArray.of(second.data, second.shape);
  for (let i = 0; i < pixels; i++) {
    const at = (i * 37) % copy.data.length;
    copy.data[at] = (1 - by) * copy.data[at]! + by * (copy.data[at]! < 0.5 ? 1 : 0);
  }
  return [first, copy];
}

test('is described, and asks once for each input', async () => {
  expect(check).toMatchObject({
    id: 'look',
    kind: 'picture',
    title: 'Pictures',
    function: 'fill',
    parameters: { threshold: 0.1, share: 0.05, ssim: 0.9 },
  });
  const several = pictureCheck({
    ...options,
    cases: [...options.cases, { ...options.cases[0]!, id: 'b', call: () => call('fill', 2), caseId: 'shared' }],
  });
  expect(await observe(several.cases, (one) => ok(one.args[0] as number))).toEqual({
    'look/digits': { value: ok(1) },
    shared: { value: ok(2) },
  });
});

describe('equal pictures', () => {
  test('are accepted, and shown', async () => {
    const verdict = await verdictOf(check, reference, reference);
    expect(verdict).toMatchObject({
      status: 'accepted',
      share: 1,
      summary: 'The pictures agree with those of the reference.',
    });
    const names = ['expected', 'actual', 'difference'].map((one) => `look-digits-${one}.png`);
    expect(verdict.evidence).toEqual([
      {
        kind: 'pictures',
        title: 'Pictures on two digits',
        // Two of 10 × 12 with a gap of one, three times as large.
        pictures: ['expected', 'actual', 'difference'].map((label, i) => ({
          label,
          file: names[i],
          width: 63,
          height: 36,
        })),
        note: '0.00 % of the pixels differ in the worst picture (allowed 5 %), structural similarity 1.0000 (at least 0.9).',
      },
    ]);
    expect(Object.keys(verdict.files!)).toEqual(names);
    for (const png of Object.values(verdict.files!)) {
      const { width, height } = PNG.sync.read(Buffer.from(png));
      expect([width, height]).toEqual([63, 36]);
    }
    expect(verdict.files![names[0]!]).toEqual(toPng(montage([[first, second]]), { scale: 3 }));
  });
});

describe('other pictures', () => {
  test('the worst one decides', async () => {
    const verdict = await verdictOf(check, answer(changed(12)), reference);
    expect(verdict).toMatchObject({ status: 'wrong-answer', share: 0 });
    expect(verdict.summary).toMatch(
      /^fill on two digits: the picture differs from the expected one in 10\.0 % of its pixels \(structural similarity 0\.\d{3}\)\.$/,
    );
    const [evidence] = verdict.evidence as { note?: string }[];
    expect(evidence?.note).toMatch(
      /^10\.00 % of the pixels differ in the worst picture \(allowed 5 %\), structural similarity 0\.\d{4} \(at least 0\.9\)\.$/,
    );
    expect(verdict.files!['look-digits-actual.png']).toEqual(toPng(montage([changed(12)]), { scale: 3 }));
    const red = PNG.sync.read(Buffer.from(verdict.files!['look-digits-difference.png']!)).data;
    let count = 0;
    for (let i = 0; i < red.length; i += 4) if (red[i] === 255 && red[i + 1] === 0 && red[i + 2] === 0) count++;
    expect(count).toBe(12 * 9);
  });

  test('each bound alone', async () => {
    const few = answer(changed(6));
    expect((await verdictOf(check, few, reference, { ssim: 0 })).status).toBe('accepted');
    expect((await verdictOf(check, answer(changed(7)), reference, { ssim: 0 })).status).toBe('wrong-answer');
    // A little of everything: no pixel counts, but the structure is another.
    const faint = answer(changed(120, 0.2));
    expect((await verdictOf(check, faint, reference, { threshold: 0.5, ssim: 0 })).status).toBe('accepted');
    expect((await verdictOf(check, faint, reference, { threshold: 0.5, ssim: 0.999 })).status).toBe('wrong-answer');
    expect((await verdictOf(check, faint, reference, { threshold: 0.001, ssim: 0 })).status).toBe('wrong-answer');
    expect((await verdictOf(check, answer([second, second]), reference)).status).toBe('wrong-answer');
  });

  test('at each bound it is accepted', async () => {
    const flat = new NdArray([12, 10], new Float64Array(120).fill(0.5));
    expect((await verdictOf(check, answer([flat]), answer([flat]), { ssim: 1, share: 0 })).status).toBe('accepted');
  });

  test('values beyond 0 and 1 count, and it is said that they cannot be seen', async () => {
    const outside = derive(3, 'outside').normals([12, 10]);
    const clipped = NdArray.of(
      [...outside.data].map((x) => Math.min(1, Math.max(0, x))),
      outside.shape,
    );
    const verdict = await verdictOf(check, answer([first, clipped]), answer([first, outside]));
    expect(verdict.status).toBe('wrong-answer');
    expect(verdict.summary).toMatch(/^fill on two digits: the pictures look alike, but values below 0 or above 1, /);
    expect(verdict.summary).not.toContain('%');
  });

  test('NaN is never right', async () => {
    const nan = NdArray.of(second.data, second.shape);
    nan.data[5] = Number.NaN;
    const verdict = await verdictOf(check, answer([first, nan]), reference);
    expect(verdict.status).toBe('wrong-answer');
    expect(verdict.summary).toContain('NaN');
  });

  test('figures in the table of inputs', async () => {
    const two = pictureCheck({
      ...options,
      cases: [options.cases[0]!, { ...options.cases[0]!, id: 'again', title: 'again' }],
    });
    const verdict = await verdictOf(two, answer(changed(12)), reference);
    expect(verdict.evidence[1]).toMatchObject({
      rows: [
        ['two digits', 'wrong-answer', expect.stringMatching(/^10\.00 % pixels differ, SSIM 0\.\d{4}$/)],
        ['again', 'wrong-answer', {}],
      ],
    });
    expect(verdict.summary).toMatch(/1 more of 2 inputs failed, too\.$/);
  });
});

describe('no picture', () => {
  test('from the student', async () => {
    expect(await verdictOf(check, answer(3), reference)).toMatchObject({
      status: 'wrong-answer',
      summary: 'fill on two digits: there is no picture.',
      evidence: [],
    });
    expect(await verdictOf(check, () => failure('runtime-error', 'Boom.'), reference)).toMatchObject({
      status: 'runtime-error',
      summary: 'fill on two digits: Boom.',
    });
  });

  test('from the reference is the harness’s fault', async () => {
    await expect(verdictOf(check, reference, answer(3))).rejects.toThrow(
      'the reference has no picture: there is no picture.',
    );
    await expect(verdictOf(check, reference, () => failure('runtime-error', 'Boom.'))).rejects.toThrow(
      'the reference has no picture: Boom.',
    );
  });
});
