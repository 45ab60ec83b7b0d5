/**
 * Trains the readouts that say which attributes a picture of a face shows, and writes them with their accuracy on held-out
 * faces to reference/datasets/face-readout.json. The same run gives the same file.
 *   npm run train:faces
 */
import { writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { NdArray } from '../harness/model/value.ts';
import { derive, type Random } from '../harness/numerics/random.ts';
import { ROOT } from '../harness/root.ts';
import {
  FACE_FEATURES,
  FACE_TRAITS,
  type FaceTrait,
  faceFeatures,
  linear,
} from '../reference/datasets/face-readout.ts';
import { drawFaces, FACE_ATTRIBUTES, FACE_SIDE, type Face } from '../reference/datasets/faces.ts';

const SEED = 1;
const TRAINING = 1500;
const HELD_OUT = 500;
const EPOCHS = 12;
const BATCH = 50;
const RATE = 4e-3;
/** Weight of ½|w|² beside the loss: keeps the readouts from looking at single pixels. */
const DECAY = 1e-3;

interface Sample {
  features: Float64Array;
  face: Face;
}

const isAttribute = (trait: FaceTrait): trait is (typeof FACE_ATTRIBUTES)[number] =>
  (FACE_ATTRIBUTES as readonly string[]).includes(trait);

function sampleOf({ images, faces }: { images: NdArray; faces: Face[] }): Sample[] {
  return faceFeatures(images).map((features, i) => ({ features, face: faces[i]! }));
}

/** As a small generator model shows them: softened over 3 × 3 pixels, and with less contrast about the mean face. */
function blurred(images: NdArray, contrast: () => number): NdArray {
  const size = FACE_SIDE * FACE_SIDE * 3;
  const count = images.shape[0]!;
  const mean = new Float64Array(size);
  for (let i = 0; i < images.data.length; i++) mean[i % size]! += images.data[i]! / count;
  const result = NdArray.zeros(images.shape);
  for (let n = 0; n < count; n++) {
    const share = contrast();
    for (let i = 0; i < size; i++) {
      const [channel, x, y] = [i % 3, Math.floor(i / 3) % FACE_SIDE, Math.floor(i / (3 * FACE_SIDE))];
      let [sum, taps] = [0, 0];
      for (const v of [y - 1, y, y + 1]) {
        for (const u of [x - 1, x, x + 1]) {
          if (u < 0 || v < 0 || u >= FACE_SIDE || v >= FACE_SIDE) continue;
          sum += images.data[n * size + (v * FACE_SIDE + u) * 3 + channel]!;
          taps += 1;
        }
      }
      result.data[n * size + i] = mean[i]! + share * (sum / taps - mean[i]!);
    }
  }
  return result;
}

/** Logistic regression for an attribute, least squares for skin and pose, by Adam (Kingma & Ba 2015). */
function train(samples: readonly Sample[], trait: FaceTrait, random: Random): Float64Array {
  const weights = new Float64Array(FACE_FEATURES + 1);
  const [first, second] = [new Float64Array(weights.length), new Float64Array(weights.length)];
  let step = 0;
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    const order = random.permutation(samples.length);
    const rate = RATE * (1 - epoch / EPOCHS);
    for (let start = 0; start < order.length; start += BATCH) {
      const gradient = weights.map((w, i) => (i < FACE_FEATURES ? DECAY * w : 0));
      for (const index of order.slice(start, start + BATCH)) {
        const { features, face } = samples[index]!;
        const score = linear(weights, features);
        const off =
          (isAttribute(trait) ? 1 / (1 + Math.exp(-score)) - Number(face[trait]) : score - face[trait]) / BATCH;
        for (let i = 0; i < FACE_FEATURES; i++) gradient[i]! += off * features[i]!;
        gradient[FACE_FEATURES]! += off;
      }
      step += 1;
      for (let i = 0; i < weights.length; i++) {
        first[i] = 0.9 * first[i]! + 0.1 * gradient[i]!;
        second[i] = 0.999 * second[i]! + 0.001 * gradient[i]! ** 2;
        const [m, v] = [first[i]! / (1 - 0.9 ** step), second[i]! / (1 - 0.999 ** step)];
        weights[i]! -= (rate * m) / (Math.sqrt(v) + 1e-8);
      }
    }
  }
  return weights;
}

/** Share of attributes read right, or the root mean squared error of skin and pose. */
function figure(weights: Float32Array, samples: readonly Sample[], trait: FaceTrait): number {
  const off = samples.map(({ features, face }) => {
    const score = linear(weights, features);
    return isAttribute(trait) ? Number(score > 0 === face[trait]) : (score - face[trait]) ** 2;
  });
  const mean = off.reduce((sum, x) => sum + x, 0) / off.length;
  return isAttribute(trait) ? mean : Number(Math.sqrt(mean).toPrecision(3));
}

const training = drawFaces(derive(SEED, 'train-faces/training'), TRAINING);
const softened = derive(SEED, 'train-faces/contrast');
const samples = [
  ...sampleOf(training),
  ...sampleOf({ ...training, images: blurred(training.images, () => 0.5 + 0.5 * softened.uniform()) }),
];
const held = drawFaces(derive(SEED, 'train-faces/held-out'), HELD_OUT);
const tests = { clear: sampleOf(held), blurred: sampleOf({ ...held, images: blurred(held.images, () => 0.7) }) };
const accuracy: Record<string, unknown> = {};
const error: Record<string, unknown> = {};
const weights: Record<string, string> = {};
for (const trait of FACE_TRAITS) {
  const trained = train(samples, trait, derive(SEED, `train-faces/${trait}`));
  // As they are written, so that the figures are those of the file.
  const written = Float32Array.from(trained);
  weights[trait] = Buffer.from(written.buffer).toString('base64');
  const figures = { clear: figure(written, tests.clear, trait), blurred: figure(written, tests.blurred, trait) };
  (isAttribute(trait) ? accuracy : error)[trait] = figures;
  console.log(trait, figures);
}
const file = { heldOut: { faces: HELD_OUT, accuracy, error }, weights };
await writeFile(path.join(ROOT, 'reference/datasets/face-readout.json'), `${JSON.stringify(file, null, 2)}\n`);
