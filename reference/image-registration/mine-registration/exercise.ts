import { defineExercise } from '../../../harness/model/exercise.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { drawGreyPair, type Modality } from '../../datasets/image-pairs.ts';
import { type PairCase, registerChecks } from '../registration/checks.ts';

/**
 * Bars in pixels, and the least structural similarity, from the distributions in docs/training.md. `jitter`: a rate that
 * does not fall to 0 goes on moving the parameters, mostly by 0.2 to 0.7 px and now and then by more; that is not held against
 * a program. No affine motion comes nearer than 1.8 px to any pair that is drawn, so all bars lie below that. The similarity catches only pictures that do not look alike at all.
 */
const PAIRS: { modality: Modality; title: string; on: string; bar: number; jitter: number; ssim: number }[] = [
  {
    modality: 'same',
    title: 'A pair of the same modality',
    on: 'a pair of the same modality',
    bar: 0.5,
    jitter: 1,
    ssim: 0.6,
  },
  {
    modality: 'inverted',
    title: 'A pair with inverted contrast',
    on: 'a pair with inverted contrast',
    bar: 0.5,
    jitter: 1,
    ssim: 0.6,
  },
  {
    modality: 'non-monotone',
    title: 'A pair whose grey values are remapped, not monotonically',
    on: 'a pair with non-monotonically remapped grey values',
    bar: 1.5,
    jitter: 0.25,
    ssim: 0.5,
  },
];

export default defineExercise({
  id: 'mine-registration',
  assignment: 'image-registration',
  title: 'Registration by mutual information',
  functions: {
    register: {
      module: 'question1',
      signature:
        'register(fixed: Tensor /* [h,w] */, moving: Tensor /* [h,w] */, options: { iterations, batchSize, learningRate, rng, onIteration? }): { H: Tensor /* [3,3] */, losses: number[] } (or a promise of it)',
    },
  },

  checks(seed) {
    const pairs = PAIRS.map(
      ({ modality, ...rest }): PairCase => ({
        id: modality,
        ...rest,
        pair: drawGreyPair(derive(seed, `mine-registration/pair/${modality}`), modality),
      }),
    );
    return registerChecks({ module: 'question1', seed, pairs });
  },
});
