import type { NdArray } from '../../../harness/model/value.ts';
import { readTraits, type Traits } from '../../datasets/face-readout.ts';
import { FACE_ATTRIBUTES, type FaceAttribute } from '../../datasets/faces.ts';

/** What a manipulation did to pictures of faces that had not the attribute. */
export interface Change {
  /** Share of the pictures in which the readout sees the attribute, after and before. */
  after: number;
  before: number;
  /** Share of the pictures whose two other attributes are read as before. */
  othersKept: number;
  /** Mean absolute change of skin (a range of 1) and pose (a range of 2). */
  skin: number;
  pose: number;
  /**
   * How much of the true change was made: the projection of the change on that of a face with the attribute painted in, 1 for
   * all of it; and the cosine between the two.
   */
  share: number;
  cosine: number;
}

/** `before`: the reconstructions, `after`: the manipulated pictures; `without`, `withIt`: the true faces. All [n, 32, 32, 3]. */
export function changeOf(
  attribute: FaceAttribute,
  { before, after, without, withIt }: Record<'before' | 'after' | 'without' | 'withIt', NdArray>,
): Change {
  const [a, b] = [readTraits(after), readTraits(before)];
  const n = before.shape[0]!;
  const share = (traits: Traits): number => traits[attribute].filter(Boolean).length / n;
  const others = FACE_ATTRIBUTES.filter((one) => one !== attribute);
  const kept = a.smile.filter((_, i) => others.every((one) => a[one][i] === b[one][i])).length / n;
  const shift = (trait: 'skin' | 'pose'): number =>
    a[trait].reduce((sum, x, i) => sum + Math.abs(x - b[trait][i]!), 0) / n;
  return {
    ...{ after: share(a), before: share(b), othersKept: kept },
    ...{ skin: shift('skin'), pose: shift('pose') },
    ...alignment(before, after, without, withIt),
  };
}

function alignment(before: NdArray, after: NdArray, without: NdArray, withIt: NdArray) {
  let [product, wanted, made] = [0, 0, 0];
  for (let i = 0; i < before.data.length; i++) {
    const w = withIt.data[i]! - without.data[i]!;
    const m = after.data[i]! - before.data[i]!;
    product += w * m;
    wanted += w * w;
    made += m * m;
  }
  return { share: product / wanted, cosine: made > 0 ? product / Math.sqrt(wanted * made) : 0 };
}
