import type { PropertyCase } from '../../../harness/checks/property.ts';
import type { NdArray } from '../../../harness/model/value.ts';
import { maxAbs } from '../../../harness/numerics/compare.ts';
import { scale } from '../../../harness/numerics/linalg.ts';
import { type Codes, misshapen, readArray } from './codes.ts';
import { rows } from './inputs.ts';
import { joinedRows, meanPicture, meanRow, minus, rowOf } from './latent-arithmetic.ts';
import { codesOf, compared, params, type Setup, type Suspect, suspect } from './latent-setup.ts';

const count = (n: number, what: string): string => (n === 1 ? `one ${what}` : `${n} ${what}s`);

export function directionCase(
  { vae, init, images, negative }: Setup,
  id: string,
  withIt: number,
  without: number,
): PropertyCase {
  const [a, b] = [rows(images, 0, withIt), rows(negative, 5, 5 + without)];
  const means = (x: NdArray): NdArray => meanPicture(x);
  return {
    id,
    title: `${count(withIt, 'picture')} with and ${without} without the attribute`,
    calls: [
      init,
      { id: 'with', call: vae.encode(params, a) },
      { id: 'without', call: vae.encode(params, b) },
      { id: 'mean-with', call: vae.encode(params, means(a)) },
      { id: 'mean-without', call: vae.encode(params, means(b)) },
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
      return compared(value, expected, size, suspects, 'the direction is mean μ(with) − mean μ(without)');
    },
  };
}
