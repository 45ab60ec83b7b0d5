import { purityCheck } from '../../../harness/checks/purity.ts';
import { RngArg } from '../../../harness/model/call.ts';
import { defineExercise } from '../../../harness/model/exercise.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { batchCall, batchesCheck, drawData, type Mode } from '../mine-loss/batches.ts';
import { criticCall, criticChecks } from '../mine-loss/critic-checks.ts';
import { criticInputs } from '../mine-loss/inputs.ts';
import { drawsCheck } from '../mine-loss/sampling.ts';
import { registerChecks } from '../registration/checks.ts';
import { colourPairs } from '../registration/colour-pairs.ts';
import { insideInputs } from './inputs.ts';
import { transformCall, transformChecks } from './transform-checks.ts';

const MODULE = 'question3';
/** Columns of the data: three channels of each picture. */
const COLUMNS = 6;

export default defineExercise({
  id: 'color-registration',
  assignment: 'image-registration',
  title: 'Sampling and registration of colour pictures',
  functions: {
    perspectiveTransform: {
      module: MODULE,
      signature:
        'perspectiveTransform(image: Tensor /* [h,w,c] */, H: Tensor /* [3,3] */, xv: Tensor /* [h,w] */, yv: Tensor /* [h,w] */): Tensor /* [h,w,c] */',
    },
    mineCritic: { module: MODULE, signature: 'mineCritic(params, x: Tensor /* [n,6] */): Tensor /* [n,1] */' },
    sampleBatch: {
      module: MODULE,
      signature:
        "sampleBatch(data: Tensor /* [N,6] */, batchSize, mode: 'joint' | 'marginal', rng): Tensor /* [batchSize,6] */",
    },
    register: {
      module: MODULE,
      signature:
        'register(fixed: Tensor /* [h,w,3] */, moving: Tensor /* [h,w,3] */, options: { iterations, batchSize, learningRate, rng, onIteration? }): { H: Tensor /* [3,3] */, losses: number[] } (or a promise of it)',
    },
  },

  checks(seed) {
    const c = COLUMNS / 2;
    const batch = (mode: Mode, label: string) => {
      const random = derive(seed, `color/purity/${mode}/${label}`);
      return batchCall(MODULE, { data: drawData(random, 40, c), batchSize: 16, mode, rng: new RngArg(random.bits()) });
    };
    const [critic, otherCritic] = criticInputs(seed, COLUMNS).map((input) => criticCall(MODULE, input));
    const [transform, otherTransform] = insideInputs(seed).map((input) => transformCall(MODULE, input));
    return [
      ...transformChecks(MODULE, seed),
      ...criticChecks(MODULE, seed, COLUMNS),
      ...(['joint', 'marginal'] as const).flatMap((mode) => [
        batchesCheck(MODULE, seed, mode, c),
        drawsCheck(MODULE, seed, mode, c),
      ]),
      purityCheck({
        id: 'purity',
        title: 'Same arguments and random numbers, same result; arguments stay as they are',
        function: 'perspectiveTransform',
        cases: [
          {
            id: 'perspectiveTransform',
            title: 'two calls of perspectiveTransform',
            call: transform!,
            between: otherTransform!,
          },
          { id: 'mineCritic', title: 'two calls of mineCritic', call: critic!, between: otherCritic! },
          ...(['joint', 'marginal'] as const).map((mode) => ({
            id: `sampleBatch-${mode}`,
            title: `two calls of sampleBatch in ${mode} mode with the same random numbers`,
            call: batch(mode, 'call'),
            between: batch(mode, 'between'),
          })),
        ],
      }),
      ...registerChecks({ module: MODULE, seed, pairs: colourPairs(seed) }),
    ];
  },
});
