import type { Problem, PropertyCase } from '../../../harness/checks/property.ts';
import { NdArray } from '../../../harness/model/value.ts';
import { maxAbs } from '../../../harness/numerics/compare.ts';
import { add, scale } from '../../../harness/numerics/linalg.ts';
import { apart, misshapen, readArray, readCodes } from './codes.ts';
import { joined, PICTURE, pictureAt, rows } from './inputs.ts';
import { joinedRows, onArc, onLine, shares } from './latent-arithmetic.ts';
import { codesOf, compared, params, type Results, SAME, type Setup, type Suspect, suspect } from './latent-setup.ts';

/** Where frames may lie on the line, and what is said of it; the first is right. */
interface Places {
  id: string;
  message: string;
  hint?: string;
  at: number[];
}

function placesOf(frames: number, even: number[]): Places[] {
  const right = { id: 'value', message: '', at: even };
  if (frames === 1) {
    return [
      right,
      { id: 'middle', message: 'A single frame should be the first end, and it is the middle of the line.', at: [0.5] },
      { id: 'end', message: 'A single frame should be the first end, and it is the second.', at: [1] },
    ];
  }
  return [
    right,
    {
      id: 'no-end',
      message: 'The second end is missing: the last frame is short of it.',
      hint: 'Frame i lies at i / (count − 1).',
      at: shares(frames, (i) => i / frames),
    },
    {
      id: 'no-ends',
      message: 'Both ends are missing.',
      hint: 'Frame i lies at i / (count − 1).',
      at: shares(frames, (i) => (i + 1) / (frames + 1)),
    },
    {
      id: 'no-start',
      message: 'The first end is missing.',
      hint: 'Frame i lies at i / (count − 1).',
      at: shares(frames, (i) => (i + 1) / frames),
    },
    {
      id: 'centres',
      message: 'The frames lie in the middle of equal parts of the line; both ends belong to it.',
      at: shares(frames, (i) => (i + 0.5) / frames),
    },
    { id: 'reversed', message: 'The frames run from the second picture to the first.', at: even.map((t) => 1 - t) },
    {
      id: 'smooth',
      message: 'The frames do not lie evenly: they are close to each other at the ends.',
      at: even.map((t) => t * t * (3 - 2 * t)),
    },
    {
      id: 'smooth',
      message: 'The frames do not lie evenly: they are close to each other at the ends.',
      at: even.map((t) => (1 - Math.cos(Math.PI * t)) / 2),
    },
  ];
}

const between = (a: NdArray, b: NdArray, t: number): NdArray => add(scale(a, 1 - t), b, t);

