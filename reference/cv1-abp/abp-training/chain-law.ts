import { coerce } from '../../../harness/checks/coerce.ts';
import type { Deviation, Problem, PropertyCase } from '../../../harness/checks/property.ts';
import type { Success } from '../../../harness/model/observation.ts';
import { isRecord, type NdArray } from '../../../harness/model/value.ts';
import { dot } from '../../../harness/numerics/linalg.ts';
import { chiSquareP, gammaP } from '../../../harness/numerics/statistics.ts';
import { FAST, kept, rngOf, state, type TrainingOptions, train } from './calls.ts';

const STEPS = 12;

/** Pictures say nothing where σ is so large, and one iteration learns nothing: what moves the latents is the prior and the noise. */
const ALONE = { iterations: 1, langevinSteps: STEPS, sigma: 1e5, learningRate: 1e-12 };

interface Chain {
  id: string;
  start: 'warm' | 'cold';
  /** Two lengths of the step, since some mistakes give the same variance with one of them. */
  stepSize: number;
  count: number;
  width: number;
}

/**
 * One picture is in every batch. Of several an iteration may move a few only and leave the others where they began, at z = 0 or from the
 * prior, which varies less: there only too large a variance tells.
 */
const CHAINS: Chain[] = [
  { id: 'warm', start: 'warm', stepSize: 0.8, count: 1, width: 800 },
  { id: 'cold', start: 'cold', stepSize: 1.2, count: 1, width: 800 },
  { id: 'several', start: 'warm', stepSize: 0.8, count: 12, width: 80 },
];

/**
 * Each of the nine tests below refuses a right program with a probability of at most 1e-7, all of them with at most 9e-7. Entries of z are
 * independent normals of a known variance there, exactly: every start has gone after twelve steps but for a ten-thousandth.
 */
const LEVEL = 1e-7;

/** Variance of z′ = ρz + noise after all steps, from variance 1. */
function variance(rho: number, noise: number): number {
  const left = rho ** (2 * STEPS);
  return left + (rho === 1 ? STEPS : (1 - left) / (1 - rho ** 2)) * noise ** 2;
}

const rightVariance = (s: number): number => variance(1 - s ** 2 / 2, s);

interface Named {
  id: string;
  message: string;
  hint?: string;
}

const DIVIDED: Named = {
  id: 'drift-divided',
  message: 'The drift of the Langevin steps in trainAbp is divided by the number of pictures.',
  hint: 'Every picture has a chain of its own: take the gradient of the sum of log p over the pictures, not of the mean.',
};

/** What the variance of a single picture's latents is where something else is done. */
const MISTAKES: (Named & { variance(s: number, start: string): number })[] = [
  {
    id: 'noise-reused',
    message: 'Every Langevin step of an iteration adds the same noise: each step needs draws of its own.',
    variance: (s) => {
      const rho = 1 - s ** 2 / 2;
      return rho ** (2 * STEPS) + (s * ((1 - rho ** STEPS) / (1 - rho))) ** 2;
    },
  },
  {
    id: 'prior-missing',
    message: 'The Langevin steps in trainAbp leave out the prior: log p has the term −‖z‖²/2, whose gradient is −z.',
    variance: (s) => variance(1, s),
  },
  {
    id: 'drift-doubled',
    message: 'The drift of the Langevin steps in trainAbp is twice as long as it should be: its factor is s²/2.',
    variance: (s) => variance(1 - s ** 2, s),
  },
  {
    id: 'drift-halved',
    message: 'The drift of the Langevin steps in trainAbp is half as long as it should be: its factor is s²/2.',
    variance: (s) => variance(1 - s ** 2 / 4, s),
  },
  {
    id: 'noise-unscaled',
    message: 'The noise of the Langevin steps in trainAbp is not multiplied by stepSize.',
    variance: (s) => variance(1 - s ** 2 / 2, 1),
  },
  {
    id: 'noise-squared',
    message: 'The noise of the Langevin steps in trainAbp is multiplied by s² in place of s.',
    variance: (s) => variance(1 - s ** 2 / 2, s ** 2),
  },
  {
    id: 'latents-redrawn',
    message: 'With a cold start z comes back as fresh draws: it is to be what the last iteration has inferred.',
    hint: 'Draw z afresh before the Langevin steps of an iteration, not after them.',
    variance: (s, start) => (start === 'cold' ? 1 : rightVariance(s)),
  },
];

/** Relative error of a variance estimated from so many entries, five times: as far as an estimate may be from what a mistake gives. */
const near = ({ count, width }: Chain): number => 5 * Math.sqrt(2 / (count * width));

/** The law of z after an iteration in which only the prior and the noise move it. */
export function lawCase(seed: number, images: (n: number) => NdArray): PropertyCase {
  return {
    id: 'law',
    title: `${STEPS} Langevin steps of many latents, where σ is so large that only the prior and the noise count`,
    worker: FAST,
    calls: CHAINS.flatMap(({ id, start, stepSize, count, width }) => {
      const options: TrainingOptions = { ...ALONE, latentDim: width, start, stepSize };
      return [
        { id: `train-${id}`, call: train(images(count), options, rngOf(seed, `law-${id}`), `law-${id}`) },
        { id: `z-${id}`, call: state(kept(`law-${id}`, 'z')) },
      ];
    }),
    deviations: judge,
  };
}

