import { NdArray } from '../../../harness/model/value.ts';
import { inverse } from '../../../harness/numerics/linalg.ts';
import type { Reading } from './warp.ts';

/** A wrong reading of the transform, by which a result can be known whatever it does at the edge. */
export interface KnownReading {
  id: string;
  message: string;
  reading: Reading;
}

const transposed = (m: readonly number[]): readonly number[] => [0, 3, 6, 1, 4, 7, 2, 5, 8].map((k) => m[k]!);

export const KNOWN_READINGS: KnownReading[] = [
  {
    id: 'corners-not-aligned',
    message:
      'This is the align_corners = false grid: ±1 are taken for the outer edges of the corner pixels. Here they are their centres.',
    reading: { toPixels: (u, n) => ((u + 1) * n - 1) / 2 },
  },
  {
    id: 'scaled-by-side',
    message: 'Normalised coordinates are scaled by (u + 1)/2 · n; the last pixel lies at n − 1.',
    reading: { toPixels: (u, n) => ((u + 1) * n) / 2 },
  },
  {
    id: 'x-and-y-exchanged',
    message: 'x and y are exchanged: x runs along the columns of the picture, y along its rows.',
    reading: { exchanged: true },
  },
  {
    id: 'sides-exchanged',
    message: 'Height and width are exchanged in the scaling to pixels.',
    reading: { sidesExchanged: true },
  },
  {
    id: 'inverse-used',
    message: 'The inverse of H is applied in place of H.',
    reading: { matrix: (m) => Array.from(inverse(NdArray.of([...m], [3, 3])).data) },
  },
  { id: 'transpose-used', message: 'The transpose of H is applied in place of H.', reading: { matrix: transposed } },
  {
    id: 'division-missing',
    message: 'The division by the third coordinate, H₂₀x + H₂₁y + H₂₂, is missing.',
    reading: { undivided: 'both' },
  },
  {
    id: 'division-of-x-only',
    message: 'Only x is divided by the third coordinate, H₂₀x + H₂₁y + H₂₂; y is to be divided, too.',
    reading: { undivided: 'y' },
  },
  {
    id: 'division-of-y-only',
    message: 'Only y is divided by the third coordinate, H₂₀x + H₂₁y + H₂₂; x is to be divided, too.',
    reading: { undivided: 'x' },
  },
  {
    id: 'third-row-shortened',
    message: 'The third coordinate is divided by, but without its perspective part H₂₀x + H₂₁y.',
    reading: { matrix: (m) => [...m.slice(0, 6), 0, 0, m[8]!] },
  },
  {
    id: 'last-entry-one',
    message: 'H₂₂ is taken for 1.',
    reading: { matrix: (m) => [...m.slice(0, 8), 1] },
  },
  {
    id: 'nearest-neighbour',
    message: 'The nearest pixel is taken in place of bilinear sampling.',
    reading: { nearest: true },
  },
  {
    id: 'edge-goes-on',
    message: 'Outside the picture its edge is repeated; it should be zero there.',
    reading: { border: 'replicate' },
  },
  {
    id: 'first-channel-only',
    message: 'All channels are sampled from the first one.',
    reading: { channel: () => 0 },
  },
  {
    id: 'channels-reversed',
    message: 'The channels come in reverse order.',
    reading: { channel: (k, c) => c - 1 - k },
  },
];
