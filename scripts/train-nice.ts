/**
 * Trains the flow that the exercise nice-inpainting hands to students' programs: a small NICE on the training digits of the
 * `mnist` package. Writes its weights, their digest and a training log beside the exercise.
 *   npm run train:nice [-- --seed N] [--epochs N] [--out FOLDER]
 * About a minute of one core (wasm, float32). The held-out digits are looked at for the figures of the log only.
 */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { setThreadsCount } from '@tensorflow/tfjs-backend-wasm';
import { NdArray } from '../harness/model/value.ts';
import { derive, type Random } from '../harness/numerics/random.ts';
import { ROOT } from '../harness/root.ts';
import { loadMnist } from '../reference/datasets/mnist.ts';
import { encodeModel } from '../reference/mathdnn-hw10/nice-inpainting/weights-file.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '10' },
    epochs: { type: 'string', default: '20' },
    out: { type: 'string', default: path.join(ROOT, 'reference/mathdnn-hw10/nice-inpainting') },
  },
});
const SEED = Number(values.seed);
const EPOCHS = Number(values.epochs);
const PIXELS = 784;
const PAIRS = PIXELS / 2;
const WIDTHS = [PAIRS, 64, PAIRS];
const COUPLINGS = 4;
const BATCH = 128;
const RATE = 2e-3;
/**
 * Standard deviation of the normal noise that is added to the dequantised digits. Without it the pixels of the border, which
 * are black in every digit, get scales of a thousand, and an ascent in steps of 10⁻³ jumps between 0 and 1 there.
 */
const NOISE = 0.05;

interface Layer {
  kernel: tf.Variable;
  bias: tf.Variable;
}

/** The flow with the two halves of the pairs kept apart, which wasm splits and joins slowly: the same function. */
interface Flow {
  couplings: Layer[][];
  /** Of the first and of the second of each pair, [392]. */
  scales: [tf.Variable, tf.Variable];
}

type Halves = [first: tf.Tensor, second: tf.Tensor];

setThreadsCount(1);
await tf.setBackend('wasm');
const random = derive(SEED, 'train-nice');
const digits = loadMnist();
const train = digits.pictures(digits.indices('train'));
const heldOut = digits.pictures(digits.indices('test'));
const flow = initialFlow(random, train);
const log = trainFlow(flow);
await write(flow, log);

/** Networks that begin near 0, scales that begin where a standard logistic has the pixels' own deviation. */
function initialFlow(random: Random, { data, shape }: NdArray): Flow {
  const count = shape[0]!;
  const sums = new Float64Array(PIXELS);
  const squares = new Float64Array(PIXELS);
  for (const [i, x] of data.entries()) {
    sums[i % PIXELS]! += x / count;
    squares[i % PIXELS]! += (x * x) / count;
  }
  const start = (half: number): tf.Variable =>
    tf.variable(
      tf.tensor1d(
        Array.from({ length: PAIRS }, (_, i) => {
          const k = 2 * i + half;
          const variance = Math.max(0, squares[k]! - sums[k]! ** 2) + NOISE ** 2;
          return Math.log(Math.PI / Math.sqrt(3 * variance));
        }),
      ),
    );
  const normals = (rows: number, columns: number, deviation: number): tf.Variable =>
    tf.variable(
      tf.tensor2d(
        Float32Array.from({ length: rows * columns }, () => deviation * random.normal()),
        [rows, columns],
      ),
    );
  const couplings = Array.from({ length: COUPLINGS }, () =>
    WIDTHS.slice(1).map((out, i) => ({
      kernel: normals(WIDTHS[i]!, out, i === WIDTHS.length - 2 ? 0.01 : Math.sqrt(2 / WIDTHS[i]!)),
      bias: tf.variable(tf.zeros([out])),
    })),
  );
  return { couplings, scales: [start(0), start(1)] };
}

/** x · kernel + bias. wasm multiplies transposed matrices slowly, so the rule of differentiation transposes them first. */
function dense(x: tf.Tensor, { kernel, bias }: Layer): tf.Tensor {
  const op = tf.customGrad((...inputs) => {
    const [input, weights, offset, save] = inputs as unknown as [...tf.Tensor2D[], tf.GradSaveFunc];
    (save as tf.GradSaveFunc)([input as tf.Tensor, weights as tf.Tensor]);
    return {
      value: tf.add(tf.matMul(input as tf.Tensor2D, weights as tf.Tensor2D), offset as tf.Tensor),
      gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => [
        tf.matMul(dy as tf.Tensor2D, tf.transpose(saved[1]!) as tf.Tensor2D),
        tf.matMul(tf.transpose(saved[0]!) as tf.Tensor2D, dy as tf.Tensor2D),
        tf.sum(dy, 0),
      ],
    };
  });
  return op(x, kernel, bias);
}

function network(layers: Layer[], x: tf.Tensor): tf.Tensor {
  return layers.reduce((input, layer, i) => {
    const sum = dense(input, layer);
    return i < layers.length - 1 ? tf.relu(sum) : sum;
  }, x);
}

/** Log-likelihoods [n], as logProb of the exercise's reference. */
function logLikelihood({ couplings, scales }: Flow, [first, second]: Halves): tf.Tensor {
  let [a, b] = [first, second];
  for (const [i, layers] of couplings.entries()) {
    if (i % 2 === 0) a = tf.add(a, network(layers, b));
    else b = tf.add(b, network(layers, a));
  }
  const surprise = (x: tf.Tensor, scale: tf.Tensor): tf.Tensor => {
    const size = tf.abs(tf.mul(x, tf.exp(scale)));
    return tf.sum(tf.add(size, tf.mul(2, tf.log(tf.add(1, tf.exp(tf.neg(size)))))), 1);
  };
  const logDet = tf.add(tf.sum(scales[0]), tf.sum(scales[1]));
  return tf.sub(logDet, tf.add(surprise(a, scales[0]), surprise(b, scales[1])));
}

