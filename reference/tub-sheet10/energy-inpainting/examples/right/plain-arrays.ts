/**
 * @about energyLoss with the softplus, its mean and the mask on plain numbers, joined to the networks by customGrad; training with an own back-propagation and an own Adam on typed arrays, without tfjs.
 */
import * as tf from '@tensorflow/tfjs';

type Net = (batch: tf.Tensor) => tf.Tensor;
const D = 784;

export function energyLoss(x: tf.Tensor, mask: tf.Tensor, z: tf.Tensor, gnet: Net, enet: Net): tf.Tensor {
  const n = x.shape[0]!;
  const m = mask.dataSync();
  const at = (i: number) => m[m.length === D ? i % D : i]!;

  const paste = tf.customGrad((generated) => {
    const g = (generated as tf.Tensor).dataSync();
    const known = z.dataSync();
    const out = new Float32Array(n * D);
    for (let i = 0; i < n * D; i++) out[i] = known[i]! * (1 - at(i)) + g[i]! * at(i);
    const back = (dy: tf.Tensor) => {
      const d = dy.dataSync();
      const turned = new Float32Array(n * D);
      for (let i = 0; i < n * D; i++) turned[i] = -d[i]! * at(i);
      return tf.tensor(turned, [n, D]);
    };
    return { value: tf.tensor(out, [n, D]), gradFunc: back };
  });

  const meanSoftplus = tf.customGrad((a, b) => {
    const [ea, eb] = [(a as tf.Tensor).dataSync(), (b as tf.Tensor).dataSync()];
    let sum = 0;
    const slope = new Float32Array(n);
    for (let i = 0; i < n; i++) {
      const d = ea[i]! - eb[i]!;
      sum += Math.max(d, 0) + Math.log1p(Math.exp(-Math.abs(d)));
      slope[i] = d >= 0 ? 1 / (1 + Math.exp(-d)) : Math.exp(d) / (1 + Math.exp(d));
    }
    const back = (dy: tf.Tensor) => {
      const factor = dy.dataSync()[0]! / n;
      const s = Array.from(slope, (v) => v * factor);
      const shape = (a as tf.Tensor).shape;
      return [tf.tensor(s, shape), tf.tensor(s.map((v) => -v), shape)];
    };
    return { value: tf.scalar(sum / n), gradFunc: back };
  });

  return meanSoftplus(enet(x), enet(paste(gnet(z))));
}

class Layer {
  w: Float32Array;
  b: Float32Array;
  dw: Float32Array;
  db: Float32Array;
  private input = new Float32Array(0);
  private m: Float32Array[];
  private v: Float32Array[];
  private t = 0;
  constructor(
    readonly inputs: number,
    readonly outputs: number,
    rng: () => number,
    gain = 1,
  ) {
    const limit = gain * Math.sqrt(6 / (inputs + outputs));
    this.w = Float32Array.from({ length: inputs * outputs }, () => limit * (2 * rng() - 1));
    this.b = new Float32Array(outputs);
    this.dw = new Float32Array(this.w.length);
    this.db = new Float32Array(outputs);
    this.m = [new Float32Array(this.w.length), new Float32Array(outputs)];
    this.v = [new Float32Array(this.w.length), new Float32Array(outputs)];
  }
  forward(x: Float32Array, n: number): Float32Array {
    this.input = x;
    const { inputs, outputs, w, b } = this;
    const y = new Float32Array(n * outputs);
    for (let r = 0; r < n; r++) {
      const row = y.subarray(r * outputs, (r + 1) * outputs);
      row.set(b);
      for (let i = 0; i < inputs; i++) {
        const value = x[r * inputs + i]!;
        if (value === 0) continue;
        const offset = i * outputs;
        for (let j = 0; j < outputs; j++) row[j]! += value * w[offset + j]!;
      }
    }
    return y;
  }
  /** adds to the gradients, returns the gradient for the input */
  backward(dy: Float32Array, n: number, sign = 1): Float32Array {
    const { inputs, outputs, w, dw, db, input } = this;
    const dx = new Float32Array(n * inputs);
    for (let r = 0; r < n; r++) {
      for (let j = 0; j < outputs; j++) db[j]! += sign * dy[r * outputs + j]!;
      for (let i = 0; i < inputs; i++) {
        const value = sign * input[r * inputs + i]!;
        const offset = i * outputs;
        let sum = 0;
        for (let j = 0; j < outputs; j++) {
          const d = dy[r * outputs + j]!;
          sum += d * w[offset + j]!;
          dw[offset + j]! += value * d;
        }
        dx[r * inputs + i] = sum;
      }
    }
    return dx;
  }
  step(rate: number): void {
    this.t++;
    const c1 = 1 - 0.9 ** this.t;
    const c2 = 1 - 0.999 ** this.t;
    const pairs = [
      [this.w, this.dw],
      [this.b, this.db],
    ] as const;
    pairs.forEach(([p, g], k) => {
      const m = this.m[k]!;
      const v = this.v[k]!;
      for (let i = 0; i < p.length; i++) {
        m[i] = 0.9 * m[i]! + 0.1 * g[i]!;
        v[i] = 0.999 * v[i]! + 0.001 * g[i]! * g[i]!;
        p[i]! -= (rate * (m[i]! / c1)) / (Math.sqrt(v[i]! / c2) + 1e-8);
      }
      g.fill(0);
    });
  }
}

