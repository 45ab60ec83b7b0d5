import type { Problem, PropertyCase } from '../../../harness/checks/property.ts';
import { NdArray } from '../../../harness/model/value.ts';
import { maxAbs } from '../../../harness/numerics/compare.ts';
import { add, scale } from '../../../harness/numerics/linalg.ts';
import { codeWidth, readArray, readCodes } from './codes.ts';
import { joined, PICTURE, pictureAt, rows } from './inputs.ts';
import { clipped, minus, moved } from './latent-arithmetic.ts';
import { codesOf, compared, params, type Results, type Setup, type Suspect, suspect } from './latent-setup.ts';

interface Manipulation {
  id: string;
  title: string;
  /** Pictures; 0 for a single one without the axis of the batch. */
  n: number;
  strength: number;
}

export function manipulateCase(
  { vae, init, images, draw }: Setup,
  { id, title, n, strength }: Manipulation,
): PropertyCase {
  const size = Math.max(n, 1);
  const batch = rows(images, 0, size);
  const x = n === 0 ? pictureAt(images, 0) : batch;
  const directionOf = (results: Results): NdArray => draw(codeWidth(results.encoded, size));
  const shifted = (results: Results, by: (mu: NdArray, d: NdArray) => NdArray): NdArray => {
    const codes = readCodes(results.encoded!.value, size);
    const mu = typeof codes === 'string' ? NdArray.zeros([size, 1]) : codes.mu;
    return by(mu, directionOf(results));
  };
  return {
    id,
    title,
    calls: [
      init,
      { id: 'encoded', call: vae.encode(params, batch) },
      { id: 'value', call: (before) => vae.manipulate(params, x, directionOf(before), strength) },
      {
        id: 'moved',
        call: (before) =>
          vae.decode(
            params,
            shifted(before, (mu, d) => moved(mu, d, strength)),
          ),
      },
      {
        id: 'still',
        call: (before) =>
          vae.decode(
            params,
            shifted(before, (mu) => mu),
          ),
      },
      {
        id: 'full',
        call: (before) =>
          vae.decode(
            params,
            shifted(before, (mu, d) => moved(mu, d, 1)),
          ),
      },
      {
        id: 'back',
        call: (before) =>
          vae.decode(
            params,
            shifted(before, (mu, d) => moved(mu, d, -strength)),
          ),
      },
      {
        id: 'unit',
        call: (before) =>
          vae.decode(
            params,
            shifted(before, (mu, d) => moved(mu, d, strength / Math.hypot(...d.data))),
          ),
      },
      {
        id: 'alone',
        call: (before) =>
          vae.decode(
            params,
            shifted(before, (mu, d) => moved(scale(mu, 0), d, strength)),
          ),
      },
    ],
    deviations: (results) => {
      const codes = codesOf(results, { encoded: size });
      if (typeof codes === 'string') return codes;
      const decoded = ['moved', 'still', 'full', 'back', 'unit', 'alone'].map((call) =>
        readArray(results[call]!.value, [size, ...PICTURE], 'decode(params, z)'),
      );
      const problem = decoded.find((one) => typeof one === 'string');
      if (problem !== undefined) return problem as string;
      const [expected, still, full, back, unit, alone] = decoded as NdArray[];
      const value = readArray(results.value!.value, x.shape, 'manipulate(…)');
      if (typeof value === 'string') return shapeProblem(value);
      const flat = new NdArray(expected!.shape, value.data);
      const first = joined(...Array.from({ length: size }, (_, i) => pictureAt(i === 0 ? expected! : still!, i)));
      const edited = add(batch, minus(expected!, still!));
      const suspects: Suspect[] =
        strength === 0
          ? [
              suspect(
                'given-back',
                'With strength 0 the picture comes back as it was; it should be encoded and decoded.',
                batch,
              ),
              suspect('strength', 'With strength 0 the picture is changed.', full!),
            ]
          : [
              suspect('unchanged', 'The picture is only encoded and decoded: the direction has no effect.', still!),
              suspect('strength', 'strength is not used.', full!),
              suspect('sign', 'The direction is subtracted where it should be added.', back!),
              suspect('unit', 'The direction is scaled to length 1 before it is added.', unit!),
              suspect('alone', 'The direction is decoded without the code of the picture.', alone!),
              suspect('first-only', 'Only the first picture of the batch is changed.', first),
              suspect(
                'edited',
                'The change is added to the picture itself; what is asked for is the picture of the changed code.',
                edited,
              ),
              suspect(
                'pixels',
                'The change is made in the picture: strength times the change of a full step.',
                add(still!, scale(minus(full!, still!), strength)),
              ),
              suspect('given-back', 'The picture is given back as it was, neither encoded nor decoded.', batch),
              suspect('clipped', 'The result is clipped.', clipped(expected!)),
            ];
      return compared(
        flat,
        expected!,
        maxAbs(expected!.data),
        suspects,
        'the result is decode(μ(x) + strength · direction)',
      );
    },
  };
}

function shapeProblem(statement: string): Problem {
  if (!/shape/.test(statement)) return statement;
  return {
    statement,
    mistake: {
      id: 'shape-of-x',
      message: 'The result does not have the shape of x.',
      hint: 'x is [32, 32, 3] or [n, 32, 32, 3], and so is the result.',
    },
  };
}
