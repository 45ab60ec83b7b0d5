import { purityCheck } from '../../../harness/checks/purity.ts';
import { defineExercise } from '../../../harness/model/exercise.ts';
import { descentCheck } from './descent-checks.ts';
import { estimatorValues, unbiasedCheck } from './estimator-checks.ts';
import { anotherInput, estimatorCall, estimatorInputs, MODULE } from './estimator-inputs.ts';
import { repeatableCheck, traceCheck } from './form-checks.ts';
import type { Method } from './truth.ts';

const METHODS: Method[] = ['score', 'pathwise'];

export default defineExercise({
  id: 'reparam-sgd',
  assignment: 'mathdnn-hw10',
  title: 'Score-function and pathwise gradients, and descent with them',
  functions: {
    scoreGradient: {
      module: MODULE,
      signature: 'scoreGradient(mu: number, tau: number, x: Tensor /* [n] */): { mu, tau }',
    },
    pathwiseGradient: {
      module: MODULE,
      signature: 'pathwiseGradient(mu: number, tau: number, y: Tensor /* [n] */): { mu, tau }',
    },
    minimise: {
      module: MODULE,
      signature: "minimise(method: 'score' | 'pathwise', options, rng): { mu, sigma, trace: { mu, sigma }[] }",
    },
  },

  checks(seed) {
    const input = estimatorInputs(seed).find(({ id }) => id === 'way')!;
    return [
      ...METHODS.flatMap((method) => [estimatorValues(seed, method), unbiasedCheck(seed, method)]),
      traceCheck(seed),
      repeatableCheck(seed),
      ...METHODS.map((method) => descentCheck(seed, method)),
      purityCheck({
        id: 'purity',
        title: 'Same arguments, same gradient; the draws stay as they are',
        function: 'scoreGradient',
        cases: METHODS.map((method) => ({
          id: method,
          title: `two calls with the same draws (${method})`,
          call: estimatorCall(method, input),
          between: estimatorCall(method, anotherInput(seed)),
        })),
      }),
    ];
  },
});
