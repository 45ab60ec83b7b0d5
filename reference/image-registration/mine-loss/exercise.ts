import { purityCheck } from '../../../harness/checks/purity.ts';
import { RngArg } from '../../../harness/model/call.ts';
import { defineExercise } from '../../../harness/model/exercise.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { batchCall, batchesCheck, drawData, type Mode } from './batches.ts';
import { criticCall, criticChecks } from './critic-checks.ts';
import { criticInputs, lossInputs } from './inputs.ts';
import { lossCall, lossChecks } from './loss-checks.ts';
import { drawsCheck } from './sampling.ts';

const MODULE = 'question1';
/** Columns of the data: one grey value of each picture. */
const COLUMNS = 2;

export default defineExercise({
  id: 'mine-loss',
  assignment: 'image-registration',
  title: 'Mutual information by a critic: network, batches, loss',
  functions: {
    mineCritic: { module: MODULE, signature: 'mineCritic(params, x: Tensor /* [n,d] */): Tensor /* [n,1] */' },
    sampleBatch: {
      module: MODULE,
      signature:
        "sampleBatch(data: Tensor /* [N,2c] */, batchSize, mode: 'joint' | 'marginal', rng): Tensor /* [batchSize,2c] */",
    },
    mineLoss: {
      module: MODULE,
      signature: 'mineLoss(params, joint: Tensor /* [n,d] */, marginal: Tensor /* [n,d] */): Tensor /* scalar */',
    },
  },

  checks(seed) {
    const c = COLUMNS / 2;
    const batch = (mode: Mode, label: string) => {
      const random = derive(seed, `mine/purity/${mode}/${label}`);
      const data = drawData(random, 40, c);
      return batchCall(MODULE, { data, batchSize: 16, mode, rng: new RngArg(random.bits()) });
    };
    const [critic, otherCritic] = criticInputs(seed, COLUMNS).map((input) => criticCall(MODULE, input));
    const [loss, otherLoss] = lossInputs(seed)
      .slice(1)
      .map((input) => lossCall(MODULE, input));
    return [
      ...criticChecks(MODULE, seed, COLUMNS),
      ...lossChecks(MODULE, seed),
      ...(['joint', 'marginal'] as const).flatMap((mode) => [
        batchesCheck(MODULE, seed, mode, c),
        drawsCheck(MODULE, seed, mode, c),
      ]),
      purityCheck({
        id: 'purity',
        title: 'Same arguments and random numbers, same result; arguments stay as they are',
        function: 'mineLoss',
        cases: [
          { id: 'mineCritic', title: 'two calls of mineCritic', call: critic!, between: otherCritic! },
          { id: 'mineLoss', title: 'two calls of mineLoss', call: loss!, between: otherLoss! },
          ...(['joint', 'marginal'] as const).map((mode) => ({
            id: `sampleBatch-${mode}`,
            title: `two calls of sampleBatch in ${mode} mode with the same random numbers`,
            call: batch(mode, 'call'),
            between: batch(mode, 'between'),
          })),
        ],
      }),
    ];
  },
});
