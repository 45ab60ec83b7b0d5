import { derive } from '../../../harness/numerics/random.ts';
import { drawColourPair } from '../../datasets/image-pairs.ts';
import type { PairCase } from './checks.ts';

/** Two pairs whose structure is in one channel, which is not red: green at the same modality, blue with inverted contrast. */
export function colourPairs(seed: number): PairCase[] {
  const bounds = { bar: 0.5, jitter: 1, ssim: 0.6 };
  return [
    {
      id: 'green',
      title: 'A colour pair whose structure is in the green channel',
      on: 'a colour pair whose structure is in the green channel',
      pair: drawColourPair(derive(seed, 'registration/pair/green'), 'same', 1),
      ...bounds,
    },
    {
      id: 'blue',
      title: 'A colour pair whose structure is in the blue channel, with inverted contrast',
      on: 'a colour pair whose structure is in the blue channel, inverted',
      pair: drawColourPair(derive(seed, 'registration/pair/blue'), 'inverted', 2),
      ...bounds,
    },
  ];
}