export function trainInpainting(
  images: tf.Tensor,
  options: { iterations: number; batchSize: number; learningRate: number; rng: () => number },
): { generate: Net } {
  const { iterations, batchSize: n, learningRate, rng } = options;
  const N = images.shape[0]!;
  const data = images.dataSync();
  const g1 = new Layer(D, 64, rng);
  const g2 = new Layer(64, D, rng);
  const e1 = new Layer(D, 32, rng);
  const e2 = new Layer(32, 1, rng);

  const generator = (z: Float32Array, count: number) => {
    const h = g1.forward(z, count).map(Math.tanh);
    const y = g2.forward(h, count).map((v) => 1 / (1 + Math.exp(-v)));
    return { h, y };
  };
  const energy = (x: Float32Array) => {
    const h = e1.forward(x, n).map(Math.tanh);
    return { h, e: e2.forward(h, n) };
  };
  /** gradient of the energy for its input, and (added up) for its weights; call right after energy() */
  const energyBack = (h: Float32Array, de: Float32Array) => {
    const dh = e2.backward(de, n);
    return e1.backward(
      dh.map((d, i) => d * (1 - h[i]! * h[i]!)),
      n,
    );
  };

  for (let t = 0; t < iterations; t++) {
    const x = new Float32Array(n * D);
    const mask = new Float32Array(n * D);
    for (let r = 0; r < n; r++) {
      const which = Math.floor(rng() * N);
      x.set(data.subarray(which * D, (which + 1) * D), r * D);
      const corner = (7 + Math.floor(9 * rng())) * 28 + 7 + Math.floor(9 * rng());
      for (let a = 0; a < 6; a++) mask.fill(1, r * D + corner + a * 28, r * D + corner + a * 28 + 6);
    }
    const z = x.map((v, i) => v * (1 - mask[i]!));
    const { h, y } = generator(z, n);
    const completed = z.map((v, i) => (mask[i] ? y[i]! : v));
    const ofTrue = energy(x).e;
    // once more for the energies' difference: the layers remember their last input only
    const ofCompleted = energy(completed);
    const slope = ofTrue.map((e, i) => 1 / (1 + Math.exp(-(e - ofCompleted.e[i]!))) / n);
    const dCompleted = energyBack(
      ofCompleted.h,
      slope.map((s) => -s),
    );
    energyBack(energy(x).h, slope);
    // minus the energy's gradient, plus the reconstruction's, inside the hole
    const dy = y.map((v, i) => (mask[i] ? (-dCompleted[i]! + ((20 * 2) / (36 * n)) * (v - x[i]!)) * v * (1 - v) : 0));
    const dh = g2.backward(dy, n);
    g1.backward(
      dh.map((d, i) => d * (1 - h[i]! * h[i]!)),
      n,
    );
    for (const layer of [g1, g2, e1, e2]) layer.step(learningRate);
  }
  return {
    generate: (batch) => {
      const count = batch.shape[0]!;
      return tf.tensor(generator(Float32Array.from(batch.dataSync()), count).y, [count, D]);
    },
  };
}
