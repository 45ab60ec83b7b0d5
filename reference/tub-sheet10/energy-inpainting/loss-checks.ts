import { gradientChecks } from '../../../harness/checks/gradient.ts';
import { type PropertyCase, propertyCheck } from '../../../harness/checks/property.ts';
import { purityCheck } from '../../../harness/checks/purity.ts';
import { asArrayOf, DOUBLE, valuesCheck } from '../../../harness/checks/values.ts';
import type { Call, NetLayer, Path } from '../../../harness/model/call.ts';
import type { Check } from '../../../harness/model/exercise.ts';
import { NdArray } from '../../../harness/model/value.ts';
import {
  constantEnergy,
  differences,
  drawLoss,
  type LossInput,
  lossArguments,
  negated,
  negatedEnergy,
  PIXELS,
} from './inputs.ts';

const FUNCTION = 'energyLoss';
/** Arguments of energyLoss: x, mask, z, gnet, enet. */
const ARGUMENT = { g: 3, e: 4 };

/** Energies of a few hundred or thousand that are subtracted from each other amplify rounding by their size over 1. */
const LARGE = 1e4;

const call = (module: string, input: LossInput): Call => ({ module, fn: FUNCTION, args: lossArguments(input) });

/** The checks of energyLoss: its value, and the gradients with respect to the weights of both networks, each for itself. */
export function lossChecks(seed: number, module: string): Check[] {
  const single = drawLoss(seed, 'single', 'one digit and a mask [784]', { n: 1, mask: 'one' });
  const singleRow = drawLoss(seed, 'single-row', 'one digit and a mask [1, 784]', { n: 1, mask: 'each' });
  const several = drawLoss(seed, 'several', '5 digits with a hole each, mask [5, 784]', { n: 5, mask: 'each' });
  const shared = drawLoss(seed, 'shared', '4 digits with the same hole, mask [784]', { n: 4, mask: 'one' });
  const whole = drawLoss(seed, 'whole', '3 digits of which nothing is known, mask all 1', { n: 3, mask: 'all' });
  const nothing = drawLoss(seed, 'nothing', '3 digits without a hole, mask all 0', { n: 3, mask: 'none' });
  const flat = drawLoss(seed, 'flat', '4 digits that all have the same energy', { n: 4, mask: 'each' });
  const large = drawLoss(seed, 'large', '6 digits with energies of some thousands', {
    n: 6,
    mask: 'each',
    most: 4000,
    mixed: true,
  });
  const larger = negatedEnergy(large, 'large-negative', 'the same digits with energies of the opposite sign');
  const oneLarge = drawLoss(seed, 'one-large', 'one digit with an energy of some thousands', {
    ...{ n: 1, mask: 'one', most: 3000 },
  });
  const oneLarger = negatedEnergy(oneLarge, 'one-large-negative', 'the same digit with an energy of the opposite sign');

  const value = (input: LossInput) => ({ id: input.id, title: input.title, call: call(module, input) });
  const extremes = [large, larger, oneLarge, oneLarger];
  const bound = { ...DOUBLE, condition: LARGE };
  return [
    valuesCheck({
      id: 'values',
      title: 'err = mean softplus(E(x) − E(x̂)), x̂ = z(1 − m) + g(z)m',
      function: FUNCTION,
      cases: [single, singleRow, several, shared, whole].map(value),
    }),
    valuesCheck({
      id: 'equal-energies',
      title: 'log 2 where the energies are equal',
      function: FUNCTION,
      cases: [value(constantEnergy(flat)), value(nothing)],
      praise: 'Equal energies give log 2.',
    }),
    namedCutOff(
      extremes,
      valuesCheck({
        id: 'large-energies',
        title: 'Energies of some thousands do not overflow',
        function: FUNCTION,
        cases: extremes.map(value),
        bound,
        praise: 'Large energies of either sign give the right value.',
      }),
    ),
    ...networkChecks(seed, module, [single, several, shared], 'e'),
    ...networkChecks(seed, module, [single, several, shared], 'g'),
    valuesCheck({
      id: 'large-energies-gradient',
      title: 'Both gradients stay finite and right at energies of some thousands',
      function: FUNCTION,
      cases: extremes.map((input) => ({
        id: input.id,
        title: input.title,
        call: { ...call(module, input), gradient: { wrt: [...weights('e'), ...weights('g')].map(({ path }) => path) } },
      })),
      parts: [...weights('e'), ...weights('g')].map(({ name }, i) => ({ path: [i], name: `The gradient for ${name}` })),
      bound,
      praise: 'Large energies of either sign give the right gradients.',
    }),
    propertyCheck({
      id: 'hole-only',
      title: 'What the generator says of known pixels has no part in it',
      function: FUNCTION,
      cases: [holeOnly(module, several), holeOnly(module, shared), holeOnly(module, single)],
      praise: 'Neither the value nor the gradient depends on what the generator gives for known pixels.',
    }),
    purityCheck({
      id: 'purity',
      title: 'Same arguments, same result; arguments stay as they are',
      function: FUNCTION,
      cases: [several, shared].map((input) => ({
        ...{ id: input.id, title: `two calls on ${input.title}`, call: call(module, input) },
        between: call(module, drawLoss(seed, `between-${input.id}`, '', { n: 2, mask: 'each' })),
      })),
    }),
  ];
}

