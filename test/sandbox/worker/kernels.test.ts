import { describe, expect, test } from 'vitest';
import { NdArray, type Value } from '../../../harness/model/value.ts';
import { erf } from '../../../harness/sandbox/worker/engine.ts';
import { entries, usePool, useSession } from '../session/kit.ts';

const session = useSession(usePool({ spare: 0 }), {
  'ops.ts': `import * as tf from '@tensorflow/tfjs';
    export const unary = (name: string, x: tf.Tensor) => tf[name](x);
    export const derivative = (name: string, x: tf.Tensor) => tf.grad(tf[name])(x);
    export const composed = (name: string, a: tf.Tensor, b: tf.Tensor) => COMPOSED[name](a, b);
    const COMPOSED = {
      logSoftmax: (a) => tf.logSoftmax(a),
      softmax: (a) => tf.softmax(a),
      logSumExp: (a) => tf.logSumExp(a),
      mean: (a) => tf.mean(a),
      variance: (a) => tf.moments(a).variance,
      matMul: (a, b) => tf.matMul(a, b, false, true),
      pow: (a) => tf.pow(tf.abs(a), 0.3),
      atan2: (a, b) => tf.atan2(a, b),
      prelu: (a) => tf.prelu(a, tf.scalar(0.1)),
      leakyRelu: (a) => tf.leakyRelu(a, 0.1),
      norm: (a) => tf.norm(a),
      scalar: () => tf.add(tf.scalar(0.1), 0.2),
      fill: () => tf.fill([1], 0.1),
      linspace: () => tf.linspace(0, 1, 4),
      buffer: () => { const b = tf.buffer([1]); b.set(0.1, 0); return b.toTensor(); },
      variable: () => { const v = tf.variable(tf.tensor([0.1])); v.assign(v.add(0.2)); return v; },
      fft: (a) => tf.real(tf.spectral.rfft(a.reshape([1, 6]))),
      fused: (a, b) => tf.fused.matMul({ a, b, transposeB: true, activation: 'relu' }),
    };`,
});

const XS = [
  -40, -20.3, -7.1, -1.5, -0.7, -0.25, -0.01, -1e-5, -1e-9, 0, 1e-12, 1e-8, 0.02, 0.3, 0.99, 1.7, 5.9, 17, 90,
];
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const SCALE = 1.0507009873554805;
const ALPHA = 1.6732632423543772;

/** Function and derivative. A kernel that is right in doubles only for float32's digits is 1e-8 off somewhere here. */
const UNARY: Record<string, [(x: number) => number, (x: number) => number]> = {
  abs: [Math.abs, Math.sign],
  acos: [Math.acos, (x) => -1 / Math.sqrt(1 - x * x)],
  acosh: [Math.acosh, (x) => 1 / Math.sqrt(x * x - 1)],
  asin: [Math.asin, (x) => 1 / Math.sqrt(1 - x * x)],
  asinh: [Math.asinh, (x) => 1 / Math.sqrt(1 + x * x)],
  atan: [Math.atan, (x) => 1 / (1 + x * x)],
  atanh: [Math.atanh, (x) => 1 / (1 - x * x)],
  cos: [Math.cos, (x) => -Math.sin(x)],
  cosh: [Math.cosh, Math.sinh],
  elu: [(x) => (x >= 0 ? x : Math.expm1(x)), (x) => (x >= 0 ? 1 : Math.exp(x))],
  erf: [erf, (x) => (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x)],
  exp: [Math.exp, Math.exp],
  expm1: [Math.expm1, Math.exp],
  log: [Math.log, (x) => 1 / x],
  log1p: [Math.log1p, (x) => 1 / (1 + x)],
  logSigmoid: [(x) => -softplus(-x), (x) => sigmoid(-x)],
  reciprocal: [(x) => 1 / x, (x) => -1 / (x * x)],
  relu: [(x) => Math.max(x, 0), (x) => (x > 0 ? 1 : 0)],
  rsqrt: [(x) => 1 / Math.sqrt(x), (x) => -0.5 / (x * Math.sqrt(x))],
  selu: [(x) => SCALE * (x >= 0 ? x : ALPHA * Math.expm1(x)), (x) => (x > 0 ? SCALE : SCALE * ALPHA * Math.exp(x))],
  sigmoid: [sigmoid, (x) => sigmoid(x) * sigmoid(-x)],
  sin: [Math.sin, Math.cos],
  sinh: [Math.sinh, Math.cosh],
  softplus: [softplus, sigmoid],
  sqrt: [Math.sqrt, (x) => 0.5 / Math.sqrt(x)],
  square: [(x) => x * x, (x) => 2 * x],
  tan: [Math.tan, (x) => 1 / Math.cos(x) ** 2],
  tanh: [Math.tanh, (x) => 1 - Math.tanh(x) ** 2],
};

