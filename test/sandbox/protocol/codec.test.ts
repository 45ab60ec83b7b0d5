import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CallbackArg, HandleArg, NetArg } from '../../../harness/model/call.ts';
import { type DType, NdArray } from '../../../harness/model/value.ts';
import { DecodeError, decode, encode, MAX_DEPTH } from '../../../harness/sandbox/protocol/codec.ts';
import { FUZZ_RUNS, FUZZ_TIMEOUT, specials, tensors, values } from './values.ts';

const bytes = (...parts: (number | number[] | Uint8Array)[]) =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === 'number' ? [part] : [...part])));
const u32 = (n: number) => [n & 255, (n >>> 8) & 255, (n >>> 16) & 255, n >>> 24];
const nested = (depth: number): unknown => Array.from({ length: depth }).reduce<unknown>((inner) => [inner], null);

const Tag = { string: 5, list: 6, record: 7, tensor: 8, rng: 16, net: 17, handle: 18 };

/** What decoding does: the value, or the message of a DecodeError; anything else is thrown on. */
function attempt(input: Uint8Array, options?: Parameters<typeof decode>[1]): { value: unknown } | { fault: string } {
  try {
    return { value: decode(input, options) };
  } catch (error) {
    if (error instanceof DecodeError) return { fault: error.message };
    throw error;
  }
}

