import { gradientChecks } from '../../../harness/checks/gradient.ts';
import { type PropertyCase, propertyCheck } from '../../../harness/checks/property.ts';
import { purityCheck } from '../../../harness/checks/purity.ts';
import { asArrayOf, valuesCheck } from '../../../harness/checks/values.ts';
import type { Check } from '../../../harness/model/exercise.ts';
import { NdArray } from '../../../harness/model/value.ts';
import { maxAbs } from '../../../harness/numerics/compare.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { alone, another, drawInputs, type Input, inferCall, langevinCall, logJointCall, rngOf } from './inputs.ts';

/** The checks of logJoint and langevinStep, and the purity of all three functions: nothing in them is left to chance. */
export function stepChecks(seed: number): Check[] {
  const inputs = drawInputs(seed);
  const all = Object.values(inputs);
  const some = [inputs.several!, inputs.one!, inputs.grey!, inputs.smallest!];
  return [
    valuesCheck({
      id: 'values-logJoint',
      title: 'log p = −‖I − g(z)‖²/(2σ²) − ‖z‖²/2, one value a picture',
      function: 'logJoint',
      cases: all.map((input) => ({ id: input.id, title: input.title, call: logJointCall(input) })),
    }),
    ...gradientChecks({
      seed,
      function: 'logJoint',
      own: { id: 'gradient-own-logJoint', title: 'The gradient in z is the slope of your own log p' },
      reference: { id: 'gradient-reference-logJoint', title: 'The gradient in z' },
      cases: some.map((input) => ({
        id: input.id,
        title: input.title,
        point: [{ name: 'z', value: input.z }],
        forward: ([z]) => logJointCall({ ...input, z: z! }),
        // Another weight for each picture: what belongs to one must not go to another.
        cotangent: derive(seed, `abp-langevin/cotangent/${input.id}`).uniforms([input.z.shape[0]!], 0.5, 2),
        analytic: { wrt: [[1]] },
      })),
    }),
    valuesCheck({
      id: 'values-langevinStep',
      title: "z' = z + (s²/2) ∂/∂z log p + s·noise, under given noise",
      function: 'langevinStep',
      cases: all.map((input) => ({ id: input.id, title: input.title, call: langevinCall(input) })),
    }),
    propertyCheck({
      id: 'own-chains',
      title: 'Each picture has a chain of its own',
      function: 'langevinStep',
      cases: [inputs.several!, inputs.smallest!].map(eachAlone),
      praise: 'A picture in a batch moves as it does alone.',
    }),
    purityCheck({
      id: 'purity-logJoint',
      title: 'logJoint: same arguments, same result; arguments stay as they are',
      function: 'logJoint',
      cases: [
        {
          ...{ id: 'several', title: 'two calls with the same arguments', call: logJointCall(inputs.several!) },
          between: logJointCall(another(seed, 'several')),
        },
      ],
    }),
    purityCheck({
      id: 'purity-langevinStep',
      title: 'langevinStep: same arguments, same result; arguments stay as they are',
      function: 'langevinStep',
      cases: [
        {
          ...{ id: 'several', title: 'two calls with the same arguments', call: langevinCall(inputs.several!) },
          between: langevinCall(another(seed, 'several')),
        },
      ],
    }),
    purityCheck({
      id: 'purity-inferLatents',
      title: 'inferLatents: same arguments and random numbers, same result; arguments stay as they are',
      function: 'inferLatents',
      cases: [
        {
          id: 'several',
          title: 'two calls with the same arguments and random numbers',
          call: inferCall(inputs.several!, 3, rngOf(seed, 'purity')),
          between: inferCall(another(seed, 'several'), 2, rngOf(seed, 'between')),
        },
        {
          // 9 random numbers: where normal ones are made in pairs, the last one has none to go with.
          id: 'odd',
          title: 'two calls with the same arguments and random numbers, an odd count of them',
          call: inferCall(inputs.one!, 3, rngOf(seed, 'purity-odd')),
          between: inferCall(another(seed, 'several'), 2, rngOf(seed, 'between-odd')),
        },
      ],
    }),
  ];
}

/** A batch at once, and each of its pictures alone. */
function eachAlone(input: Input): PropertyCase {
  const [n, d] = input.z.shape as [number, number];
  return {
    id: input.id,
    title: input.title,
    calls: [
      { id: 'batch', call: langevinCall(input) },
      ...Array.from({ length: n }, (_, i) => ({ id: `alone-${i}`, call: langevinCall(alone(input, i)) })),
    ],
    deviations: (results) => {
      const batch = asArrayOf(results.batch!.value, [n, d]);
      if (batch === undefined) return `the result should have shape [${n}, ${d}].`;
      const single = Array.from({ length: n }, (_, i) => asArrayOf(results[`alone-${i}`]!.value, [1, d]));
      if (single.includes(undefined)) return `the result for a single picture should have shape [1, ${d}].`;
      const joined = single.flatMap((row) => Array.from(row!.data));
      const gap = new NdArray(
        [n, d],
        Float64Array.from(batch.data, (x, i) => x - joined[i]!),
      );
      // maxAbs leaves out what is not finite.
      const error = gap.data.every(Number.isFinite) ? maxAbs(gap.data) : Number.NaN;
      const identity = 'a picture in a batch moves as it does alone';
      // Wide enough for programs that store their numbers as float32.
      return [{ identity, error, bound: 1e-5 * Math.max(1, maxAbs(batch.data)) }];
    },
  };
}
