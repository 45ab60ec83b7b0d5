import { purityCheck } from '../../../harness/checks/purity.ts';
import { DOUBLE, type ValueCase, valuesCheck } from '../../../harness/checks/values.ts';
import type { Call } from '../../../harness/model/call.ts';
import { defineExercise } from '../../../harness/model/exercise.ts';
import {
  amplification,
  bothWays,
  equalInputs,
  type Input,
  nearSingular,
  oneDimensional,
  ordinaryInputs,
  otherUnits,
} from './inputs.ts';

const FUNCTION = 'gaussianKL';

const kl = ({ mu0, Sigma0, mu1, Sigma1 }: Input): Call => ({
  module: 'question3',
  fn: FUNCTION,
  args: [mu0, Sigma0, mu1, Sigma1],
});

const valueCase = (input: Input): ValueCase => ({
  id: input.id,
  title: input.title,
  call: kl(input),
  bound: { condition: amplification(input).relative },
});

/** Of a true value of 0 only an absolute bound can be stated: that of rounding, as many units as elsewhere. */
const zeroCase = (input: Input): ValueCase => ({
  id: input.id,
  title: input.title,
  call: kl(input),
  bound: { atol: Math.max(DOUBLE.atol, 64 * 2 ** -53 * amplification(input).absolute) },
});

export default defineExercise({
  id: 'gaussian-kl',
  assignment: 'ece792-hw3',
  title: 'KL divergence of two Gaussians',
  functions: {
    [FUNCTION]: {
      module: 'question3',
      signature:
        'gaussianKL(mu0: Tensor /* [k] */, Sigma0: Tensor /* [k,k] */, mu1: Tensor /* [k] */, Sigma1: Tensor /* [k,k] */): scalar',
    },
  },

  checks(seed) {
    const usual = ordinaryInputs(seed);
    return [
      valuesCheck({
        id: 'values',
        title: '½ (tr(Σ₁⁻¹Σ₀) + (μ₁−μ₀)ᵀΣ₁⁻¹(μ₁−μ₀) − k + log(det Σ₁ / det Σ₀))',
        function: FUNCTION,
        cases: usual.map(valueCase),
      }),
      valuesCheck({
        id: 'one-dimension',
        title: 'The divergence in one dimension',
        function: FUNCTION,
        cases: oneDimensional(seed).map(valueCase),
        praise: 'gaussianKL is right in one dimension, too.',
      }),
      valuesCheck({
        id: 'directions',
        title: 'KL(N₀ ‖ N₁) and KL(N₁ ‖ N₀), which differ',
        function: FUNCTION,
        cases: bothWays(seed).map(valueCase),
        praise: 'gaussianKL is right in both directions.',
      }),
      valuesCheck({
        id: 'equal',
        title: 'The divergence of a Gaussian from itself is 0',
        function: FUNCTION,
        cases: equalInputs(seed).map(zeroCase),
        praise: 'The divergence of a Gaussian from itself is 0.',
      }),
      valuesCheck({
        id: 'near-singular',
        title: 'Nearly singular covariances, condition numbers up to 1e10',
        function: FUNCTION,
        cases: nearSingular(seed).map(valueCase),
        praise: 'gaussianKL copes with nearly singular covariances: as many digits are right as the input allows.',
      }),
      valuesCheck({
        id: 'units',
        title: 'The divergence does not depend on the unit of length',
        function: FUNCTION,
        cases: otherUnits(seed).map(valueCase),
        praise: 'gaussianKL gives the same in every unit of length.',
      }),
      purityCheck({
        id: 'purity',
        title: 'Same arguments, same result; arguments stay as they are',
        function: FUNCTION,
        cases: [
          { id: 'three', title: 'two calls of gaussianKL', call: kl(usual[0]!), between: kl(oneDimensional(seed)[0]!) },
          // The same shape in between: what is kept under the size alone shows.
          { id: 'same-size', title: 'two calls with another in between', call: kl(usual[0]!), between: kl(usual[4]!) },
        ],
      }),
    ];
  },
});
