import type { CaseResult } from '../../../harness/checks/case-result.ts';
import { combine, failedCall } from '../../../harness/checks/case-result.ts';
import { librariesCheck } from '../../../harness/checks/libraries.ts';
import type { Call } from '../../../harness/model/call.ts';
import { type Check, defineExercise } from '../../../harness/model/exercise.ts';
import { NdArray } from '../../../harness/model/value.ts';
import {
  FAST,
  generate,
  init,
  kept,
  LOOK,
  latents,
  learn,
  MODULE,
  panel,
  rngOf,
  SIDE,
  sample,
  type TrainingOptions,
  train,
} from './calls.ts';
import { layoutChecks } from './layout-checks.ts';
import { learnChecks } from './learn-check.ts';
import { optionsCheck, repeatCheck, startCheck } from './start-checks.ts';
import { fullTraining } from './training-check.ts';

const SIGNATURES = {
  initGenerator: 'initGenerator(rng, options: { latentDim, imageSize }): params',
  generate: 'generate(params, z: Tensor /* [n,d] */): Tensor /* [n,h,w,3] in [0,1] */',
  learnStep:
    'learnStep(params, z: Tensor /* [n,d] */, images: Tensor /* [n,h,w,3] */, options: { sigma, learningRate }): { params, loss: number }',
  trainAbp:
    'trainAbp(images: Tensor /* [n,h,w,3] */, options: { latentDim, iterations, langevinSteps, stepSize, sigma, learningRate, start, rng, onIteration? }): { params, z: Tensor /* [n,d] */, losses: number[] }',
  sampleImages: 'sampleImages(params, count: number, rng): Tensor /* [count,h,w,3] */',
  interpolationPanel: 'interpolationPanel(params, range: number, steps: number): Tensor /* [steps·h,steps·w,3] */',
} as const;

export default defineExercise({
  id: 'abp-training',
  assignment: 'cv1-abp',
  title: 'Alternating back-propagation',
  functions: Object.fromEntries(
    Object.entries(SIGNATURES).map(([name, signature]) => [name, { module: MODULE, signature }]),
  ),
  companions: { [LOOK]: 'look.ts' },
  checks: (seed, profile) => [
    interfaceCheck(seed),
    ...[
      ...layoutChecks(seed, profile),
      ...learnChecks(seed),
      startCheck(seed),
      optionsCheck(seed),
      repeatCheck(seed),
    ].map(byItself),
    fullTraining(seed),
    librariesCheck({
      id: 'libraries',
      title: 'Every library beside tfjs is declared in libraries.txt',
      function: 'trainAbp',
      file: 'libraries.txt',
    }),
  ],
});

/**
 * What two generators of different architecture give never agrees, so that known mistakes need not be run: what was done wrong is told by
 * the results themselves.
 */
const byItself = (check: Check): Check => ({ ...check, telling: [] });

/** `interface`: every function is exported under its name; whether it does what it should is looked at by the other checks. */
function interfaceCheck(seed: number): Check {
  const id = 'interface/names';
  const params = kept('any');
  const z = latents(seed, 'interface', 1);
  const images = NdArray.zeros([1, SIDE, SIDE, 3]);
  const options: TrainingOptions = {
    ...{ latentDim: 2, iterations: 1, langevinSteps: 1, stepSize: 0.1, sigma: 1, learningRate: 1e-3 },
    start: 'warm',
  };
  const calls: Call[] = [
    init(rngOf(seed, 'interface'), 'any'),
    generate(params, z),
    learn(params, z, images, { sigma: 1, learningRate: 1e-6 }, 'any-step'),
    train(images, options, rngOf(seed, 'interface'), 'any-training'),
    sample(params, 1, rngOf(seed, 'interface')),
    panel(params, 1, 1),
  ];
  return {
    id: 'interface',
    kind: 'rule',
    title: 'The functions have the names of the contract',
    function: 'trainAbp',
    cases: [
      {
        id,
        title: 'the names of the functions',
        worker: FAST,
        plan: async (ask) => {
          for (const call of calls) await ask(String(call.fn), { ...call, send: false });
        },
      },
    ],
    judge({ submission }) {
      const outcomes = calls.map((call) => submission[id]![String(call.fn)]!);
      // A file that cannot be loaded has no functions: all calls end in the same words.
      const said = new Set(outcomes.map((outcome) => (outcome.status === 'ok' ? 'ok' : outcome.message)));
      const unloaded = said.size === 1 && !said.has('ok');
      const results = calls.map((call, i): CaseResult => {
        const [fn, outcome] = [String(call.fn), outcomes[i]!];
        if (outcome.status === 'ok') return { title: fn, status: 'accepted', statement: '' };
        const absent = unloaded || outcome.status === 'missing' || outcome.status === 'compile-error';
        return absent ? failedCall(fn, fn, outcome) : { title: fn, status: 'accepted', statement: '' };
      });
      return combine(results, 'All functions are there under their names.');
    },
  };
}
