import { inAttempts, lastAttempt } from '../../../harness/checks/attempts.ts';
import { combine } from '../../../harness/checks/case-result.ts';
import { once } from '../../../harness/checks/once.ts';
import { type Figure, type Learned, readLosses, trainingCheck } from '../../../harness/checks/training.ts';
import { RngArg } from '../../../harness/model/call.ts';
import type { Ask, Case, CaseOutcomes, Check } from '../../../harness/model/exercise.ts';
import type { Outcome, Success } from '../../../harness/model/observation.ts';
import { isRecord, NdArray, type Value } from '../../../harness/model/value.ts';
import { pictures } from '../../../harness/numerics/images.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { FACE_ATTRIBUTES, type FaceAttribute } from '../../datasets/faces.ts';
import { type Change, changeOf } from './attributes.ts';
import { lookAt, paramsOf, vaeCalls } from './calls.ts';
import { readCodes, readPictures } from './codes.ts';
import { elboTerms, misfitOf, misfitOfMean, type Terms } from './elbo.ts';
import { frechetShare } from './frechet.ts';
import { drawCodes, pictureAt, rows } from './inputs.ts';
import { drawTraining, QUICK, type TrainingBudget, type TrainingData } from './training-data.ts';

const FUNCTION = 'trainVae';
/** The case that all these checks look at: one training. */
const ID = 'training';
const CASE = 'faces';
/** Pictures in a strip of the report. */
const SHOWN = 10;
/** Of the step that is made along a direction. */
const STRENGTH = 1.5;
/** Longest training, as a multiple of the reference's small network of convolutions. */
const TIME_FACTOR = 25;

/**
 * The bars. They are wide: at this budget a slow architecture is far behind a quick one and knows one attribute or two, and all are
 * far from what never learned to use its codes, which stays at the mean face. docs/training.md says what was measured.
 */
export const BARS = {
  /** Least share of the way from the mean face's negative ELBO to the reference's. Right programs reach 0.51 and more. */
  elbo: 0.35,
  /** Nats that drawing codes may cost beyond what it costs at the optimum, see `Terms.noise`. */
  noise: 8,
  /** Last loss as a share of the first, at most. */
  fall: 0.8,
  /** Greatest Fréchet distance of sampled faces: 1 is about that of the mean face alone. */
  samples: 1.15,
  /**
   * Least cosine between the change and the true one, in the mean of the three attributes. Slow architectures were seen at 0.02
   * after this budget; a direction of the wrong sign has minus what the right one has, and one without effect has 0.
   */
  cosine: 0.005,
};

type Bars = typeof BARS;

/** What the figures of one training are read from. */
interface Judged {
  results: Record<string, Success>;
  reference: Record<string, Success>;
  data: TrainingData;
  bounds: Bars;
}

interface Question {
  id: string;
  title: string;
  praise: string;
  reason: string;
  function: string;
  parameters: (keyof Bars)[];
  /** Calls whose results are looked at, beside the training itself. */
  calls: string[];
  judge(judged: Judged): Learned | string;
}

/** The checks of what trainVae has learned, all from one training. `budget`: another only where the checks themselves are tried. */
export function trainedChecks(seed: number, module: string, budget: TrainingBudget = QUICK): Check[] {
  const data = once(() => drawTraining(seed, budget));
  const shared: Case = {
    id: `${ID}/${CASE}`,
    title: `${budget.faces} faces`,
    worker: { precision: 'fast' },
    plan: (ask) => plan(ask, module, data(), budget),
  };
  return questions().map((question) => asCheck(question, shared, data, budget));
}

/**
 * At this budget a right program comes to ignore its codes now and then: units that die in the first steps leave it at the mean
 * face (2 of 25 trainings, docs/training.md). Whether it does is chance, and so it is trained again, with other random numbers,
 * up to so many times in all; a program that cannot use its codes fails every time.
 */
const ATTEMPTS = 3;
/** Of a training in which the codes came to nothing: nats of divergence at most, and the misfit in units of the mean face's. */
const COLLAPSED = { divergence: 1, misfit: 0.9 };