const CUT_OFF = {
  id: 'clipped-energies',
  message: 'The difference of the energies is cut off at a large number, to avoid overflow.',
  hint: 'Nothing has to be cut off: tf.softplus(d), or the logarithm of e^d + e^0 by tf.logSumExp, is right for every d.',
};

/** The same check, which says where differences were cut off: the results tell that themselves, wherever the cut is. */
function namedCutOff(inputs: LossInput[], check: Check): Check {
  return {
    ...check,
    judge: (context) => {
      const verdict = check.judge(context);
      if (verdict.status !== 'wrong-answer') return verdict;
      const values = check.cases.map(({ id }) => {
        const outcome = context.submission[id]?.value;
        return outcome?.status === 'ok' ? (asArrayOf(outcome.value, [])?.data[0] ?? Number.NaN) : Number.NaN;
      });
      return isCutOff(inputs, values) ? { ...verdict, mistake: CUT_OFF } : verdict;
    },
  };
}

/** Whether these are the means of softplus(d) with all d cut off at one number, which is the result for a single large d. */
function isCutOff(inputs: LossInput[], values: number[]): boolean {
  const cut = Math.max(...values);
  if (!(cut > 5 && cut < 1000)) return false;
  return inputs.every((input, i) => {
    const d = differences(input).map((one) => Math.min(Math.max(one, -cut), cut));
    const mean = d.reduce((sum, one) => sum + Math.max(one, 0) + Math.log1p(Math.exp(-Math.abs(one))), 0) / d.length;
    return Math.abs(values[i]! - mean) <= 1e-2 * cut;
  });
}

interface Weight {
  name: string;
  layer: number;
  part: 'kernel' | 'bias';
  path: Path;
}

/** Of E without the last bias, on which no difference of energies depends. */
function weights(network: 'g' | 'e'): Weight[] {
  const of = network === 'g' ? 'the generator' : 'the energy';
  const all: [string, number, Weight['part']][] = [
    [`the first kernel of ${of}`, 0, 'kernel'],
    [`the first bias of ${of}`, 0, 'bias'],
    [`the last kernel of ${of}`, 1, 'kernel'],
    ...(network === 'g' ? [[`the last bias of ${of}`, 1, 'bias'] as [string, number, 'bias']] : []),
  ];
  return all.map(([name, layer, part]) => ({ name, layer, part, path: [ARGUMENT[network], 'layers', layer, part] }));
}

