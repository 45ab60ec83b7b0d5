import type { Deviation, PropertyCase } from '../../../harness/checks/property.ts';
import { HandleArg } from '../../../harness/model/call.ts';
import { NdArray } from '../../../harness/model/value.ts';
import { maxAbs } from '../../../harness/numerics/compare.ts';
import { fetch, put } from './calls.ts';
import { apart, type Codes, codeWidth, readArray } from './codes.ts';
import { PICTURE, pictureAt, rows } from './inputs.ts';
import { codesOf, params, type Results, SAME, type Setup } from './latent-setup.ts';

/** One picture, direction and network for all functions, each of which is called twice. */
export function purityCase({ vae, images, draw, init }: Setup): PropertyCase {
  const [batch, picture] = [rows(images, 0, 2), pictureAt(images, 2)];
  const x = new HandleArg('batch');
  const one = new HandleArg('picture');
  const d = new HandleArg('direction');
  const encoded = (results: Results): number => codeWidth(results['encode-1'], 2);
  const round = (n: number): PropertyCase['calls'] => [
    { id: `encode-${n}`, call: vae.encode(params, x) },
    ...(n === 1 ? [{ id: 'put-direction', call: (before: Results) => put(draw(encoded(before)), 'direction') }] : []),
    { id: `decode-${n}`, call: (before: Results) => vae.decode(params, draw2(draw, encoded(before))) },
    { id: `attributeDirection-${n}`, call: vae.direction(params, x, x) },
    { id: `manipulate-${n}`, call: vae.manipulate(params, x, d, 0.5) },
    { id: `manipulate-one-${n}`, call: vae.manipulate(params, one, d, 0.5) },
    { id: `interpolate-${n}`, call: vae.interpolate(params, one, one, 2) },
  ];
  const kept = { batch, picture };
  return {
    id: 'twice',
    title: 'every function called twice with the same tensors',
    calls: [
      init,
      { id: 'put-batch', call: put(batch, 'batch') },
      { id: 'put-picture', call: put(picture, 'picture') },
      ...round(1),
      ...round(2),
      ...['batch', 'picture', 'direction'].map((name) => ({ id: `after-${name}`, call: fetch(name) })),
    ],
    deviations: (results) => {
      const codes = codesOf(results, { 'encode-1': 2, 'encode-2': 2 });
      if (typeof codes === 'string') return codes;
      const before = { ...kept, direction: draw(codes[0]!.k) };
      for (const [name, was] of Object.entries(before)) {
        const now = results[`after-${name}`]!.value;
        const array = now === 'disposed' ? undefined : readArray(now, was.shape, '');
        if (array === undefined || typeof array === 'string' || apart(array, was) !== 0) {
          return {
            statement: `the ${name} was ${array === undefined ? 'disposed of' : 'changed'}.`,
            mistake: {
              id: 'argument-touched',
              message: 'An argument was changed or disposed of; it belongs to the caller.',
            },
          };
        }
      }
      const twice: Deviation[] = [];
      const [first, second] = codes as [Codes, Codes];
      twice.push(sameTwice('encode', first.mu, second.mu));
      for (const [name, shape] of [
        ['decode', [2, ...PICTURE]],
        ['attributeDirection', [first.k]],
        ['manipulate', [2, ...PICTURE]],
        ['manipulate-one', PICTURE],
        ['interpolate', [2, ...PICTURE]],
      ] as const) {
        const pair = [1, 2].map((n) => readArray(results[`${name}-${n}`]!.value, shape, `${name}(…)`));
        // What has a wrong shape is told where that is asked for.
        if (pair.some((item) => typeof item === 'string')) continue;
        twice.push(sameTwice(name.replace('-one', ''), pair[0] as NdArray, pair[1] as NdArray));
      }
      return twice;
    },
  };
}

const draw2 = (draw: Setup['draw'], k: number): NdArray => new NdArray([2, k], draw(2 * k).data);

function sameTwice(name: string, a: NdArray, b: NdArray): Deviation {
  return {
    identity: `${name} gives the same result for the same arguments`,
    error: apart(a, b),
    bound: SAME * Math.max(maxAbs(a.data), 1e-3),
  };
}
