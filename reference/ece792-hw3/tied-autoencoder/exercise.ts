import { gradientChecks } from '../../../harness/checks/gradient.ts';
import { purityCheck } from '../../../harness/checks/purity.ts';
import { valuesCheck } from '../../../harness/checks/values.ts';
import type { Call } from '../../../harness/model/call.ts';
import { type Check, defineExercise } from '../../../harness/model/exercise.ts';
import type { NdArray } from '../../../harness/model/value.ts';
import { extremeInputs, type Input, ordinaryInputs, sameSizes } from './inputs.ts';

const MODULE = 'question2';
const PARAMETERS = ['W', 'b', 'c'] as const;

const call =
  (fn: 'tiedLoss' | 'tiedGradients') =>
  ({ W, b, c, x }: Input): Call => ({ module: MODULE, fn, args: [W, b, c, x] });
const loss = call('tiedLoss');
const gradients = call('tiedGradients');

const TITLES: Record<(typeof PARAMETERS)[number], string> = {
  W: '∂L/∂W, the sum of the encoder path and the transposed decoder path',
  b: '∂L/∂b',
  c: '∂L/∂c',
};

export default defineExercise({
  id: 'tied-autoencoder',
  assignment: 'ece792-hw3',
  title: 'Autoencoder with tied weights',
  functions: {
    tiedLoss: {
      module: MODULE,
      signature:
        'tiedLoss(W: Tensor /* [h,d] */, b: Tensor /* [h] */, c: Tensor /* [d] */, x: Tensor /* [n,d] */): scalar',
    },
    tiedGradients: {
      module: MODULE,
      signature: 'tiedGradients(W, b, c, x): { W: Tensor /* [h,d] */; b: Tensor /* [h] */; c: Tensor /* [d] */ }',
    },
  },

  checks(seed) {
    const usual = ordinaryInputs(seed);
    const extreme = extremeInputs(seed);
    const first = usual[0]!;
    const losses = (inputs: Input[]) =>
      inputs.map((input) => ({ id: input.id, title: input.title, call: loss(input) }));
    // One call gives all three gradients, and each is judged by a check of its own.
    const parts = (kind: string, inputs: Input[]) =>
      inputs.map((input) => ({
        id: input.id,
        title: input.title,
        call: gradients(input),
        caseId: `${kind}/${input.id}`,
      }));
    const [own] = gradientChecks({
      seed,
      own: { id: 'gradient-own', title: 'Your gradients are the derivatives of your own loss' },
      reference: { id: 'unused', title: '' },
      function: 'tiedGradients',
      cases: usual
        .filter(({ id }) => ['batch', 'single', 'square'].includes(id))
        .map((input) => ({
          id: input.id,
          title: input.title,
          point: PARAMETERS.map((name) => ({ name, value: input[name] })),
          forward: ([W, b, c]: NdArray[]) => loss({ ...input, W: W!, b: b!, c: c! }),
          analytic: { call: gradients(input), parts: PARAMETERS.map((name) => [name]) },
        })),
    });

    const checks: Check[] = [
      valuesCheck({
        id: 'values-tiedLoss',
        title: 'L = mean over the batch of ‖x − x̂‖²',
        function: 'tiedLoss',
        cases: losses(usual),
      }),
      valuesCheck({
        id: 'extreme-tiedLoss',
        title: 'L where sigmoids are saturated',
        function: 'tiedLoss',
        cases: losses(extreme),
        praise: 'tiedLoss stays finite and right where sigmoids are saturated.',
      }),
      ...PARAMETERS.map((name) =>
        valuesCheck({
          id: `gradient-${name}`,
          title: TITLES[name],
          function: 'tiedGradients',
          parts: [{ path: [name], name: `∂L/∂${name}` }],
          cases: parts('gradients', usual),
          praise: `∂L/∂${name} agrees with the reference on every input.`,
        }),
      ),
      valuesCheck({
        id: 'extreme-tiedGradients',
        title: 'The gradients where sigmoids are saturated',
        function: 'tiedGradients',
        parts: PARAMETERS.map((name) => ({ path: [name], name: `∂L/∂${name}` })),
        cases: parts('extreme-gradients', extreme),
        praise: 'The gradients stay finite and right where sigmoids are saturated.',
      }),
      own,
      purityCheck({
        id: 'purity',
        title: 'Same arguments, same result; arguments stay as they are',
        function: 'tiedGradients',
        cases: [
          { id: 'loss', title: 'two calls of tiedLoss', call: loss(first), between: loss(usual[3]!) },
          {
            id: 'same-sizes',
            title: 'two calls of tiedGradients',
            call: gradients(first),
            between: gradients(sameSizes(seed)),
          },
          {
            id: 'other-sizes',
            title: 'two calls of tiedGradients',
            call: gradients(first),
            between: gradients(usual[1]!),
          },
        ],
      }),
    ];
    return checks;
  },
});
