import type { NdArray } from '../../../harness/model/value.ts';
import { determinant } from '../../../harness/numerics/linalg.ts';
import {
  axesExchanged,
  bestAffine,
  cornerError,
  fromPixels,
  homographyOf,
  inverse,
  type Size,
  transpose,
} from '../../datasets/homography.ts';

/** What a matrix that misses the truth shows by itself, or by the losses that led to it. */
export interface Named {
  id: string;
  message: string;
  hint?: string;
}

const IDENTITY = homographyOf([0, 0, 0, 0, 0, 0, 0, 0]);

interface Relation extends Named {
  /** The matrix that would be right if this were the mistake. */
  mended(H: NdArray, size: Size): NdArray;
}

const RELATIONS: Relation[] = [
  {
    id: 'inverse',
    message: 'The inverse of your H is right: it takes the moving picture’s coordinates to the fixed one’s.',
    hint: 'For a pixel p of the fixed picture, H·p says where to look in the moving one.',
    mended: inverse,
  },
  {
    id: 'transposed',
    message: 'The transpose of your H is right: points are columns, and H·p is the matrix times the point.',
    hint: 'With points as rows of P, the products are P·Hᵀ.',
    mended: transpose,
  },
  {
    id: 'pixel-coordinates',
    message: 'Your H is right for pixel coordinates (column, row); normalised ones in [−1, 1] are asked for.',
    hint: 'With N from pixels to normalised coordinates, the answer is N·H·N⁻¹.',
    mended: fromPixels,
  },
  {
    id: 'axes-exchanged',
    message: 'Your H is right for points written as (y, x); here they are (x, y), x to the right and y downwards.',
    hint: 'Which of the two runs over the columns?',
    mended: axesExchanged,
  },
  {
    id: 'inverse-transposed',
    message: 'The inverse of the transpose of your H is right.',
    hint: 'H acts on points as columns, and takes fixed to moving.',
    mended: (H) => inverse(transpose(H)),
  },
  {
    id: 'axes-exchanged-inverse',
    message: 'Your H takes moving to fixed, and points are written as (y, x): with both mended it is right.',
    hint: 'H·(x, y, 1) says where to look in the moving picture.',
    mended: (H) => axesExchanged(inverse(H)),
  },
];

/** The mistake that explains H: mended, it meets the bar. Only where exactly one does. */
export function namedByRelation(H: NdArray, truth: NdArray, size: Size, bar: number): Named | undefined {
  if (!(Math.abs(determinant(H)) > 1e-9)) return undefined;
  const explaining = RELATIONS.filter(({ mended }) => cornerError(mended(H, size), truth, size) <= bar);
  if (explaining.length !== 1) return undefined;
  const { id, message, hint } = explaining[0]!;
  return { id, message, ...(hint === undefined ? {} : { hint }) };
}

/** Corner movement up to which a result is where it started, in pixels. */
const STILL = 0.3;
/** A perspective row as small as this is none: that of the truth is ±0.1. */
const NO_PERSPECTIVE = 1e-4;

/** Mistakes that show in H alone, whatever the truth is. */
export function namedByForm(H: NdArray, truth: NdArray, size: Size): Named | undefined {
  if (cornerError(H, IDENTITY, size) <= STILL) {
    return {
      id: 'identity',
      message: 'Your H is the identity: nothing was learned about the motion.',
      hint: 'Does the gradient reach the eight numbers that make H, and are they among what the optimiser steps?',
    };
  }
  const { data: h } = H;
  if (Math.max(Math.abs(h[6]!), Math.abs(h[7]!)) <= NO_PERSPECTIVE * Math.abs(h[8]!)) {
    const best = cornerError(bestAffine(truth), truth, size);
    return {
      id: 'affine-only',
      message: `Your H is affine: its last row is (0, 0, 1). The motion has perspective, and no affine map comes nearer than ${best.toFixed(1)} px.`,
      hint: 'All eight basis matrices are needed, and the division by the third coordinate.',
    };
  }
  return undefined;
}

/** The greatest mutual information that pictures of so many pixels can have, in nats. */
const greatest = ({ height, width }: Size): number => Math.log(height * width);

/** The same of the losses: a bound of the mutual information has a range. */
export function namedByLosses(losses: readonly number[], size: Size): Named | undefined {
  const last = losses.slice(-Math.max(1, Math.floor(losses.length / 10)));
  const end = last.reduce((sum, loss) => sum + loss, 0) / last.length;
  if (end < -greatest(size)) {
    return {
      id: 'loss-beyond-bound',
      message: `Your loss falls to ${end.toFixed(1)}, but the mutual information of ${size.height}×${size.width} pixels is at most log ${size.height * size.width} = ${greatest(size).toFixed(1)}.`,
      hint: 'Look at the signs of the two terms: the mean over the joint batch is to become large, log mean exp over the marginal batch small.',
    };
  }
  if (losses.every((loss) => loss >= 0)) {
    return {
      id: 'loss-never-negative',
      message:
        'Your loss is never below 0. The negated bound of the mutual information is, as soon as the critic has learned anything.',
      hint: 'A difference of the pictures does not say how well they fit where they are of different modality; the Donsker–Varadhan bound does.',
    };
  }
  if (Math.abs(end) < 0.1) {
    return {
      id: 'bound-stays-zero',
      message: 'Your loss stays at 0: to the critic the joint and the marginal batches look alike.',
      hint: 'Are the two halves of a marginal batch drawn from places of their own? And is the critic trained?',
    };
  }
  return undefined;
}