function judge(results: Record<string, Success>): Deviation[] | Problem {
  const found: Spread[] = [];
  for (const chain of CHAINS) {
    const value = results[`z-${chain.id}`]?.value;
    const z = coerce(isRecord(value) ? value.value : undefined, [chain.count, chain.width]);
    // That z has another shape is said by the check of options.
    if (!z.ok) return LAWFUL;
    if (!z.array.data.every(Number.isFinite)) return `z has entries that are not finite with a ${chain.start} start.`;
    found.push(spreadOf(z.array, chain));
  }
  const odd = found.findIndex(({ p }) => p < LEVEL);
  if (odd < 0) return LAWFUL;
  const chain = CHAINS[odd]!;
  const { start, stepSize, count, width } = chain;
  const { measured, p, pictures, latents } = found[odd]!;
  const far = `by chance alone this comes with a probability ${p < 1e-99 ? 'below 1e-99' : `of ${p.toExponential(1)}`}`;
  // What the sum of independent entries has once, that of equal ones has as often as there are.
  if (count > 1 && pictures > count / 2)
    return {
      statement: `all of ${count} pictures have nearly the same latents, though the noise of each should be its own; ${far}.`,
      mistake: {
        id: 'noise-shared',
        message: 'All pictures get the same noise: each of them needs draws of its own in every step.',
      },
    };
  if (latents > width / 2)
    return {
      statement: `with a ${start} start all latents of a picture are nearly the same, though each should have noise of its own; ${far}.`,
      mistake: {
        id: 'noise-of-one-latent',
        message: 'All latents of a picture get the same noise: each of them needs a draw of its own in every step.',
      },
    };
  const statement = `with ${count === 1 ? 'one picture' : `${count} pictures`} and a ${start} start the latents have the variance ${measured.toPrecision(3)}, and steps z ← z − (s²/2)·z + s·noise with s = ${stepSize} give ${rightVariance(stepSize).toPrecision(3)}; ${far}.`;
  const mistake = count === 1 ? nearest(found) : divided(chain, measured);
  return mistake === undefined ? statement : { statement, mistake };
}

/** The mistake that gives what was measured with one picture, warm and cold. */
function nearest(found: readonly Spread[]): Named | undefined {
  const single = CHAINS.filter(({ count }) => count === 1);
  const named = MISTAKES.map(({ variance: wrong, ...mistake }) => ({
    mistake,
    off: Math.max(
      ...single.map((chain, i) => Math.abs(Math.log(found[i]!.measured / wrong(chain.stepSize, chain.start)))),
    ),
  })).sort((a, b) => a.off - b.off)[0]!;
  return named.off < near(single[0]!) ? named.mistake : undefined;
}

/** Whether a variance is that of a drift divided by the size of a batch, of any size. */
function divided(chain: Chain, measured: number): Named | undefined {
  const off = (batch: number): number =>
    Math.abs(Math.log(measured / variance(1 - chain.stepSize ** 2 / (2 * batch), chain.stepSize)));
  const sizes = Array.from({ length: chain.count - 1 }, (_, k) => k + 2);
  return sizes.some((batch) => off(batch) < near(chain)) ? DIVIDED : undefined;
}

const LAWFUL: Deviation[] = [{ identity: 'latents vary as Langevin steps let them', error: 0, bound: 0.5 }];

interface Spread {
  /** The variance of all entries. */
  measured: number;
  /** The least of the p-values. */
  p: number;
  /** Variance of the sums over pictures, or over latents, in units of that of independent entries. */
  pictures: number;
  latents: number;
}

/** How entries vary about 0, and how their sums over pictures and over latents do, against χ² laws of independent normals. */
function spreadOf(z: NdArray, { stepSize, count, width }: Chain): Spread {
  const expected = rightVariance(stepSize);
  const squares = dot(z, z);
  const [columns, rows] = [new Float64Array(width), new Float64Array(count)];
  for (const [at, x] of z.data.entries()) {
    columns[at % width]! += x;
    rows[Math.floor(at / width)]! += x;
  }
  const ofColumns = columns.reduce((sum, x) => sum + x ** 2, 0) / count;
  const ofRows = rows.reduce((sum, x) => sum + x ** 2, 0) / width;
  const size = count * width;
  const above = (sum: number, degrees: number): number => chiSquareP(sum / expected, degrees);
  const ps = [above(squares, size), above(ofRows, count)];
  ps.push(count === 1 ? gammaP(size / 2, squares / expected / 2) : above(ofColumns, width));
  return {
    measured: squares / size,
    p: Math.min(...ps),
    pictures: (ofColumns / squares) * count,
    latents: (ofRows / squares) * width,
  };
}
