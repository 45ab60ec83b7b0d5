import { type Deviation, type Problem, type PropertyCase, propertyCheck } from '../../../harness/checks/property.ts';
import { HandleArg, RngArg } from '../../../harness/model/call.ts';
import type { Check } from '../../../harness/model/exercise.ts';
import type { Success } from '../../../harness/model/observation.ts';
import { NdArray } from '../../../harness/model/value.ts';
import { maxAbs } from '../../../harness/numerics/compare.ts';
import { scale } from '../../../harness/numerics/linalg.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { drawFaces } from '../../datasets/faces.ts';
import { vaeCalls, withoutTelling } from './calls.ts';
import { apart, codeWidth, misshapen, readCodes, readPictures } from './codes.ts';
import { rows } from './inputs.ts';

/**
 * What a picture's result may change by where other pictures stand beside it, relative to the largest entry: programs that
 * keep numbers as float32 differ by 1e-7, those that mix pictures by 1e-2 and more.
 */
const ALONE = 1e-5;

/** The checks of a network that is not trained: shapes, one picture and several, and what the weights are drawn from. */
export function networkChecks(seed: number, module: string): Check[] {
  const vae = vaeCalls(module);
  const random = derive(seed, 'vae-faces/network');
  const rng = new RngArg(random.bits());
  const params = new HandleArg('params');
  const { images } = drawFaces(random, 3);
  const noise = random.bits();
  const codes = (n: number, k: number): NdArray => derive(noise, 'codes').normals([n, k]);

  const encoding: PropertyCase = {
    id: 'faces',
    title: '3 faces, and one of them alone, with weights of initVae',
    calls: [
      { id: 'init', call: vae.init(rng, 'params') },
      { id: 'several', call: vae.encode(params, images) },
      { id: 'one', call: vae.encode(params, rows(images, 1, 2)) },
    ],
    deviations: (results) => {
      const several = readCodes(results.several!.value, 3);
      if (typeof several === 'string') return several;
      const one = readCodes(results.one!.value, 1);
      if (typeof one === 'string') return `with a single picture, ${one}`;
      if (one.k !== several.k) return `codes of 3 pictures have ${several.k} numbers each, that of one has ${one.k}.`;
      return onItsOwn(
        'code of a picture',
        (['mu', 'logVar'] as const).map((part) => ({
          identity: `${part} of a picture does not depend on what other pictures are in the batch`,
          error: apart(rows(several[part], 1, 2), one[part]),
          bound: ALONE * Math.max(maxAbs(several[part].data), 1e-3),
        })),
      );
    },
  };

  const decoding: PropertyCase = {
    id: 'codes',
    title: '3 codes, and one of them alone, with weights of initVae',
    calls: [
      { id: 'init', call: vae.init(rng, 'params') },
      { id: 'encoded', call: vae.encode(params, rows(images, 0, 1)) },
      { id: 'several', call: (before) => vae.decode(params, codes(3, codeWidth(before.encoded))) },
      { id: 'one', call: (before) => vae.decode(params, rows(codes(3, codeWidth(before.encoded)), 1, 2)) },
      { id: 'far', call: (before) => vae.decode(params, scale(codes(2, codeWidth(before.encoded)), 10)) },
    ],
    deviations: (results) => {
      const encoded = readCodes(results.encoded!.value, 1);
      if (typeof encoded === 'string') return `what decode is given comes from encode, and ${encoded}`;
      const several = readPictures(results.several!.value, 3, 'decode(params, z)');
      if (typeof several === 'string') return misshapen(several);
      const one = readPictures(results.one!.value, 1, 'decode(params, z) of a single code');
      if (typeof one === 'string') return one;
      const far = readPictures(results.far!.value, 2, 'decode(params, z) of codes far from 0');
      if (typeof far === 'string') return far;
      return onItsOwn('picture of a code', [
        {
          identity: 'the picture of a code does not depend on what other codes are in the batch',
          error: apart(rows(several, 1, 2), one),
          bound: ALONE * Math.max(maxAbs(several.data), 1e-3),
        },
      ]);
    },
  };

  const other = new RngArg(rng.seed + 1);
  const drawn: PropertyCase = {
    id: 'seeds',
    title: 'two networks from the same random numbers, and one from others',
    calls: [
      { id: 'init', call: vae.init(rng, 'first') },
      { id: 'first', call: vae.encode(new HandleArg('first'), rows(images, 0, 1)) },
      // mu may begin at 0 in every network: then the decoders tell them apart.
      { id: 'decoded', call: (before) => vae.decode(new HandleArg('first'), codes(1, codeWidth(before.first))) },
      { id: 'init-other', call: vae.init(other, 'other') },
      { id: 'other', call: vae.encode(new HandleArg('other'), rows(images, 0, 1)) },
      { id: 'decoded-other', call: (before) => vae.decode(new HandleArg('other'), codes(1, codeWidth(before.first))) },
      // The first network once more, before the same random numbers would give its weights again.
      { id: 'first-again', call: vae.encode(new HandleArg('first'), rows(images, 0, 1)) },
      { id: 'decoded-first', call: (before) => vae.decode(new HandleArg('first'), codes(1, codeWidth(before.first))) },
      { id: 'init-again', call: vae.init(rng, 'again') },
      { id: 'again', call: vae.encode(new HandleArg('again'), rows(images, 0, 1)) },
      { id: 'decoded-again', call: (before) => vae.decode(new HandleArg('again'), codes(1, codeWidth(before.first))) },
    ],
    deviations: (results) => judgeSeeds(results),
  };
  const zeros: PropertyCase = {
    id: 'zeros',
    title: 'random numbers that are exactly 0 now and then',
    calls: [
      { id: 'init', call: vae.init(new RngArg(rng.seed, 5), 'params') },
      { id: 'encoded', call: vae.encode(params, rows(images, 0, 1)) },
      {
        id: 'decoded',
        call: ({ encoded }) => {
          const found = readCodes(encoded!.value, 1);
          return typeof found === 'string' ? undefined : vae.decode(params, codes(1, found.k));
        },
      },
    ],
    deviations: ({ encoded, decoded }) => {
      const found = readCodes(encoded!.value, 1);
      const picture = decoded === undefined ? undefined : readPictures(decoded.value, 1, 'decode(params, z)');
      const problem = [found, picture].find((one) => typeof one === 'string');
      if (problem === undefined) return [{ identity: 'every number is finite', error: 0, bound: 0.5 }];
      if (!/finite|NaN|Infinity/.test(problem)) return problem;
      return {
        statement: problem,
        mistake: {
          id: 'log-of-zero',
          message: 'A logarithm or a quotient of rng() is taken where rng() is exactly 0.',
          hint: '1 − rng() is never 0.',
        },
      };
    },
  };
  return withoutTelling([
    propertyCheck({
      id: 'encode',
      title: 'Codes have the shape that they should have, whatever the batch',
      function: 'encode',
      cases: [encoding],
      praise: 'Every picture has a code of its own.',
    }),
    propertyCheck({
      id: 'decode',
      title: 'Pictures have the shape that they should have, whatever the batch',
      function: 'decode',
      cases: [decoding],
      praise: 'Every code has a picture of its own.',
    }),
    propertyCheck({
      id: 'init',
      title: 'The weights are drawn from rng, and from nothing else',
      function: 'initVae',
      cases: [drawn, zeros],
      praise: 'The same random numbers give the same network, others another one.',
    }),
  ]);
}