describe('unary operations in doubles', () => {
  test.each(Object.keys(UNARY))('%s and its derivative', async (name) => {
    const [f, derivative] = UNARY[name]!;
    const args = [name, NdArray.of(XS)];
    compare(await session().value('ops.unary', args), XS.map(f), 4e-16, 0);
    // The derivative is made of several operations, of which some subtract.
    compare(await session().value('ops.derivative', args), XS.map(derivative), 2e-14, 1e-15);
  });

  function compare(value: Value, expected: number[], relative: number, absolute: number): void {
    const actual = entries(value);
    expected.forEach((wanted, i) => {
      // Outside of a function's domain, and where it overflows, any agreement will do.
      if (!Number.isFinite(wanted) || XS[i] === 0) return;
      expect(Math.abs(actual[i]! - wanted), `at ${XS[i]}: ${actual[i]}`).toBeLessThanOrEqual(
        relative * Math.abs(wanted) + absolute,
      );
    });
  }
});

test.each([
  // Abramowitz & Stegun, table 7.1, and further digits by the series in exact arithmetic.
  [0.1, 0.1124629160182849],
  [0.5, 0.5204998778130465],
  [1, 0.8427007929497149],
  [2, 0.9953222650189527],
  [2.5, 0.999593047982555],
  [3, 0.9999779095030014],
  [1e-10, 1.1283791670955126e-10],
  [7, 1],
  [Number.POSITIVE_INFINITY, 1],
  [0, 0],
])('erf(%d)', (x, expected) => {
  expect(Math.abs(erf(x) - expected)).toBeLessThanOrEqual(5e-16 * expected);
  expect(erf(-x)).toBe(-erf(x));
});

describe('other operations in doubles', () => {
  const a = [0.1, -1.3, 2.7, 0.35, 1e-3, -0.6];
  const b = [1.7, 0.2, -0.9, 1.1, 0.4, 3.3];
  const sum = (list: number[]) => list.reduce((total, x) => total + x, 0);
  const lse = Math.log(sum(a.map(Math.exp)));
  const mean = sum(a) / 6;
  const rows = (list: number[]) => [list.slice(0, 3), list.slice(3)] as const;
  const products = rows(a).flatMap((x) => rows(b).map((y) => sum(x.map((value, i) => value * y[i]!))));
  const CASES: [string, number[], number[]?][] = [
    ['logSoftmax', a.map((x) => x - lse)],
    ['softmax', a.map((x) => Math.exp(x - lse))],
    ['logSumExp', [lse]],
    ['mean', [mean]],
    ['variance', [sum(a.map((x) => (x - mean) ** 2)) / 6]],
    ['pow', a.map((x) => Math.abs(x) ** 0.3)],
    ['atan2', a.map((x, i) => Math.atan2(x, b[i]!))],
    ['prelu', a.map((x) => (x > 0 ? x : 0.1 * x))],
    ['leakyRelu', a.map((x) => (x > 0 ? x : 0.1 * x))],
    ['norm', [Math.sqrt(sum(a.map((x) => x * x)))]],
    ['scalar', [0.1 + 0.2]],
    ['fill', [0.1]],
    ['linspace', [0, 1 / 3, 2 / 3, 1]],
    ['buffer', [0.1]],
    ['variable', [0.1 + 0.2]],
    ['fft', [0, 1, 2, 3].map((k) => sum(a.map((x, n) => x * Math.cos((2 * Math.PI * k * n) / 6))))],
    ['matMul', products, [2, 3]],
    ['fused', products.map((x) => Math.max(x, 0)), [2, 3]],
  ];
  test.each(CASES)('%s', async (name, expected, shape = [6]) => {
    const args = [name, NdArray.of(a, shape), NdArray.of(b, shape)];
    const actual = entries(await session().value('ops.composed', args));
    expect(actual).toHaveLength(expected.length);
    actual.forEach((x, i) => {
      expect(Math.abs(x - expected[i]!)).toBeLessThan(5e-15);
    });
  });
});
