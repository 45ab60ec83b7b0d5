import { gradientChecks } from '../../../harness/checks/gradient.ts';
import { ownRuleCheck } from '../../../harness/checks/own-rule.ts';
import { type Deviation, propertyCheck } from '../../../harness/checks/property.ts';
import { purityCheck } from '../../../harness/checks/purity.ts';
import { timingCheck } from '../../../harness/checks/timing.ts';
import { asArrayOf, type Bound, DOUBLE, toleranceFor, valuesCheck } from '../../../harness/checks/values.ts';
import type { Call } from '../../../harness/model/call.ts';
import { type Case, defineExercise } from '../../../harness/model/exercise.ts';
import { NdArray } from '../../../harness/model/value.ts';
import { determinant, expm, identity, matmul, norm1, scale, trace } from '../../../harness/numerics/linalg.ts';
import { derive } from '../../../harness/numerics/random.ts';

const MODULE = 'question2';

const call = (C: NdArray): Call => ({ module: MODULE, fn: 'matrixExp', args: [C] });

/**
 * How much rounding the Taylor series may amplify: its terms reach e^‖C‖ while the result may be as small as e^−‖C‖.
 * A program that scales and squares does better, but the sheet's own series is a right answer.
 */
function condition(C: NdArray): number {
  return Math.max(1, Math.exp(norm1(C)) / norm1(expm(C)));
}

function bound(C: NdArray): Partial<Bound> {
  return { condition: condition(C) };
}

interface Input {
  id: string;
  title: string;
  C: NdArray;
}

function inputs(seed: number): Input[] {
  const random = (label: string, norm: number): NdArray => {
    const C = derive(seed, `matrix-exp/${label}`).normals([3, 3]);
    return scale(C, norm / norm1(C));
  };
  const of = (label: string) => derive(seed, `matrix-exp/${label}`);
  const angle = of('rotation').uniforms([1], 0.5, 2.5).data[0]!;
  const [a, b, c] = of('nilpotent').uniforms([3], 0.5, 2).data as unknown as [number, number, number];
  const [p, q, r] = of('diagonal').uniforms([3], -3, 2).data as unknown as [number, number, number];
  const eigenvalue = of('defective').uniforms([1], -1, 1).data[0]!;
  const general = random('symmetric', 2);
  const positive = of('positive').uniforms([3, 3], 0.5, 1.5);
  return [
    // A scaling that divides by 2^s needs s ≥ 0: below its threshold, s is negative where nobody thought of it.
    { id: 'tiny', title: 'a random matrix of norm 0.01', C: random('tiny', 0.01) },
    { id: 'small', title: 'a small random matrix', C: random('small', 0.3) },
    { id: 'random', title: 'a random matrix of norm 2', C: random('random', 2) },
    { id: 'large', title: 'a random matrix of norm 5', C: random('large', 5) },
    // Its eigenvalue is near 5, whatever is drawn: a series that stops too soon shows here for every seed.
    { id: 'positive', title: 'a matrix of positive entries and norm 5', C: scale(positive, 5 / norm1(positive)) },
    { id: 'zero', title: 'the zero matrix', C: NdArray.zeros([3, 3]) },
    { id: 'nilpotent', title: 'a nilpotent matrix', C: NdArray.of([0, a, b, 0, 0, c, 0, 0, 0], [3, 3]) },
    {
      id: 'rotation',
      title: 'the generator of a rotation',
      C: NdArray.of([0, -angle, 0, angle, 0, 0, 0, 0, 0], [3, 3]),
    },
    { id: 'diagonal', title: 'a diagonal matrix', C: NdArray.of([p, 0, 0, 0, q, 0, 0, 0, r], [3, 3]) },
    {
      id: 'symmetric',
      title: 'a symmetric matrix',
      C: NdArray.of(
        Array.from({ length: 9 }, (_, k) => {
          const [i, j] = [Math.floor(k / 3), k % 3];
          return (general.data[3 * i + j]! + general.data[3 * j + i]!) / 2;
        }),
        [3, 3],
      ),
    },
    {
      id: 'defective',
      title: 'a matrix with one eigenvalue and one eigenvector',
      C: NdArray.of([eigenvalue, 1, 0, 0, eigenvalue, 1, 0, 0, eigenvalue], [3, 3]),
    },
    {
      id: 'negative',
      title: 'a matrix with large negative eigenvalues',
      C: NdArray.of(
        Array.from(random('negative', 1).data, (x, k) => (k % 4 === 0 ? x - 3.5 : x)),
        [3, 3],
      ),
    },
  ];
}