describe('round trip', () => {
  test('every value comes back as it was', () => {
    fc.assert(
      fc.property(values, (value) => {
        // Not vitest's equality, which takes a key `constructor` for the class.
        expect(isDeepStrictEqual(decode(encode(value)), value)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  test('so do the arguments that only a worker can make, where they are admitted', () => {
    fc.assert(
      fc.property(fc.array(specials, { maxLength: 3 }), (args) => {
        const sent = encode(args);
        const plain = (value: unknown) =>
          JSON.stringify(value, (_, item) => (item instanceof NdArray ? encode(item) : item));
        const back = decode(sent, { special: true }) as unknown[];
        expect(back.map((arg) => arg?.constructor)).toEqual(args.map((arg) => arg.constructor));
        expect(plain(back)).toBe(plain(args));
        if (args.length > 0) expect(attempt(sent)).toHaveProperty('fault');
      }),
      { numRuns: 300 },
    );
  });

  test('tensors keep dtype, shape and every bit of their data', () => {
    fc.assert(
      fc.property(tensors, (tensor) => {
        const back = decode(encode(tensor)) as NdArray;
        expect([back.dtype, back.shape, back.data.constructor]).toEqual([
          tensor.dtype,
          tensor.shape,
          tensor.data.constructor,
        ]);
        expect(Buffer.from(back.data.buffer)).toEqual(Buffer.from(tensor.data.buffer));
      }),
      { numRuns: 1000 },
    );
  });

  test.each<DType>(['float64', 'float32', 'int32', 'bool'])('%s: ranks 0 to 8, and empty ones', (dtype) => {
    for (let rank = 0; rank <= 8; rank++) {
      for (const side of rank === 0 ? [1] : [0, 1, 2]) {
        const shape = Array.from({ length: rank }, () => side);
        const Data = { float64: Float64Array, float32: Float32Array, int32: Int32Array, bool: Uint8Array }[dtype];
        const tensor = new NdArray(shape, new Data(side ** rank).fill(1), dtype);
        expect(decode(encode(tensor))).toStrictEqual(tensor);
      }
    }
  });

  test('views into a larger buffer are sent alone', () => {
    const whole = Float64Array.of(1, 2, 3, 4);
    expect(decode(encode(NdArray.of(whole.subarray(1, 3))))).toStrictEqual(NdArray.of([2, 3]));
    const tensor = new NdArray([2], whole.subarray(2));
    expect(decode(encode(tensor))).toStrictEqual(NdArray.of([3, 4]));
  });

  test('zeros keep their sign', () => {
    expect(Object.is(decode(encode(-0)), -0)).toBe(true);
    expect(Object.is((decode(encode(NdArray.of([-0]))) as NdArray).data[0], -0)).toBe(true);
  });

  test('a key __proto__ is a key, and sets no prototype', () => {
    const record = decode(encode(JSON.parse('{"__proto__": {"polluted": 1}}'))) as Record<string, unknown>;
    expect(Object.keys(record)).toEqual(['__proto__']);
    expect(record.polluted).toBeUndefined();
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('lone surrogates become the replacement character', () => {
    expect(decode(encode('a\ud800b\udc00'))).toBe('a\ufffdb\ufffd');
    expect(decode(encode('😀\u0000\ufeffx'))).toBe('😀\u0000\ufeffx');
  });

  test('nesting goes to the limit and no further', () => {
    expect(decode(encode(nested(MAX_DEPTH)))).toEqual(nested(MAX_DEPTH));
    expect(() => encode(nested(MAX_DEPTH + 1))).toThrow(TypeError);
    expect(attempt(encode(nested(5)), { maxDepth: 5 })).toHaveProperty('value');
    expect(attempt(encode(nested(6)), { maxDepth: 5 })).toEqual({ fault: 'a value is nested deeper than 5 levels' });
  });
});

describe('what cannot be sent', () => {
  const cycle: unknown[] = [];
  cycle.push(cycle);
  test.each([
    ['a function', () => 1],
    ['a symbol', Symbol('s')],
    ['a bigint', 1n],
    ['a cycle', cycle],
    ['rank 9', new NdArray([1, 1, 1, 1, 1, 1, 1, 1, 1], new Float64Array(1))],
    ['data of another size than its dtype', new NdArray([2], new Float64Array(2), 'float32')],
    ['an unknown dtype', new NdArray([2], new Float64Array(2), 'float16' as DType)],
  ])('%s is a TypeError', (_, value) => {
    expect(() => encode(value)).toThrow(TypeError);
  });
});

describe('bytes that lie', () => {
  const deep = bytes(Array.from({ length: 100_000 }, () => [Tag.list, ...u32(1)]).flat());
  test.each<[string, Uint8Array, RegExp]>([
    ['nothing', bytes(), /ends too early/],
    ['an unknown tag', bytes(99), /tag 99 does not exist/],
    ['bytes after the value', bytes(0, 0), /1 bytes too many/],
    ['half a number', bytes(4, 0, 0), /ends too early/],
    ['a string longer than the bytes', bytes(Tag.string, u32(2 ** 32 - 1), 65), /ends too early/],
    ['a list of 2^32 − 1 items', bytes(Tag.list, u32(2 ** 32 - 1)), /cannot fit/],
    ['a record of 2^32 − 1 items', bytes(Tag.record, u32(2 ** 32 - 1)), /cannot fit/],
    ['a key twice', bytes(Tag.record, u32(2), u32(1), 65, 0, u32(1), 65, 0), /key twice/],
    ['100,000 lists in each other', deep, /nested deeper/],
    ['an unknown dtype', bytes(Tag.tensor, 9, 0), /unknown dtype/],
    ['rank 9', bytes(Tag.tensor, 0, 9, Array(36).fill(0)), /rank 9/],
    ['rank 255', bytes(Tag.tensor, 0, 255), /rank 255/],
    ['a tensor of 2^32 entries', bytes(Tag.tensor, 0, 1, u32(2 ** 32 - 1), Array(64).fill(0)), /fewer bytes/],
    ['sides whose product passes 2^53', bytes(Tag.tensor, 3, 8, Array(32).fill(255)), /fewer bytes/],
    ['a tensor one byte short', bytes(Tag.tensor, 0, 1, u32(2), Array(15).fill(0)), /fewer bytes/],
    ['a tensor one byte long', bytes(Tag.tensor, 0, 1, u32(2), Array(17).fill(0)), /too many/],
    ['a tensor with missing sides', bytes(Tag.tensor, 0, 3, u32(1)), /ends too early/],
  ])('%s', (_, input, message) => {
    expect(attempt(input)).toEqual({ fault: expect.stringMatching(message) });
  });

  test.each([Tag.rng, Tag.net, Tag.handle])('an argument of tag %d with wrong fields', (tag) => {
    for (const fields of [null, 1, [], {}, { seed: 'x', layers: 1, path: 2 }]) {
      expect(attempt(bytes(tag, encode(fields)), { special: true })).toHaveProperty('fault');
    }
  });

  test('a tensor with a side of 0 may have any other sides, and takes no memory', () => {
    const empty = bytes(Tag.tensor, 0, 3, u32(2 ** 32 - 1), u32(0), u32(2 ** 32 - 1));
    expect(attempt(empty)).toEqual({ value: new NdArray([2 ** 32 - 1, 0, 2 ** 32 - 1], new Float64Array(0)) });
  });

  test('a quota bounds the lists, records and strings, over several values', () => {
    const quota = { containers: 4 };
    expect(attempt(encode([[], {}]), { quota })).toHaveProperty('value');
    expect(attempt(encode([1, 2, 3]), { quota })).toHaveProperty('value');
    expect(attempt(encode('x'), { quota })).toHaveProperty('fault');
  });
});

describe('fuzzing: a value or a DecodeError, whatever comes', () => {
  const options = [{}, { special: true }, { quota: { containers: 1e9 }, maxDepth: 20 }];
  const total = (input: Uint8Array) => {
    for (const option of options) {
      const result = attempt(input, option);
      // What was read is a value like any other: it can be written again.
      if ('value' in result) encode(result.value);
    }
  };

  test('random bytes', { timeout: FUZZ_TIMEOUT }, () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), total), { numRuns: FUZZ_RUNS });
  });

  test('random bytes that begin like a value', { timeout: FUZZ_TIMEOUT }, () => {
    const first = fc.constantFrom(...Object.values(Tag));
    const small = fc.array(fc.oneof(fc.nat(20), fc.constantFrom(0, 0, 0, 255)), { maxLength: 80 });
    fc.assert(
      fc.property(first, small, (tag, rest) => total(bytes(tag, rest))),
      { numRuns: FUZZ_RUNS },
    );
  });

  test('valid values with bytes changed, cut off, left out or doubled', { timeout: FUZZ_TIMEOUT }, () => {
    const mutation = fc.record({
      at: fc.nat(),
      byte: fc.nat(255),
      how: fc.constantFrom('set', 'cut', 'drop', 'insert', 'double'),
    });
    const pool = fc.sample(fc.oneof(values, fc.array(specials, { maxLength: 2 })), 300).map(encode);
    fc.assert(
      fc.property(fc.nat(pool.length - 1), fc.array(mutation, { minLength: 1, maxLength: 4 }), (index, mutations) => {
        total(mutations.reduce(mutate, pool[index]!));
      }),
      { numRuns: FUZZ_RUNS },
    );
  });

  test('every truncation of a valid value is refused', () => {
    for (const value of fc.sample(values, 100)) {
      const whole = encode(value);
      for (let length = 0; length < Math.min(whole.length, 2000); length++) {
        expect(attempt(whole.subarray(0, length))).toHaveProperty('fault');
      }
    }
  });
});

function mutate(input: Uint8Array, { at, byte, how }: { at: number; byte: number; how: string }): Uint8Array {
  const i = input.length === 0 ? 0 : at % input.length;
  if (how === 'set') return bytes(input.subarray(0, i), byte, input.subarray(i + 1));
  if (how === 'cut') return input.subarray(0, i);
  if (how === 'drop') return bytes(input.subarray(0, i), input.subarray(i + 1));
  if (how === 'insert') return bytes(input.subarray(0, i), byte, input.subarray(i));
  return bytes(input, input.subarray(i));
}

test('specials are instances of their classes', () => {
  expect(decode(encode(new CallbackArg()), { special: true })).toBeInstanceOf(CallbackArg);
  expect(decode(encode(new HandleArg('h')), { special: true })).toEqual(new HandleArg('h'));
  expect(decode(encode(new NetArg([])), { special: true })).toBeInstanceOf(NetArg);
});