/** Rows of the pictures as numbers between their 256 grey values, (255·p + u)/256, with normal noise beside. */
function draw(pictures: NdArray, rows: readonly number[], noise: number): Halves {
  const halves = [0, 1].map(() => new Float32Array(rows.length * PAIRS)) as [Float32Array, Float32Array];
  for (const [i, row] of rows.entries()) {
    for (let k = 0; k < PIXELS; k++) {
      const grey = Math.round(255 * pictures.data[row * PIXELS + k]!);
      const value = (grey + random.uniform()) / 256 + (noise === 0 ? 0 : noise * random.normal());
      halves[k % 2]![i * PAIRS + (k >> 1)] = value;
    }
  }
  return halves.map((half) => tf.tensor2d(half, [rows.length, PAIRS])) as Halves;
}

/** −log₂ p of a picture of 256 grey values, per pixel: p(grey values) is about p(x) / 256^784. */
function bitsPerDimension(logLikelihood: number): number {
  return (-logLikelihood / PIXELS + Math.log(256)) / Math.LN2;
}

function meanLogLikelihood(pictures: NdArray): number {
  const count = pictures.shape[0]!;
  let sum = 0;
  for (let at = 0; at < count; at += BATCH) {
    const rows = Array.from({ length: Math.min(BATCH, count - at) }, (_, i) => at + i);
    sum += tf.tidy(() => tf.sum(logLikelihood(flow, draw(pictures, rows, 0))).dataSync()[0]!);
  }
  return sum / count;
}

interface Epoch {
  epoch: number;
  /** Mean over the epoch's batches of −log p of the digits with noise, in nats. */
  loss: number;
  /** Of the held-out digits without noise, after the epoch. */
  heldOutBitsPerDimension: number;
}

function trainFlow({ couplings, scales }: Flow): Epoch[] {
  const variables = [...couplings.flat().flatMap(({ kernel, bias }) => [kernel, bias]), ...scales];
  const optimizer = tf.train.adam(RATE, 0.9, 0.99);
  const count = train.shape[0]!;
  const steps = Math.floor(count / BATCH);
  const epochs: Epoch[] = [];
  for (let epoch = 1; epoch <= EPOCHS; epoch++) {
    const order = random.permutation(count);
    let sum = 0;
    for (let step = 0; step < steps; step++) {
      // The rate falls to 0 along a cosine. tfjs has no setter for it.
      const done = (epoch - 1 + step / steps) / EPOCHS;
      (optimizer as unknown as { learningRate: number }).learningRate = (RATE * (1 + Math.cos(Math.PI * done))) / 2;
      sum += tf.tidy(() => {
        const halves = draw(train, order.slice(step * BATCH, (step + 1) * BATCH), NOISE);
        const loss = optimizer.minimize(() => tf.neg(tf.mean(logLikelihood(flow, halves))), true, variables)!;
        return loss.dataSync()[0]!;
      });
    }
    const bits = bitsPerDimension(meanLogLikelihood(heldOut));
    epochs.push({ epoch, loss: rounded(sum / steps), heldOutBitsPerDimension: rounded(bits) });
    const { user, system } = process.cpuUsage();
    const seconds = ((user + system) / 1e6).toFixed(0);
    console.log(`epoch ${epoch}: loss ${(sum / steps).toFixed(1)}, held out ${bits.toFixed(4)} bits, ${seconds} s`);
  }
  return epochs;
}

function rounded(x: number): number {
  return Number(x.toPrecision(6));
}

async function write({ couplings, scales }: Flow, epochs: Epoch[]): Promise<void> {
  const array = (tensor: tf.Tensor): NdArray => NdArray.of(tensor.dataSync(), tensor.shape);
  const scale = array(tf.reshape(tf.stack(scales, 1), [PIXELS]));
  const layers = couplings.map((one) => one.map(({ kernel, bias }) => ({ kernel: array(kernel), bias: array(bias) })));
  const file = encodeModel({ couplings: layers, scale });
  const digest = createHash('sha256').update(file).digest('hex');
  const { user, system } = process.cpuUsage();
  const record = {
    madeBy: 'npm run train:nice',
    seed: SEED,
    couplings: COUPLINGS,
    widths: WIDTHS,
    optimizer: `Adam, rate ${RATE} falling to 0 along a cosine, β₂ 0.99, batch ${BATCH}`,
    data: `${train.shape[0]} training digits of the mnist package, dequantised, normal noise of ${NOISE} added`,
    heldOut: `${heldOut.shape[0]} other digits of it, dequantised, without noise`,
    heldOutBitsPerDimension: epochs.at(-1)!.heldOutBitsPerDimension,
    greatestScale: rounded(Math.exp(Math.max(...scale.data))),
    processorSeconds: Math.round((user + system) / 1e6),
    sha256: digest,
    epochs,
  };
  await writeFile(path.join(values.out, 'nice-mnist.bin'), file);
  await writeFile(path.join(values.out, 'training-log.json'), `${JSON.stringify(record, null, 2)}\n`);
  await writeFile(
    path.join(values.out, 'weights-digest.ts'),
    `/** SHA-256 of nice-mnist.bin, written with it by \`npm run train:nice\`: what is kept of runs depends on it. */\nexport const WEIGHTS_SHA256 = '${digest}';\n`,
  );
}