/**
 * The gradient for one network's weights, against the slope of the program's own loss and against the reference's. For the
 * generator the sign is to be the opposite of the slope's; so the point is minus its weights, along which the slope is
 * minus the slope, and both networks go through the same comparison.
 */
function networkChecks(seed: number, module: string, inputs: LossInput[], network: 'g' | 'e'): Check[] {
  const flipped = network === 'g';
  const name = flipped ? 'generator' : 'energy';
  const sign = (array: NdArray): NdArray => (flipped ? negated(array) : array);
  const wanted = weights(network);
  return gradientChecks({
    seed,
    function: FUNCTION,
    own: {
      id: `gradient-${name}-own`,
      title: flipped
        ? 'The gradient for the generator is minus the slope of your own loss'
        : 'The gradient for the energy is the slope of your own loss',
    },
    reference: {
      id: `gradient-${name}`,
      title: flipped
        ? '−∂err/∂θ of the generator: sign turned, through the hole only'
        : '∂err/∂θ of the energy, as it is',
    },
    cases: inputs.map((input) => ({
      id: input.id,
      title: input.title,
      point: wanted.map(({ name: part, layer, part: key }) => ({
        name: flipped ? `minus ${part}` : part,
        value: sign(input[network][layer]![key]),
      })),
      forward: (point) => {
        const layers = wanted.reduce<NetLayer[]>(
          (changed, { layer, part }, i) =>
            changed.map((one, l) => (l === layer ? { ...one, [part]: sign(point[i]!) } : one)),
          input[network],
        );
        return call(module, { ...input, [network]: layers });
      },
      analytic: { wrt: wanted.map(({ path }) => path) },
    })),
  });
}

/** The generator's last bias, one entry a pixel: where no mask is 1 it must neither change the value nor have a gradient. */
function holeOnly(module: string, input: LossInput): PropertyCase {
  const known = Array.from({ length: PIXELS }, (_, k) => isKnown(input.mask, k));
  const last = input.g[1]!;
  const moved = new NdArray(
    last.bias.shape,
    Float64Array.from(last.bias.data, (b, k) => (known[k] ? b + 2 : b)),
  );
  const other = { ...input, g: [input.g[0]!, { ...last, bias: moved }] };
  const wrt: Path[] = [[ARGUMENT.g, 'layers', 1, 'bias']];
  return {
    id: input.id,
    title: input.title,
    calls: [
      { id: 'value', call: call(module, input) },
      { id: 'moved', call: call(module, other) },
      { id: 'gradient', call: { ...call(module, input), gradient: { wrt } } },
    ],
    deviations: (results) => {
      const [a, b] = [asArrayOf(results.value!.value, []), asArrayOf(results.moved!.value, [])];
      const gradients = results.gradient!.value;
      const gradient = asArrayOf(Array.isArray(gradients) ? gradients[0] : undefined, [PIXELS]);
      if (a === undefined || b === undefined) return 'the result is not a scalar.';
      if (gradient === undefined) return "there is no gradient for the generator's last bias.";
      let leak = 0;
      let most = 0;
      // Written so that a NaN stays a NaN.
      for (const [k, x] of gradient.data.entries()) {
        const size = Math.abs(x);
        if (known[k] && !(size <= leak)) leak = size;
        most = Math.max(most, size);
      }
      return [
        {
          identity: 'the value does not change with what the generator gives for known pixels',
          error: Math.abs(a.data[0]! - b.data[0]!),
          bound: 1e-6 * Math.max(1, Math.abs(a.data[0]!)),
        },
        {
          identity: 'the gradient for the generator is 0 at known pixels',
          error: leak,
          bound: 1e-6 * Math.max(most, Number.MIN_VALUE),
        },
      ];
    },
  };
}

function isKnown(mask: NdArray, pixel: number): boolean {
  for (let i = pixel; i < mask.data.length; i += PIXELS) if (mask.data[i] !== 0) return false;
  return true;
}
