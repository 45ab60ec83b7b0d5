/** A submission whose operations give the same on every backend: what training programs do, and where kernels differ. */
export const OPERATIONS = `
import * as tf from '@tensorflow/tfjs';

function uniform(seed: number) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
const T = (shape: number[], seed = 1, low = -2, high = 2) => {
  const draw = uniform(seed);
  return tf.tensor(Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => low + (high - low) * draw()), shape);
};
const I = (shape: number[], seed = 1) => T(shape, seed, -9, 9).cast('int32');
const ids = (values: number[]) => tf.tensor1d(values, 'int32');
/** All gradients of a random combination of f's entries. */
const grad = (f, ...inputs) => () => {
  const gradients = tf.grads((...xs) => { const y = f(...xs); return y.mul(T(y.shape, 77)).sum(); })(inputs);
  return tf.concat(gradients.map((g) => g.flatten()));
};
const parts = (z) => tf.concat([tf.real(z).flatten(), tf.imag(z).flatten()]);
const C = (shape: number[], seed = 1) => tf.complex(T(shape, seed), T(shape, seed + 50));

const table: Record<string, () => tf.Tensor> = {
  'fft': () => parts(tf.fft(C([3, 7]))),
  'ifft': () => parts(tf.ifft(C([3, 8]))),
  'rfft': () => parts(tf.spectral.rfft(T([2, 8]))),
  'convolution by fft': () => tf.real(tf.ifft(tf.fft(T([16]).cast('complex64')).mul(tf.fft(T([16], 3).cast('complex64'))))),
  'complex product': () => parts(tf.mul(C([2, 4]), C([2, 4], 2))),
  'complex difference, repeated': () => parts(tf.sub(C([2, 4]), C([4], 2))),
  'complex reshaped': () => parts(C([4, 4]).reshape([2, 8])),
  'complex joined': () => parts(tf.concat([C([2, 3]), C([2, 3], 4)], 1)),
  'absolute value of complex': () => tf.abs(C([5])),
  'short-time fourier': () => parts(tf.signal.stft(T([64]), 16, 8)),
  'einsum': () => tf.einsum('bij,bkj->bik', T([2, 3, 4]), T([2, 5, 4])),
  'segment sum': () => tf.unsortedSegmentSum(T([4, 3]), ids([0, 2, 0, 7]), 3),
  'segment sum of whole numbers': () => tf.unsortedSegmentSum(I([4, 3]), ids([0, 2, 0, 1]), 3),
  'ragged range': () => tf.raggedRange(ids([0, 2]), ids([3, 5]), ids([1, 1])).rtDenseValues,
  'cast to truth values': () => T([9]).cast('bool').sum(),
  'truth values as numbers': () => T([9]).greater(0).cast('float32').mul(1),
  'sum of truth values': () => T([9]).greater(0).sum(),
  'exp of truth values': () => tf.exp(T([9]).greater(0)),
  'exp of whole numbers': () => tf.exp(I([9])),
  'reversed truth values': () => tf.reverse(T([9]).greater(0)),
  'chosen truth values': () => tf.where(T([9]).greater(0), T([9], 2).greater(0), T([9], 3).greater(0)),
  'mean of whole numbers': () => tf.mean(I([3, 5]), 1),
  'strided slice of whole numbers': () => tf.stridedSlice(I([4, 6]), [0, 5], [4, 0], [2, -2]),
  'one-hot floats': () => tf.oneHot(ids([1, 0, 2]), 3, 1, 0, 'float32'),
  'one-hot': () => tf.oneHot(ids([1, 0, 2]), 3).cast('float32').mul(1),
  'floor of quotient': () => tf.floorDiv(T([9], 1, -9, 9), T([9], 2, 1, 3)),
  'gather in a batch': () => tf.gather(T([4, 6, 3]), tf.tensor2d([3, 0, 0, 1, 0, 0, 2, 2], [4, 2], 'int32'), 1, 1),
  'sum of nothing': () => tf.sum(tf.zeros([0, 3])),
  'running sum of a scalar': () => tf.cumsum(tf.scalar(3)),
  'sign of small numbers': () => tf.sign(T([9], 1, -1e-6, 1e-6)),
  'matrix products': () => tf.concat([
    tf.matMul(T([3, 4]), T([4, 5], 2)).flatten(), tf.matMul(T([4, 3]), T([5, 4], 2), true, true).flatten(),
    tf.matMul(T([7, 4, 3]), T([7, 5, 4], 2), true, true).flatten(), tf.matMul(I([3, 4]), I([4, 5])).cast('float32').flatten()]),
  'random numbers': () => tf.concat([tf.randomNormal([5], 0, 1, 'float32', 3), tf.multinomial(tf.tensor2d([[0.2, 0.8]]), 6, 3, true).flatten().cast('float32')]),
  'gradient of gather': grad((x) => tf.gather(x, ids([1, 0, 1, 3])), T([4, 3])),
  'gradient of gather, axis 1': grad((x) => tf.gather(x, tf.tensor2d([[1, 0], [1, 2]], [2, 2], 'int32'), 1), T([4, 3, 2])),
  'gradient of gather in a batch': grad((x) => tf.gather(x, tf.tensor2d([[1, 0], [1, 2]], [2, 2], 'int32'), 1, 1), T([2, 3, 4])),
  'gradient of segment sum': grad((x) => tf.unsortedSegmentSum(x, ids([0, 1, 0]), 3), T([3, 4])),
  'gradient of batch normalisation': grad((x, m, v, o, s) => tf.batchNorm(x, m, v, o, s, 1e-3), T([2, 4, 4, 3]), T([3], 2), T([3], 4, 0.5, 2), T([3], 5), T([3], 6)),
  'gradient of moments': grad((x) => { const { mean, variance } = tf.moments(x, [0]); return x.sub(mean).div(variance.add(1e-3).sqrt()); }, T([6, 3])),
  'gradient of resizeBilinear': grad((x) => tf.image.resizeBilinear(x, [7, 7]), T([1, 4, 4, 2])),
  'gradient of resizeNearestNeighbor': grad((x) => tf.image.resizeNearestNeighbor(x, [7, 9]), T([1, 4, 5, 2])),
  'gradient of fused convolution': grad((x, filter, bias) => tf.fused.conv2d({ x, filter, strides: 1, pad: 'same', bias, activation: 'elu' }), T([2, 5, 5, 2]), T([3, 3, 2, 4]), T([4])),
  'gradient of separable convolution': grad((x, w, p) => tf.separableConv2d(x, w, p, 1, 'same'), T([1, 5, 6, 2]), T([3, 3, 2, 2]), T([1, 1, 4, 3])),
  'gradient of conv1d': grad((x, w) => tf.conv1d(x, w, 2, 'same'), T([2, 9, 3]), T([3, 3, 4])),
  'gradient of conv3d': grad((x, w) => tf.conv3d(x, w, 1, 'same'), T([1, 4, 4, 4, 2]), T([2, 2, 2, 2, 3])),
  'gradient of maxPool3d': grad((x) => tf.maxPool3d(x, 2, 2, 'same'), T([1, 4, 4, 4, 2], 1, -3, -1)),
  'gradient of prelu': grad((x, a) => tf.prelu(x, a), T([2, 3, 4]), T([4])),
  'gradient of prelu, a slope a row': grad((x, a) => tf.prelu(x, a), T([2, 3, 4]), T([3, 1])),
  'gradient of dilation': grad((x, w) => tf.dilation2d(x, w, 1, 'same'), T([1, 5, 5, 2], 1, -9, -8), T([2, 2, 2])),
  'gradient of cross-entropy': grad((x) => tf.losses.softmaxCrossEntropy(tf.oneHot(ids([1, 0, 2]), 3), x), T([3, 3])),
  'gradient of a masked product': grad((x) => x.mul(T([9], 4).greater(0)), T([9])),
  'dilated convolution': () => tf.conv2d(T([1, 9, 8, 2]), T([3, 3, 2, 3], 2), 1, 'same', 'NHWC', 2),
  'dilated pooling': () => tf.pool(T([1, 6, 6, 1]), 2, 'max', 'valid', 2, 1),
  'gradient of dilated pooling': grad((x) => tf.pool(x, 2, 'max', 'valid', 2, 1), T([1, 6, 6, 1])),
};
for (const name of ['abs', 'elu', 'erf', 'exp', 'expm1', 'log1p', 'logSigmoid', 'relu', 'relu6', 'selu', 'sigmoid', 'softplus', 'square', 'tanh', 'leakyRelu', 'softmax', 'logSoftmax', 'logSumExp', 'max', 'min', 'mean', 'cumsum', 'norm', 'sign']) {
  for (const [low, high] of [[0.05, 0.9], [-3, -1], [-60, 60]]) {
    table[name + ' from ' + low] = () => tf[name](T([3, 4], 5, low, high));
    // Its gradient is wrong in tfjs for the first of two axes, on every backend.
    if (name !== 'cumsum') table['gradient of ' + name + ' from ' + low] = grad((x) => tf[name](x), T([3, 4], 5, low, high));
  }
}
// height, width, filter, stride, padding, channels in and out, batch
const CONVOLUTIONS = [
  [7, 5, 3, 3, 1, 'same', 2, 3, 2], [7, 5, 3, 2, 1, 'valid', 2, 3, 2], [8, 6, 3, 2, 2, 'same', 2, 3, 1], [8, 6, 3, 2, 2, 'valid', 1, 1, 1],
  [9, 11, 5, 4, [2, 3], 'valid', 3, 2, 4], [9, 11, 1, 1, 2, 'valid', 3, 2, 4], [9, 11, 4, 4, 3, 'same', 3, 2, 4], [6, 6, 3, 3, 2, 1, 2, 2, 2],
  [5, 5, 5, 5, 1, 'valid', 2, 4, 3], [4, 4, 5, 5, 1, 'same', 2, 4, 3], [10, 10, 3, 3, 4, 'valid', 2, 2, 2], [6, 6, 2, 2, 1, 3, 2, 2, 2],
];
for (const [h, w, fh, fw, stride, pad, ci, co, b] of CONVOLUTIONS) {
  const how = h + '×' + w + ' by ' + fh + '×' + fw + ', stride ' + stride + ', ' + pad;
  const [sh, sw] = Array.isArray(stride) ? stride : [stride, stride];
  table['gradient of conv2d ' + how] = grad((x, f) => tf.conv2d(x, f, stride, pad), T([b, h, w, ci], 3), T([fh, fw, ci, co], 5));
  table['gradient of depthwiseConv2d ' + how] = grad((x, f) => tf.depthwiseConv2d(x, f, sh, pad), T([b, h, w, ci], 3), T([fh, fw, ci, 2], 5));
  if (typeof pad === 'number') continue;
  const size = pad === 'same' ? [b, h * sh, w * sw, co] : [b, (h - 1) * sh + fh, (w - 1) * sw + fw, co];
  table['gradient of conv2dTranspose ' + how] = grad((x, f) => tf.conv2dTranspose(x, f, size, stride, pad), T([b, h, w, ci], 3), T([fh, fw, co, ci], 5));
  for (const [low, high] of [[-2, 2], [-3, -1]])
    table['gradient of maxPool ' + how + ' from ' + low] = grad((x) => tf.maxPool(x, [fh, fw], stride, pad), T([b, h, w, ci], 3, low, high));
  table['gradient of avgPool ' + how] = grad((x) => tf.avgPool(x, [fh, fw], stride, pad), T([b, h, w, ci], 3));
}

/** Results of all operations. What lay in freed memory must not show in them. */
export function all() {
  const litter = () => { for (let n = 1; n < 5000; n = Math.ceil(1.3 * n)) tf.dispose([tf.fill([n], 123.4), tf.fill([n], 123.4)]); };
  return Object.fromEntries(Object.entries(table).map(([name, f]) => { litter(); return [name, tf.tidy(f)]; }));
}
export const texts = () => tf.concat([tf.tensor(['a', 'b']), tf.tile(tf.tensor(['c']), [2])]).arraySync();
export const kernels = (backend: string) => tf.getKernelsForBackend(backend).map((kernel) => kernel.kernelName).sort();
export const backend = () => tf.getBackend();
export const rounded = () => [tf.add(1, 1e-9), tf.einsum('i->i', tf.tensor([1 + 1e-9])), tf.abs(tf.complex([1 + 1e-9], [0]))].map((x) => x.dataSync()[0]);
export const leak = () => {
  const [x, f] = [T([2, 6, 6, 2]), T([3, 3, 2, 2])];
  const step = () => tf.dispose(tf.grads((x, f) => tf.conv2d(x, f, 2, 'same').maxPool(2, 1, 'same').flatten().gather(ids([0, 1])).sum())([x, f]));
  step();
  const before = [tf.memory().numTensors, tf.memory().numDataBuffers, tf.engine().backend.numDataIds()];
  for (let i = 0; i < 5; i++) step();
  return [before, [tf.memory().numTensors, tf.memory().numDataBuffers, tf.engine().backend.numDataIds()]];
};
`;
