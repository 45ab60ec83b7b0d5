import type { PropertyCase } from '../../../harness/checks/property.ts';
import type { NdArray } from '../../../harness/model/value.ts';
import { maxAbs } from '../../../harness/numerics/compare.ts';
import { add, scale } from '../../../harness/numerics/linalg.ts';
import { type Codes, misshapen, readArray } from './codes.ts';
import { rows } from './inputs.ts';
import { joinedRows, meanPicture, meanRow, minus, rowOf } from './latent-arithmetic.ts';
import { codesOf, compared, params, SAME, type Setup, type Suspect, suspect } from './latent-setup.ts';

/** Sizes of the parts in which pictures are sometimes encoded. */
const PARTS = [2, 4, 5, 8, 10, 16, 20, 25, 32];

const count = (n: number, what: string): string => (n === 1 ? `one ${what}` : `${n} ${what}s`);

/**
 * Of `many` pictures a training's worker makes the codes, which is quick: then a program may sum in another order in float32,
 * while a mistake in the mean changes 1e-2.
 */
const OF_MANY = 1e-4;

export function directionCase(
  { vae, init }: Setup,
  id: string,
  [a, b]: readonly [NdArray, NdArray],
  many = false,
): PropertyCase {
  const [withIt, without] = [a.shape[0]!, b.shape[0]!];
  const [meanWith, meanWithout] = [meanPicture(a), meanPicture(b)];
  return {
    id,
    title: `${count(withIt, 'picture')} with and ${without} without the attribute`,
    ...(many ? { worker: { precision: 'fast' } } : {}),
    calls: [
      init,
      { id: 'with', call: vae.encode(params, a) },
      { id: 'without', call: vae.encode(params, b) },
      { id: 'mean-with', call: vae.encode(params, meanWith) },
      { id: 'mean-without', call: vae.encode(params, meanWithout) },
      { id: 'value', call: vae.direction(params, a, b) },
    ],
    deviations: (results) => {
      const found = codesOf(results, { with: withIt, without, 'mean-with': 1, 'mean-without': 1 });
      if (typeof found === 'string') return found;
      const [p, q, pm, qm] = found as [Codes, Codes, Codes, Codes];
      const value = readArray(results.value!.value, [p.k], 'attributeDirection(…)');
      if (typeof value === 'string') return misshapen(value);
      const [mp, mq] = [meanRow(p.mu), meanRow(q.mu)];
      const expected = minus(mp, mq);
      const norm = Math.hypot(...expected.data);
      const fewer = Math.min(withIt, without);
      const pooled = meanRow(joinedRows(p.mu, q.mu));
      const suspects: Suspect[] = [
        suspect('sign', 'The direction points from the pictures with the attribute to those without.', minus(mq, mp)),
        suspect('sums', 'The sums of μ are subtracted, not the means.', minus(scale(mp, withIt), scale(mq, without))),
        suspect('unit', 'The direction is scaled to length 1; its length is part of it.', scale(expected, 1 / norm)),
        suspect('half', 'The direction is half of what it should be.', scale(expected, 0.5)),
        suspect(
          'pooled',
          'The mean over all pictures is subtracted, not that over the pictures without.',
          minus(mp, pooled),
        ),
        suspect('with-only', 'The mean of the pictures without the attribute is not subtracted.', mp),
        suspect('first-only', 'Only the first picture of each kind is used.', minus(rowOf(p.mu, 0), rowOf(q.mu, 0))),
        suspect(
          'pairs',
          'Only as many pictures of one kind are used as there are of the other.',
          minus(meanRow(rows(p.mu, 0, fewer)), meanRow(rows(q.mu, 0, fewer))),
        ),
        ...PARTS.map((size) =>
          suspect(
            'parts',
            'The pictures are encoded in parts and the means of the parts averaged, although the last part is smaller.',
            minus(meanOfParts(p.mu, size), meanOfParts(q.mu, size)),
          ),
        ),
        suspect(
          'log-variance',
          'The means of logVar are subtracted in place of those of μ.',
          minus(meanRow(p.logVar), meanRow(q.logVar)),
        ),
        suspect(
          'mean-picture',
          'The pictures are averaged before they are encoded; it is the codes that are averaged.',
          minus(rowOf(pm.mu, 0), rowOf(qm.mu, 0)),
        ),
        suspect(
          'one-count',
          'Both sums are divided by the same number of pictures.',
          minus(mp, scale(mq, without / withIt)),
        ),
        suspect(
          'one-count',
          'Both sums are divided by the same number of pictures.',
          minus(scale(mp, withIt / without), mq),
        ),
      ];
      const size = Math.max(maxAbs(p.mu.data), maxAbs(q.mu.data), 1e-3);
      const identity = 'the direction is mean μ(with) − mean μ(without)';
      return compared(value, expected, size, suspects, identity, many ? OF_MANY : SAME);
    },
  };
}

/** The mean of the means of parts of so many rows. */
function meanOfParts(array: NdArray, size: number): NdArray {
  const n = array.shape[0]!;
  const parts = Math.ceil(n / size);
  const means = Array.from({ length: parts }, (_, i) => meanRow(rows(array, i * size, Math.min(n, (i + 1) * size))));
  return scale(
    means.reduce((sum, mean) => add(sum, mean)),
    1 / parts,
  );
}