async function plan(ask: Ask, module: string, data: TrainingData, budget: TrainingBudget): Promise<void> {
  await inAttempts(ask, ATTEMPTS, async (asking, attempt) => {
    const results: Record<string, Success> = {};
    const remembering: Ask = async (id, call) => {
      const outcome = await asking(id, call);
      if (outcome.status === 'ok') results[id] = outcome;
      return outcome;
    };
    const rng = attempt === 0 ? data.rng : new RngArg(derive(data.noise, `attempt/${attempt}`).bits());
    await planTraining(remembering, `trained${attempt || ''}`, rng, module, data, budget);
    return collapsed(results, data);
  });
}

/** Whether the codes of a training came to nothing; false where it cannot be seen. */
function collapsed(results: Record<string, Success>, { training, held }: TrainingData): boolean {
  if (results.encode === undefined || results.decode === undefined) return false;
  const terms = termsOf(results, held);
  if (typeof terms === 'string') return false;
  return terms.divergence <= COLLAPSED.divergence && terms.misfit >= COLLAPSED.misfit * misfitOfMean(training, held);
}

/** Everything that is asked of a trained VAE. What fails does not keep the rest from being asked. */
async function planTraining(
  ask: Ask,
  name: string,
  rng: RngArg,
  module: string,
  data: TrainingData,
  budget: TrainingBudget,
): Promise<void> {
  const vae = vaeCalls(module);
  const params = paramsOf(name);
  const { epochs, batchSize, learningRate } = budget;
  const timed = { deadlineFactor: TIME_FACTOR, timed: true };
  const trained = await ask('train', {
    ...vae.train(data.training, { epochs, batchSize, learningRate }, rng, name),
    ...timed,
  });
  if (trained.status !== 'ok') return;
  const look = await ask('look', lookAt(name));
  if (look.status !== 'ok' || !isRecord(look.value) || look.value.params !== true) return;
  const encoded = await ask('encode', { ...vae.encode(params, data.held), ...timed });
  const codes = encoded.status === 'ok' ? readCodes(encoded.value, data.held.shape[0]!) : '';
  if (typeof codes !== 'string') {
    const posterior = drawCodes(derive(data.noise, 'posterior'), codes.mu, codes.logVar);
    await ask('decode', { ...vae.decode(params, posterior), ...timed });
    await ask('means', { ...vae.decode(params, codes.mu), ...timed });
    const prior = derive(data.noise, 'prior').normals([budget.samples, codes.k]);
    await ask('sample', { ...vae.decode(params, prior), ...timed });
  }
  for (const attribute of FACE_ATTRIBUTES) {
    const { withIt, without, plain } = data.attributes[attribute];
    const direction = `direction-${attribute}`;
    const found = await ask(direction, { ...vae.direction(params, withIt, without), ...timed });
    const vector = found.status === 'ok' ? vectorOf(found.value) : undefined;
    if (vector === undefined) continue;
    const along = (strength: number) => vae.manipulate(params, plain, vector, strength);
    await ask(`before-${attribute}`, { ...along(0), ...timed });
    await ask(`after-${attribute}`, { ...along(STRENGTH), ...timed });
  }
  const [from, to] = [pictureAt(data.held, 0), pictureAt(data.held, 1)];
  await ask('frames', { ...vae.interpolate(params, from, to, SHOWN), ...timed });
}

/** A direction as a tensor, also where it came as a list of numbers. */
function vectorOf(value: Value): NdArray | undefined {
  if (value instanceof NdArray) return value;
  const numbers = Array.isArray(value) && value.every((x) => typeof x === 'number');
  return numbers ? NdArray.of(value as number[]) : undefined;
}

function questions(): Question[] {
  return [elboQuestion(), samplesQuestion(), attributesQuestion()];
}

