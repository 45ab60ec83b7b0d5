import { defineExercise } from '../../../harness/model/exercise.ts';
import { lossChecks } from './loss-checks.ts';
import { trainingChecks } from './training-checks.ts';

const MODULE = 'exercise3';

export default defineExercise({
  id: 'energy-inpainting',
  assignment: 'tub-sheet10',
  title: 'Energy-based inpainting',
  functions: {
    energyLoss: {
      module: MODULE,
      signature:
        'energyLoss(x: Tensor /* [n,784] */, mask: Tensor /* [n,784] or [784] */, z: Tensor /* [n,784] */, gnet, enet): scalar',
    },
    trainInpainting: {
      module: MODULE,
      signature:
        'trainInpainting(images: Tensor /* [N,784] */, options): { generate(z: Tensor /* [n,784] */): Tensor /* [n,784] */ }',
    },
  },
  checks: (seed) => [...lossChecks(seed, MODULE), ...trainingChecks(seed, MODULE)],
});