/** What is off, by its name where it is. */
function onItsOwn(what: string, found: Deviation[]): Deviation[] | Problem {
  const off = found.find(({ error, bound }) => !(error <= bound));
  if (off === undefined) return found;
  return {
    statement: `the ${what} is another one when others are in the batch: it changes by up to ${off.error.toPrecision(2)}.`,
    mistake: {
      id: 'batch-dependent',
      message: `The ${what} depends on what else is in the batch.`,
      hint: 'Means over the batch, and reshapes that mix its axis with others, make it so.',
    },
  };
}

function judgeSeeds(results: Record<string, Success>) {
  const codes = ['first', 'other', 'again', 'first-again'].map((id) => readCodes(results[id]!.value, 1));
  const pictures = ['decoded', 'decoded-other', 'decoded-again', 'decoded-first'].map((id) => {
    return readPictures(results[id]!.value, 1, 'decode(params, z)');
  });
  const problem = [...codes, ...pictures].find((one) => typeof one === 'string');
  if (typeof problem === 'string') return problem;
  const arrays = codes.map((one) => {
    if (typeof one === 'string') throw new Error(one);
    return new NdArray([2 * one.k], Float64Array.from([...one.mu.data, ...one.logVar.data]));
  });
  const [first, other, again, later] = arrays as [NdArray, NdArray, NdArray, NdArray];
  const [shown, shownOther, shownAgain, shownLater] = pictures as [NdArray, NdArray, NdArray, NdArray];
  const size = Math.max(maxAbs(first.data), 1e-3);
  const repeated = Math.max(apart(first, again), apart(shown, shownAgain));
  if (repeated > ALONE * size) return notRepeatable(repeated);
  if (first.data.length === other.data.length && apart(first, other) === 0 && apart(shown, shownOther) === 0) {
    return {
      statement: 'the network is the same whatever random numbers it is given.',
      mistake: {
        id: 'rng-ignored',
        message: 'The initial weights do not depend on rng.',
        hint: 'Draw them from rng, or take the seed of an initializer from it: Math.floor(rng() * 2 ** 31).',
      },
    };
  }
  const changed = Math.max(apart(first, later) / size, apart(shown, shownLater) / Math.max(maxAbs(shown.data), 1e-3));
  if (changed > ALONE) return shared(Math.max(apart(first, later), apart(shown, shownLater)));
  return [{ identity: 'a later network leaves an earlier one as it was', error: changed, bound: ALONE }];
}

function shared(by: number): Problem {
  return {
    statement: `a later call of initVae changed what an earlier network gives by up to ${by.toPrecision(2)}.`,
    mistake: {
      id: 'params-shared',
      message:
        'All networks share the same weights: a later call of initVae changes the params that an earlier one returned.',
      hint: 'Make the tensors within initVae, and keep none of them outside of it.',
    },
  };
}

function notRepeatable(by: number): Problem {
  return {
    statement: `with the same random numbers two networks differ by up to ${by.toPrecision(2)}.`,
    mistake: {
      id: 'not-repeatable',
      message: 'Weights are drawn from elsewhere than rng, or something is kept from one network to the next.',
      hint: 'tf.randomNormal, Math.random and initializers without a seed do not use rng.',
    },
  };
}
