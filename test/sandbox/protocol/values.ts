import fc from 'fast-check';
import { CallbackArg, HandleArg, NetArg, RngArg } from '../../../harness/model/call.ts';
import { type DType, NdArray, sizeOf, type TypedData } from '../../../harness/model/value.ts';

/** Cases of the fuzzing tests; more for a longer study: `GRADUS_FUZZ=1000000 npx vitest run test/sandbox/protocol`. */
export const FUZZ_RUNS = Number(process.env.GRADUS_FUZZ ?? 20_000);

/** Milliseconds for that many, on a slow and busy machine. */
export const FUZZ_TIMEOUT = Math.max(60_000, 5 * FUZZ_RUNS);

const dataOf: Record<DType, (size: number, bytes: Uint8Array) => TypedData> = {
  float64: (size, bytes) => new Float64Array(filled(size * 8, bytes)),
  float32: (size, bytes) => new Float32Array(filled(size * 4, bytes)),
  int32: (size, bytes) => new Int32Array(filled(size * 4, bytes)),
  bool: (size, bytes) => new Uint8Array(filled(size, bytes)),
};

/** Any bytes are numbers: NaNs, infinities, subnormals and both zeros come up by themselves. */
function filled(length: number, bytes: Uint8Array): ArrayBuffer {
  const buffer = new Uint8Array(length);
  if (bytes.length > 0) for (let i = 0; i < length; i++) buffer[i] = bytes[i % bytes.length]!;
  return buffer.buffer;
}

/** Tensors of every dtype and rank 0 to 8, with sides of 0 to 3. */
export const tensors: fc.Arbitrary<NdArray> = fc
  .record({
    dtype: fc.constantFrom<DType>('float64', 'float32', 'int32', 'bool'),
    shape: fc.array(fc.nat(3), { maxLength: 8 }),
    bytes: fc.uint8Array({ maxLength: 32 }),
  })
  .map(({ dtype, shape, bytes }) => new NdArray(shape, dataOf[dtype](sizeOf(shape), bytes), dtype));

const numbers = fc.oneof(fc.double(), fc.constantFrom(0, -0, Number.NaN, Infinity, -Infinity, 5e-324, 2 ** 53));
const keys = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'length', '0'),
);

export const { value: values } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom(null, undefined, true, false),
    numbers,
    fc.string({ unit: 'grapheme' }),
    tensors,
    fc.array(tie('value'), { maxLength: 5 }),
    fc.uniqueArray(fc.tuple(keys, tie('value')), { maxLength: 5, selector: ([key]) => key }).map(recordOf),
  ),
}));

function recordOf(entries: [string, unknown][]): Record<string, unknown> {
  const record = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of entries) record[key] = value;
  return record;
}

/** The arguments that only a worker can make. */
export const specials = fc.oneof(
  fc.record({ seed: fc.maxSafeInteger(), zeroEvery: fc.nat() }).map((r) => new RngArg(r.seed, r.zeroEvery)),
  fc
    .tuple(fc.string({ unit: 'grapheme' }), fc.array(fc.oneof(fc.nat(), keys)))
    .map(([name, path]) => new HandleArg(name, path)),
  fc.constant(new CallbackArg()),
  fc
    .tuple(tensors, tensors, fc.option(fc.array(fc.nat()), { nil: undefined }))
    .map(([kernel, bias, shape]) => new NetArg([{ kernel, bias, activation: 'tanh' }], shape)),
);
