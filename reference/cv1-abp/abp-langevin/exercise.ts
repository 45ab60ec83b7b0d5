import { coerce } from '../../../harness/checks/coerce.ts';
import { formatNumber } from '../../../harness/checks/format.ts';
import { type PropertyCase, propertyCheck } from '../../../harness/checks/property.ts';
import { sameValue } from '../../../harness/checks/same-value.ts';
import type { Check } from '../../../harness/model/exercise.ts';
import { defineExercise } from '../../../harness/model/exercise.ts';
import { maxAbs } from '../../../harness/numerics/compare.ts';
import { drawInputs, type Input, inferCall, MODULE, rngOf } from './inputs.ts';
import { lawChecks } from './law-checks.ts';
import { stepChecks } from './step-checks.ts';

export default defineExercise({
  id: 'abp-langevin',
  assignment: 'cv1-abp',
  title: 'Inferring latents by Langevin dynamics',
  functions: {
    logJoint: {
      module: MODULE,
      signature:
        'logJoint(generate, z: Tensor /* [n,d] */, images: Tensor /* [n,h,w,c] */, sigma: number): Tensor /* [n] */',
    },
    langevinStep: {
      module: MODULE,
      signature:
        'langevinStep(generate, z: Tensor /* [n,d] */, images: Tensor /* [n,h,w,c] */, options: { sigma, stepSize }, noise: Tensor /* [n,d] */): Tensor /* [n,d] */',
    },
    inferLatents: {
      module: MODULE,
      signature:
        'inferLatents(generate, z0: Tensor /* [n,d] */, images: Tensor /* [n,h,w,c] */, options: { sigma, stepSize, steps }, rng): Tensor /* [n,d] */',
    },
  },
  checks: (seed) => [...stepChecks(seed), ...lawChecks(seed), randomNumbers(seed)],
});

/** Random numbers that are 0 now and then, that have an effect, and of which none is asked for without a step. */
function randomNumbers(seed: number): Check {
  const inputs = drawInputs(seed);
  const zeros = [
    { input: inputs.one!, every: 3, steps: 4 },
    { input: inputs.several!, every: 7, steps: 5 },
    { input: inputs.smallest!, every: 5, steps: 10 },
  ].map(({ input, every, steps }): PropertyCase => {
    const shape = input.z.shape;
    return {
      id: `every-${every}`,
      title: `${input.title}, where every ${every}${every === 3 ? 'rd' : 'th'} random number is exactly 0`,
      calls: [{ id: 'z', call: inferCall(input, steps, rngOf(seed, `zeros-${every}`, every)) }],
      deviations: ({ z }) => {
        const coerced = coerce(z!.value, shape);
        if (!coerced.ok) return coerced.problem;
        const odd = coerced.array.data.findIndex((x) => !Number.isFinite(x));
        if (odd < 0) return [{ identity: 'every latent is a finite number', error: 0, bound: 0.5 }];
        return {
          statement: `it gives ${coerced.array.data[odd]}.`,
          mistake: {
            id: 'log-of-zero',
            message: 'A logarithm or a quotient of rng() is taken where rng() is exactly 0.',
            hint: '1 − rng() is never 0.',
          },
        };
      },
    };
  });
  const effect: PropertyCase = {
    id: 'effect',
    title: 'two random number generators',
    calls: ['a', 'b'].map((id) => ({ id, call: inferCall(inputs.grey!, 2, rngOf(seed, `effect-${id}`)) })),
    deviations: ({ a, b }) => {
      if (!sameValue(a!.value, b!.value))
        return [{ identity: 'other random numbers give other latents', error: 0, bound: 0.5 }];
      return {
        statement: 'both give the same latents.',
        mistake: {
          id: 'rng-without-effect',
          message: 'rng has no effect: the noise is missing, or does not come from rng.',
        },
      };
    },
  };
  return propertyCheck({
    id: 'random-numbers',
    title: 'Noise comes from rng, which may be exactly 0; without a step there is none',
    function: 'inferLatents',
    cases: [...zeros, effect, noStep(seed, inputs.several!)],
    praise: 'The noise comes from rng, an rng() of exactly 0 does no harm, and without a step the latents stay.',
  });
}

/** steps = 0: nothing is added to z0, neither drift nor noise. */
function noStep(seed: number, input: Input): PropertyCase {
  const { z: start } = input;
  const bound = 1e-6 * Math.max(1, maxAbs(start.data));
  return {
    id: 'no-step',
    title: 'no step at all (steps = 0)',
    calls: [{ id: 'z', call: inferCall(input, 0, rngOf(seed, 'no-step')) }],
    deviations: ({ z }) => {
      const coerced = coerce(z!.value, start.shape);
      if (!coerced.ok) return coerced.problem;
      // Written so that a NaN counts as moved.
      const moved = coerced.array.data.findIndex((x, i) => !(Math.abs(x - start.data[i]!) <= bound));
      if (moved < 0) return [{ identity: 'the latents are those of z0', error: 0, bound }];
      return {
        statement: `a latent that is ${formatNumber(start.data[moved]!)} in z0 comes back as ${formatNumber(coerced.array.data[moved]!)}.`,
        mistake: {
          id: 'no-step',
          message: 'Where options.steps is 0 the latents are not those of z0: without a step nothing is added to them.',
        },
      };
    },
  };
}