function elboQuestion(): Question {
  return {
    id: 'training',
    title: 'The negative ELBO of faces that it has not seen',
    function: FUNCTION,
    praise: 'Faces that were held out are described far better than by their mean.',
    reason:
      'The bar is 0.35 of the way from the negative ELBO of the mean face, below which nothing gets that does not use its codes, to that of the reference after the same training. A code that is far from the prior costs its divergence: that of a plain autoencoder is larger than the error which it saves. At the optimum drawing a code costs ½ Σ (1 − σ²) nats: a network that was trained without the noise pays many times that.',
    parameters: ['elbo', 'noise', 'fall'],
    calls: ['encode', 'decode', 'means'],
    judge({ results, reference, data, bounds }) {
      const held = data.held;
      const terms = termsOf(results, held);
      if (typeof terms === 'string') return terms;
      const theirs = termsOf(reference, held);
      if (typeof theirs === 'string') throw new Error(`the reference: ${theirs}`);
      const losses = lossesOf(results);
      if (typeof losses === 'string') return losses;
      const mean = misfitOfMean(data.training, held);
      const total = terms.misfit + terms.divergence;
      const best = theirs.misfit + theirs.divergence;
      const n = held.shape[0]!;
      const shown = (all: Record<string, Success>, call: string) => {
        const array = readPictures(all[call]!.value, n, '');
        return typeof array === 'string' ? [] : pictures(rows(array, 0, SHOWN));
      };
      const means = readPictures(results.means!.value, held.shape[0]!, 'decode(params, z)');
      if (typeof means === 'string') return means;
      const cost = terms.misfit - misfitOf(held, means);
      const mistake = mistakeOf(terms, mean, losses.at(-1)! / losses[0]!, cost > terms.noise + bounds.noise);
      return {
        figures: [
          {
            ...{ name: 'negative ELBO of held-out faces', value: total, unit: 'nats', better: 'lower' },
            bar: mean - bounds.elbo * (mean - best),
            distinctions: [
              { name: 'the mean face', at: mean },
              { name: 'the reference', at: best },
            ],
          },
          {
            ...{ name: 'last loss as a share of the first', value: losses.at(-1)! / losses[0]!, better: 'lower' },
            bar: bounds.fall,
          },
          {
            ...{ name: 'what drawing codes costs', value: cost, unit: 'nats', better: 'lower' },
            bar: terms.noise + bounds.noise,
          },
          { name: 'squared error / 2', value: terms.misfit, unit: 'nats', better: 'lower' },
          { name: 'KL divergence', value: terms.divergence, unit: 'nats', better: 'lower' },
        ],
        losses: { program: losses, reference: lossesOf(reference) as number[], x: 'epoch' },
        strips: {
          title: 'Held-out faces',
          scale: 2,
          rows: [
            { label: 'faces', pictures: pictures(rows(held, 0, SHOWN)) },
            { label: 'your pictures of codes drawn for them', pictures: shown(results, 'decode') },
            { label: "the reference's", pictures: shown(reference, 'decode') },
          ],
        },
        ...(mistake === undefined ? {} : { mistake }),
      };
    },
  };
}

/** Mistakes that show in the two terms. */
function mistakeOf({ misfit, divergence }: Terms, mean: number, fall: number, costly: boolean): Learned['mistake'] {
  if (divergence > 2 * mean) {
    return {
      id: 'no-divergence',
      message:
        'The codes are far from the prior: the KL term is missing in training, has the wrong sign, or is far too weak.',
      hint: 'The squared error is summed over the pixels of a picture, the divergence over the numbers of its code.',
    };
  }
  if (misfit > 1.3 * mean || costly) {
    if (!costly && !(fall <= BARS.fall)) {
      return {
        id: 'not-trained',
        message: 'The pictures are as far off as those of a network that was not trained, and the losses hardly fall.',
        hint: 'Are the weights among those that the optimizer changes, and do the returned params hold them?',
      };
    }
    return {
      id: 'noise-not-seen',
      message:
        'Pictures of codes drawn from q(z|x) are far worse than those of their means, though the losses fall: training does not draw codes with the variance that encode returns, as in a plain autoencoder.',
      hint: 'The decoder is trained on reparameterize(mu, logVar, eps), with logVar the logarithm of the variance.',
    };
  }
  if (divergence < 0.5 && misfit > 0.8 * mean) {
    return {
      id: 'codes-not-used',
      message:
        'The codes say nothing of the pictures: the KL term outweighs the squared error, or the decoder does not see the code.',
      hint: 'The squared error is summed over the pixels of a picture; its mean over pixels is 3072 times smaller.',
    };
  }
  return undefined;
}