export function interpolateCase({ vae, init, images, negative }: Setup, frames: number): PropertyCase {
  const [xa, xb] = [pictureAt(images, 8), pictureAt(negative, 9)];
  const blend = (t: number): NdArray => between(xa, xb, t);
  const even = shares(frames, (i) => (frames === 1 ? 0 : i / (frames - 1)));
  const lines = placesOf(frames, even);
  const alternatives = (results: Results): NdArray => {
    const codes = readCodes(results.ends!.value, 2);
    const mu = typeof codes === 'string' ? NdArray.zeros([2, 1]) : codes.mu;
    return joinedRows(...lines.map(({ at }) => onLine(mu, at)), onArc(mu, even));
  };
  const total = (lines.length + 1) * frames;
  return {
    id: `frames-${frames}`,
    title: frames === 1 ? 'a single frame' : `${frames} frames`,
    calls: [
      init,
      { id: 'ends', call: vae.encode(params, joined(xa, xb)) },
      { id: 'value', call: vae.interpolate(params, xa, xb, frames) },
      { id: 'expected', call: (before) => vae.decode(params, rows(alternatives(before), 0, frames)) },
      // The others are asked for only where they can explain something.
      {
        id: 'alternatives',
        call: (before) => (agrees(before, frames) ? undefined : vae.decode(params, alternatives(before))),
      },
      {
        id: 'blends',
        call: (before) => (agrees(before, frames) ? undefined : vae.encode(params, joined(...even.map(blend)))),
      },
      {
        id: 'of-blends',
        call: (before) => {
          const codes = before.blends === undefined ? '' : readCodes(before.blends.value, frames);
          return typeof codes === 'string' ? undefined : vae.decode(params, codes.mu);
        },
      },
    ],
    deviations: (results) => {
      const codes = codesOf(results, { ends: 2 });
      if (typeof codes === 'string') return codes;
      const expected = readArray(results.expected!.value, [frames, ...PICTURE], 'decode(params, z)');
      if (typeof expected === 'string') return expected;
      const value = readArray(results.value!.value, [frames, ...PICTURE], 'interpolate(…)');
      if (typeof value === 'string') return divisionByZero(value, frames) ?? misshapen(value);
      const other = results.alternatives?.value;
      const decoded = other === undefined ? '' : readArray(other, [total, ...PICTURE], 'decode(params, z)');
      const suspects: Suspect[] = [];
      if (typeof decoded !== 'string') {
        const part = (i: number): NdArray => rows(decoded, i * frames, (i + 1) * frames);
        lines.forEach(({ id, message, hint }, i) => {
          suspects.push({ ...suspect(id, message, part(i)), ...(hint === undefined ? {} : { hint }) });
        });
        suspects.push(
          suspect(
            'arc',
            'The codes lie on an arc (a spherical interpolation); a straight line is asked for.',
            part(lines.length),
          ),
        );
      }
      const ofBlends = results['of-blends']?.value;
      const blended = ofBlends === undefined ? '' : readArray(ofBlends, [frames, ...PICTURE], '');
      const encodedBlends = typeof blended === 'string' ? undefined : blended;
      suspects.push(
        ...(frames === 1 ? ofOnePicture(xa, encodedBlends) : ofBlending(xa, xb, expected, even, encodedBlends)),
      );
      return compared(
        value,
        expected,
        maxAbs(expected.data),
        suspects,
        'the frames are decode(μ(xa) + i/(count − 1) · (μ(xb) − μ(xa)))',
      );
    },
  };
}

/** Frames that come of blending the pictures themselves. `encoded`: the pictures of the codes of blended pictures. */
function ofBlending(
  xa: NdArray,
  xb: NdArray,
  expected: NdArray,
  even: number[],
  encoded: NdArray | undefined,
): Suspect[] {
  const blended = (a: NdArray, b: NdArray): NdArray => joined(...even.map((t) => between(a, b, t)));
  const ends = [pictureAt(expected, 0), pictureAt(expected, even.length - 1)] as const;
  const name = (when: string): string =>
    `The two pictures are blended pixel by pixel${when}; the line runs through the codes.`;
  return [
    suspect('pixels', name(', after they were decoded'), blended(...ends)),
    suspect('pixels', name(''), blended(xa, xb)),
    ...(encoded === undefined ? [] : [suspect('pixels', name(' before they are encoded'), encoded)]),
  ];
}

/** A single frame that is not decode(μ(xa)). `alone`: the picture of the code that xa has where xb is not beside it. */
function ofOnePicture(xa: NdArray, alone: NdArray | undefined): Suspect[] {
  return [
    suspect('picture', 'A single frame is the first picture itself; it should be the picture of its code.', joined(xa)),
    ...(alone === undefined
      ? []
      : [suspect('batch-dependent', 'The code of a picture depends on what else is in the batch.', alone)]),
  ];
}

function divisionByZero(statement: string, frames: number): Problem | undefined {
  if (frames !== 1 || !/NaN|Infinity/.test(statement)) return undefined;
  return {
    statement,
    mistake: {
      id: 'division-by-zero',
      message: 'With count = 1 the place on the line is 0/0.',
      hint: 'A single frame is the first end.',
    },
  };
}

function agrees(results: Results, frames: number): boolean {
  const shape = [frames, ...PICTURE];
  const value = readArray(results.value!.value, shape, '');
  const expected = readArray(results.expected!.value, shape, '');
  if (typeof value === 'string' || typeof expected === 'string') return true;
  return apart(value, expected) <= SAME * maxAbs(expected.data);
}
