import { byHandCheck } from '../../../harness/checks/by-hand.ts';
import { type PropertyCase, propertyCheck } from '../../../harness/checks/property.ts';
import { purityCheck } from '../../../harness/checks/purity.ts';
import { type ValueCase, valuesCheck } from '../../../harness/checks/values.ts';
import type { Call } from '../../../harness/model/call.ts';
import { type Case, type CaseOutcomes, type Check, defineExercise } from '../../../harness/model/exercise.ts';
import {
  brightTie,
  digitInput,
  extremeInput,
  type Input,
  improbableInput,
  largeLogits,
  noiseInput,
  PARAMETERS,
  type ParameterName,
  windowTie,
} from './inputs.ts';
import { oneCellOfStageOne, oneCellOfStageTwo, whateverTheChoice } from './ties.ts';

const MODULE = 'question1';

const forward = ({ params, x }: Input): Call => ({ module: MODULE, fn: 'cnnForward', args: [{ ...params }, x] });
const gradients = ({ params, x, y }: Input): Call => ({
  module: MODULE,
  fn: 'cnnGradients',
  args: [{ ...params }, x, y],
});

const TITLES: Record<ParameterName, string> = {
  W1: '∂L/∂W1, the kernels of stage 1',
  B1: '∂L/∂B1',
  W2: '∂L/∂W2, the kernels of stage 2',
  B2: '∂L/∂B2',
  W3: '∂L/∂W3, the weights of the dense layer',
  B3: '∂L/∂B3',
};

/** No tape is recorded where these run: neither function needs one, and what needs one is not a program by hand. */
const withoutTape = (check: Check): Check => ({
  ...check,
  cases: check.cases.map((item) => ({ ...item, worker: { gradients: 'none' } })),
});

export default defineExercise({
  id: 'cnn-backprop',
  assignment: 'ece792-hw3',
  title: 'Back-propagation through a convolutional network, by hand',
  functions: {
    cnnForward: {
      module: MODULE,
      signature: 'cnnForward({ W1, B1, W2, B2, W3, B3 }, x: Tensor /* [n,28,28,1] */): Tensor /* [n,10] */',
    },
    cnnGradients: {
      module: MODULE,
      signature:
        'cnnGradients({ W1, B1, W2, B2, W3, B3 }, x: Tensor /* [n,28,28,1] */, y: Tensor /* [n,10] */): { W1, B1, W2, B2, W3, B3 }',
    },
  },

  checks(seed) {
    const one = noiseInput(seed, 1, 'one', 'a batch of one');
    const three = noiseInput(seed, 3, 'three', 'a batch of three');
    const digits = digitInput(seed, 2, 'digits', 'two digits');
    const digit = digitInput(seed, 1, 'digit', 'a digit, whose background is the same everywhere');
    const extreme = extremeInput(seed);
    const bright = brightTie(seed);
    const window = windowTie(seed);

    const results = (inputs: Input[]): ValueCase[] =>
      inputs.map((input) => ({ id: input.id, title: input.title, call: forward(input) }));
    // One call gives all six gradients: they are asked for once, and each is judged by a check of its own.
    const caseOf = (input: Input): ValueCase => ({
      id: input.id,
      title: input.title,
      call: { ...gradients(input), echo: input === one },
      caseId: `gradients/${input.id}`,
    });
    const propertyCase = (input: Input, deviations: PropertyCase['deviations']): PropertyCase => ({
      id: input.id,
      title: input.title,
      calls: [{ id: 'value', call: gradients(input) }],
      deviations,
    });

    const checks: Check[] = [
      valuesCheck({
        id: 'values-cnnForward',
        title: 'The probabilities of the ten classes',
        function: 'cnnForward',
        cases: results([one, three, digits]),
      }),
      valuesCheck({
        id: 'extreme-cnnForward',
        title: 'The probabilities at large logits',
        function: 'cnnForward',
        cases: results([extreme, largeLogits(seed)]),
        praise: 'cnnForward stays finite and right at large logits and where sigmoids are saturated.',
      }),
      ...PARAMETERS.map((name) =>
        valuesCheck({
          id: `gradient-${name}`,
          title: TITLES[name],
          function: 'cnnGradients',
          parts: [{ path: [name], name: `∂L/∂${name}` }],
          cases: [one, three].map(caseOf),
          praise: `∂L/∂${name} agrees with the reference on every input.`,
        }),
      ),
      valuesCheck({
        id: 'extreme-cnnGradients',
        title: 'The gradients where the true class has probability 0, or nearly so',
        function: 'cnnGradients',
        parts: PARAMETERS.map((name) => ({ path: [name], name: `∂L/∂${name}` })),
        cases: [caseOf(extreme), caseOf(improbableInput(seed))],
        praise: 'The gradients stay finite and right where the true class has probability 0, or nearly so.',
      }),
      propertyCheck({
        id: 'ties',
        title: 'Equal cells in a pooling window: one of them takes the gradient',
        function: 'cnnGradients',
        praise: 'Of equal cells in a pooling window exactly one takes the gradient.',
        cases: [
          propertyCase(digit, whateverTheChoice),
          propertyCase(bright, oneCellOfStageOne(bright)),
          propertyCase(window, oneCellOfStageTwo(window)),
        ],
      }),
      purity(one, three, digit),
      byHandCheck({
        id: 'by-hand',
        title: 'The gradients are computed without automatic differentiation',
        function: 'cnnGradients',
        case: firstCase(caseOf(one)),
      }),
    ];
    return checks.map(withoutTape);
  },
});

const firstCase = ({ caseId, title, call }: ValueCase): Case => ({
  id: caseId!,
  title,
  plan: async (ask) => void (await ask('value', call as Call)),
});

/**
 * Calls of this network are dear. The first and the one in between were made for the gradients already; here it is only made again,
 * in the same process, after the forward pass of another batch of the same size: what that computed must not be taken for one's own.
 */
function purity(one: Input, three: Input, other: Input): Check {
  const check = purityCheck({
    id: 'purity',
    title: 'Same arguments, same result; arguments stay as they are',
    function: 'cnnGradients',
    cases: [{ id: 'one', title: 'two calls of cnnGradients', call: gradients(one), between: gradients(three) }],
  });
  const again: Case = {
    id: 'purity/again',
    title: 'the same call once more',
    plan: async (ask) => {
      await ask('between', forward(other));
      await ask('second', gradients(one));
    },
  };
  return {
    ...check,
    cases: [again],
    judge: (context) => {
      const recorded = (outcomes: Record<string, CaseOutcomes>): Record<string, CaseOutcomes> => {
        const first = outcomes['gradients/one']?.value;
        const between = outcomes['gradients/three']?.value;
        const second = outcomes[again.id]?.second;
        if (first === undefined || between === undefined || second === undefined)
          throw new Error('the calls were not recorded');
        return { 'purity/one': { first, between, second } };
      };
      const { submission, reference } = context;
      return check.judge({ ...context, submission: recorded(submission), reference: recorded(reference) });
    },
  };
}