function samplesQuestion(): Question {
  return {
    id: 'samples',
    title: 'Codes drawn from the prior are decoded to faces',
    function: FUNCTION,
    praise: 'Codes drawn from N(0, I) give faces of all kinds.',
    reason:
      'Fréchet distance on 24 principal components of true faces, as a share of their variance: 0 for true faces, about 1 for a decoder that always shows the mean face. Slow architectures are at 0.9 after this training, and what is further away than the mean face shows no faces.',
    parameters: ['samples'],
    calls: ['encode', 'sample'],
    judge({ results, reference, data, bounds }) {
      const n = QUICK.samples;
      const count = countOf(results.sample!.value, n);
      const drawn = readPictures(results.sample!.value, count, 'decode(params, z)');
      if (typeof drawn === 'string') return drawn;
      const theirs = readPictures(reference.sample!.value, count, 'decode(params, z)');
      if (typeof theirs === 'string') throw new Error(`the reference: ${theirs}`);
      const [ours, best] = [frechetShare(data.held, drawn), frechetShare(data.held, theirs)];
      return {
        figures: [
          {
            ...{ name: 'distance of sampled faces from true ones', value: ours, better: 'lower' },
            bar: bounds.samples,
            distinctions: [{ name: 'the reference', at: best }],
          },
        ],
        strips: {
          title: 'Pictures of codes drawn from N(0, I)',
          scale: 2,
          rows: [
            { label: 'your samples', pictures: pictures(rows(drawn, 0, SHOWN)) },
            { label: "the reference's samples", pictures: pictures(rows(theirs, 0, SHOWN)) },
          ],
        },
      };
    },
  };
}

const countOf = (value: Value, otherwise: number): number =>
  value instanceof NdArray ? (value.shape[0] ?? otherwise) : otherwise;

const WORDS: Record<FaceAttribute, string> = { smile: 'a smile', glasses: 'glasses', beard: 'a beard' };

function attributesQuestion(): Question {
  return {
    id: 'attributes',
    title: 'Faces get a smile, glasses, a beard along their directions',
    function: 'manipulate',
    praise: 'Along the directions faces change towards what they look like with the attribute.',
    reason:
      'Cosine between the change of the pictures and that of the same faces painted with the attribute, on faces that were not trained on: 1 for the attribute and nothing else, 0 for a change that has nothing to do with it or none at all, negative for the opposite direction. Within this training not every architecture learns all three attributes, so their mean decides; the other figures are shown and decide nothing.',
    parameters: ['cosine'],
    calls: FACE_ATTRIBUTES.flatMap((one) => [`direction-${one}`, `before-${one}`, `after-${one}`]),
    judge({ results, reference, data, bounds }) {
      const figures: Figure[] = [];
      const strips: { label: string; pictures: NdArray[] }[] = [];
      let cosines = 0;
      for (const attribute of FACE_ATTRIBUTES) {
        const { plain, truth } = data.attributes[attribute];
        const read = (all: Record<string, Success>, call: string) =>
          readPictures(all[`${call}-${attribute}`]!.value, plain.shape[0]!, 'manipulate(…)');
        const [before, after] = [read(results, 'before'), read(results, 'after')];
        if (typeof before === 'string') return before;
        if (typeof after === 'string') return after;
        const theirs = read(reference, 'after');
        if (typeof theirs === 'string') throw new Error(`the reference: ${theirs}`);
        const change = changeOf(attribute, { before, after, without: plain, withIt: truth });
        cosines += change.cosine / FACE_ATTRIBUTES.length;
        figures.push(...figuresOf(attribute, change));
        const strip = (array: NdArray) => pictures(rows(array, 0, SHOWN));
        strips.push(
          { label: `${attribute}: strength 0`, pictures: strip(before) },
          { label: `${attribute}: strength ${STRENGTH}`, pictures: strip(after) },
          { label: `${attribute}: the reference`, pictures: strip(theirs) },
          { label: `${attribute}: as it is painted`, pictures: strip(truth) },
        );
      }
      const mean: Figure = {
        name: 'mean cosine to the true changes',
        ...{ value: cosines, better: 'higher', bar: bounds.cosine },
      };
      const mistake = cosines < -bounds.cosine ? TURNED : undefined;
      return {
        figures: [mean, ...figures],
        strips: { title: 'Faces without an attribute, moved along its direction', scale: 2, rows: strips },
        ...(mistake === undefined ? {} : { mistake }),
      };
    },
  };
}

const TURNED: Learned['mistake'] = {
  id: 'direction-sign',
  message: 'Along the direction the attribute goes away: it points from the pictures with it to those without.',
};