export default defineExercise({
  id: 'matrix-exp',
  assignment: 'image-registration',
  title: 'Matrix exponential with its own backward rule',
  functions: { matrixExp: { module: MODULE, signature: 'matrixExp(C: Tensor /* [3,3] */): Tensor /* [3,3] */' } },
  companions: { '/harness/plain-series': 'plain-series.ts' },

  checks(seed) {
    const all = inputs(seed);
    const pick = (...ids: string[]) => all.filter(({ id }) => ids.includes(id));
    const values = valuesCheck({
      id: 'values',
      title: 'exp(C) agrees with the reference',
      function: 'matrixExp',
      cases: all.map(({ id, title, C }) => ({ id, title, call: call(C), bound: bound(C) })),
    });

    const identities = propertyCheck({
      id: 'identities',
      title: 'exp(C)·exp(−C) = I and det exp(C) = e^(tr C)',
      function: 'matrixExp',
      praise: 'Both identities hold.',
      cases: pick('tiny', 'small', 'random', 'defective').map(({ id, title, C }) => ({
        id,
        title,
        calls: [
          { id: 'plus', call: call(C) },
          { id: 'minus', call: call(scale(C, -1)) },
        ],
        deviations: ({ plus, minus }) => {
          const [E, F] = [asArrayOf(plus!.value, [3, 3]), asArrayOf(minus!.value, [3, 3])];
          if (E === undefined || F === undefined) return 'the result is not a tensor of shape [3, 3].';
          return [inverse(E, F, C), determinantIs(E, C)];
        },
      })),
    });

    const G = (id: string): NdArray => derive(seed, `matrix-exp/cotangent/${id}`).normals([3, 3]);
    const [own, reference] = gradientChecks({
      seed,
      own: { id: 'gradient-own', title: 'The gradient fits your own forward function' },
      reference: { id: 'gradient-reference', title: "The gradient agrees with the reference's" },
      function: 'matrixExp',
      cases: pick(
        'tiny',
        'small',
        'random',
        'large',
        'positive',
        'zero',
        'nilpotent',
        'symmetric',
        'diagonal',
        'defective',
      ).map(({ id, title, C }) => ({
        id,
        title,
        point: [{ name: 'C', value: C }],
        forward: ([X]) => call(X!),
        cotangent: G(id),
        analytic: { wrt: [[0]] },
        bound: bound(C),
      })),
    });

    const gradientCall = (C: NdArray, cotangent: NdArray, between?: NdArray): Call => ({
      ...call(C),
      gradient: { wrt: [[0]], cotangent, ...(between === undefined ? {} : { between: [between] }) },
    });
    const { C } = pick('random')[0]!;
    const measured = gradientCall(C, G('timing'));
    const other = pick('small')[0]!.C;
    const purity = purityCheck({
      id: 'purity',
      title: 'Same argument, same result; the argument stays as it is',
      function: 'matrixExp',
      cases: [
        { id: 'forward', title: 'two calls', call: call(C), between: call(other) },
        {
          id: 'gradient',
          title: 'two gradients',
          call: gradientCall(C, G('purity')),
          between: gradientCall(other, G('purity-between')),
        },
        {
          id: 'two-on-a-tape',
          title: 'two gradients, of which the second is taken after another call of the function',
          call: gradientCall(C, G('purity')),
          between: call(other),
        },
      ],
    });
    return [
      values,
      identities,
      own,
      reference,
      ownRuleCheck({
        id: 'own-rule',
        title: 'The backward rule is your own',
        function: 'matrixExp',
        call: gradientCall(C, G('own-rule')),
      }),
      timingCheck({
        id: 'timing',
        title: 'Forward and backward take no longer than plain differentiation of the series',
        function: 'matrixExp',
        measured,
        baseline: { ...measured, module: '/harness/plain-series' },
        baselineName: 'automatic differentiation of the 99-term series',
        rounds: 8,
        maxRatio: 1,
        reason: 'an own rule exists to be cheaper than the tape of 99 terms; published runs halve the time',
      }),
      {
        ...purity,
        // A loss of two exponentials puts another call between the forward and the backward pass of one: a rule that keeps
        // its matrix beside the tape takes the wrong one then.
        cases: purity.cases.map((one) =>
          one.id === 'purity/two-on-a-tape' ? withSecond(one, gradientCall(C, G('purity'), other)) : one,
        ),
      },
    ];
  },
});

/** The case of a purity check, with another second call than the first one once more. */
function withSecond(one: Case, second: Call): Case {
  return { ...one, plan: (ask) => one.plan((id, call) => ask(id, id === 'second' ? second : call)) };
}

/** Rounding granted to an identity: that of the result, amplified by the product of the norms. */
function slack(E: NdArray, C: NdArray): number {
  return toleranceFor(E, { ...DOUBLE, condition: condition(C) }).rtol * Math.exp(norm1(C));
}

function inverse(E: NdArray, F: NdArray, C: NdArray): Deviation {
  const product = matmul(E, F);
  const unit = identity(3);
  let error = 0;
  for (let k = 0; k < 9; k++) {
    // Written so that a NaN stays a NaN.
    const gap = Math.abs(product.data[k]! - unit.data[k]!);
    if (!(gap <= error)) error = gap;
  }
  return { identity: 'exp(C)·exp(−C) = I', error, bound: slack(E, C) };
}

function determinantIs(E: NdArray, C: NdArray): Deviation {
  const expected = Math.exp(trace(C));
  return { identity: 'det exp(C) = e^(tr C)', error: Math.abs(determinant(E) / expected - 1), bound: 3 * slack(E, C) };
}
