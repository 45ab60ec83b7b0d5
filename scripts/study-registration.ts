/**
 * Corner errors of the example programs of mine-registration (and of the reference) over seeds, as lines of a table.
 *   npx tsx scripts/study-registration.ts [--only NAME,NAME] [--kind right|wrong] [--seeds N] [--from N] [--modality NAME]
 * Programs run on the wasm backend in this process, without the sandbox: only what they learn is of interest here.
 */
import { readdir } from 'node:fs/promises';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { coerce } from '../harness/checks/coerce.ts';
import { NdArray } from '../harness/model/value.ts';
import { ssim } from '../harness/numerics/images.ts';
import { derive } from '../harness/numerics/random.ts';
import { median } from '../harness/numerics/statistics.ts';
import { ROOT } from '../harness/root.ts';
import { supplyKernels } from '../harness/sandbox/worker/wasm/kernels.ts';
import { cornerError } from '../reference/datasets/homography.ts';
import { drawGreyPair, type ImagePair, type Modality } from '../reference/datasets/image-pairs.ts';
import { BUDGET } from '../reference/image-registration/registration/call.ts';
import { overlap, warp } from '../reference/image-registration/registration/warp.ts';

type Register = (
  fixed: tf.Tensor,
  moving: tf.Tensor,
  options: typeof BUDGET & { rng: () => number; onIteration: () => void },
) => Promise<{ H: tf.Tensor | number[][]; losses: number[] }>;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    kind: { type: 'string' },
    seeds: { type: 'string' },
    from: { type: 'string' },
    modality: { type: 'string' },
  },
});
const FOLDER = path.join(ROOT, 'reference/image-registration/mine-registration');
const MODALITIES: Modality[] = ['same', 'inverted', 'non-monotone'];

await tf.setBackend('wasm');
supplyKernels(tf);
const from = Number(values.from ?? 1);
const seeds = Array.from({ length: Number(values.seeds ?? 5) }, (_, i) => from + i);
for (const { name, file } of await programs()) {
  const { register } = (await import(pathToFileURL(file).href)) as { register: Register };
  for (const modality of MODALITIES.filter((one) => (values.modality ?? one) === one)) {
    const runs = [];
    for (const seed of seeds) runs.push(await run(register, modality, seed));
    const errors = runs.map(({ error }) => error);
    const figures = [Math.min(...errors), median(errors), Math.max(...errors)].map((x) => x.toFixed(2));
    const similar = runs.map((one) => one.similarity);
    const ends = runs.map(({ end }) => end.toFixed(2)).join(' ');
    const seconds = median(runs.map((one) => one.seconds)).toFixed(1);
    console.log(
      `| ${name} | ${modality} | ${runs.length} | ${figures.join(' | ')} | ${Math.min(...similar).toFixed(3)} | ${seconds} | ${errors.map((x) => x.toFixed(2)).join(' ')} | ${ends} |`,
    );
  }
}

async function programs(): Promise<{ name: string; file: string }[]> {
  const found = [{ name: 'reference', file: path.join(FOLDER, 'solution.ts') }];
  for (const kind of ['right', 'wrong']) {
    if (values.kind !== undefined && values.kind !== kind) continue;
    for (const file of (await readdir(path.join(FOLDER, 'examples', kind))).sort()) {
      found.push({ name: file.replace(/\.ts$/, ''), file: path.join(FOLDER, 'examples', kind, file) });
    }
  }
  const chosen = values.only?.split(',');
  return found.filter(({ name }) => chosen?.includes(name) ?? true);
}

interface Run {
  error: number;
  similarity: number;
  /** Mean of the last tenth of the losses. */
  end: number;
  /** Of processor time. */
  seconds: number;
}

async function run(register: Register, modality: Modality, seed: number): Promise<Run> {
  const pair = drawGreyPair(derive(seed, `mine-registration/pair/${modality}`), modality);
  const random = derive(seed, `study/rng/${modality}`);
  const images = [pair.fixed, pair.moving].map((image) =>
    tf.tensor(Float32Array.from(image.data), [...image.shape] as number[]),
  ) as [tf.Tensor, tf.Tensor];
  const before = process.cpuUsage();
  const { H, losses } = await register(...images, { ...BUDGET, rng: () => random.uniform(), onIteration: () => {} });
  const seconds = process.cpuUsage(before).user / 1e6;
  const value = H instanceof tf.Tensor ? new NdArray(H.shape, Float64Array.from(await H.data())) : H;
  const matrix = coerce(value, [3, 3]);
  const part = Math.ceil(losses.length / 10);
  const end = losses.slice(-part).reduce((sum, loss) => sum + loss, 0) / part;
  tf.dispose(images);
  if (!matrix.ok || !matrix.array.data.every(Number.isFinite))
    return { error: Number.NaN, similarity: 0, end, seconds };
  return { error: cornerError(matrix.array, pair.H, pair), similarity: similarityOf(matrix.array, pair), end, seconds };
}

function similarityOf(H: NdArray, pair: ImagePair): number {
  const visible = overlap(pair.H, pair);
  return ssim(warp(pair.moving, H, visible), warp(pair.moving, pair.H, visible));
}