function figuresOf(attribute: FaceAttribute, change: Change): Figure[] {
  const word = WORDS[attribute];
  return [
    { name: `${word}: cosine to the true change`, value: change.cosine, better: 'higher' },
    { name: `${word}: share of faces that have it afterwards`, value: change.after, better: 'higher' },
    { name: `${word}: share that have it before`, value: change.before, better: 'lower' },
    { name: `${word}: share of faces whose other attributes stay`, value: change.othersKept, better: 'higher' },
    { name: `${word}: change of skin`, value: change.skin, better: 'lower' },
    { name: `${word}: change of pose`, value: change.pose, better: 'lower' },
  ];
}

function termsOf(results: Record<string, Success>, held: NdArray) {
  const n = held.shape[0]!;
  const codes = readCodes(results.encode!.value, n);
  if (typeof codes === 'string') return codes;
  const xHat = readPictures(results.decode!.value, n, 'decode(params, z)');
  return typeof xHat === 'string' ? xHat : elboTerms(held, xHat, codes);
}

function lossesOf(results: Record<string, Success>): number[] | string {
  const { value } = results.look!;
  const losses = isRecord(value) ? value.losses : undefined;
  return readLosses(losses, { least: 2, why: 'one for each epoch' });
}

/** A question as a check of its own, that sees of the shared training what it asks for. */
function asCheck(question: Question, shared: Case, data: () => TrainingData, budget: TrainingBudget): Check {
  const { id, title, praise, reason, parameters, function: fn, calls } = question;
  const needed = ['train', 'look', ...calls];
  // A training check under the id of the shared case; its own plan is not used.
  const inner = trainingCheck({
    ...{ id: ID, title, function: fn, praise, reason, timeFactor: TIME_FACTOR },
    parameters: Object.fromEntries(parameters.map((name) => [name, BARS[name]])),
    cases: [
      {
        id: CASE,
        title: `${budget.faces} faces`,
        calls: needed.map((call) => ({ id: call, call: { module: '', fn: call, args: [] } })),
        judge: (results, reference, bounds) =>
          question.judge({ results, reference, data: data(), bounds: bounds as Bars }),
      },
    ],
  });
  const lastTraining = (outcomes: Record<string, CaseOutcomes>) => lastAttempt(outcomes[shared.id] ?? {}, 'train');
  const seen = (outcomes: Record<string, CaseOutcomes>): Record<string, CaseOutcomes> => ({
    [shared.id]: Object.fromEntries(
      Object.entries(lastTraining(outcomes).outcomes).filter(([call]) => needed.includes(call)),
    ),
  });
  return {
    ...inner,
    id,
    cases: [shared],
    judge({ submission, reference, overrides }) {
      const own = seen(submission);
      const problem = unusable(own[shared.id]!, needed, budget.heldOut);
      if (problem !== undefined) {
        const statement = `${fn} on ${shared.title}: ${problem}`;
        return combine([{ title: shared.title, status: 'wrong-answer', statement, figure: 'no figures' }], praise);
      }
      const verdict = inner.judge({ submission: own, reference: seen(reference), overrides });
      const trainings = lastTraining(submission).attempts;
      if (trainings <= 1) return verdict;
      const remark = `It was trained ${trainings} times, with other random numbers each time, because its codes said nothing of the pictures after the first.`;
      return { ...verdict, summary: `${verdict.summary} ${remark}` };
    },
  };
}

/** Why there are no results to look at, where no call failed: what came before cannot be used. */
function unusable(outcomes: Record<string, Outcome>, needed: string[], heldOut: number): string | undefined {
  if (Object.values(outcomes).some(({ status }) => status !== 'ok')) return undefined;
  if (needed.every((call) => outcomes[call] !== undefined)) return undefined;
  const look = outcomes.look;
  const value = look?.status === 'ok' ? look.value : undefined;
  if (!isRecord(value) || value.params !== true) return 'trainVae should return { params, losses }.';
  const encoded = outcomes.encode;
  if (needed.includes('encode') && encoded?.status === 'ok') {
    const codes = readCodes(encoded.value, heldOut);
    if (typeof codes === 'string') return codes;
  }
  return 'attributeDirection should return a tensor of shape [k].';
}
