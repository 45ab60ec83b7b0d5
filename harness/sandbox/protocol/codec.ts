import { CallbackArg, HandleArg, NetArg, type NetLayer, RngArg } from '../../model/call.ts';
import { type DType, isRecord, NdArray, sizeOf, type TypedData } from '../../model/value.ts';

/**
 * Values as bytes: a tag, then its payload; integers little-endian.
 * Tensors are dtype, rank (at most 8), dimensions and raw data whose size must equal the product.
 * The decoder is total: it returns a value or throws `DecodeError`, never anything else, never allocates more than the
 * bytes at hand justify, and never recurses deeper than it is told. Strings are made well-formed on their way: a lone
 * surrogate becomes U+FFFD.
 */
const Tag = {
  null: 0,
  undefined: 1,
  false: 2,
  true: 3,
  number: 4,
  string: 5,
  list: 6,
  record: 7,
  tensor: 8,
  rng: 16,
  net: 17,
  handle: 18,
  callback: 19,
} as const;

export const MAX_DEPTH = 32;
export const MAX_RANK = 8;

// Looked up by name, because a worker may replace the global of that name by a double-precision stand-in.
const DTYPES: { name: DType; bytes: number; make: (buffer: ArrayBuffer) => TypedData }[] = [
  { name: 'float64', bytes: 8, make: (buffer) => new Float64Array(buffer) },
  { name: 'float32', bytes: 4, make: (buffer) => new Float32Array(buffer) },
  { name: 'int32', bytes: 4, make: (buffer) => new Int32Array(buffer) },
  { name: 'bool', bytes: 1, make: (buffer) => new Uint8Array(buffer) },
];

export class DecodeError extends Error {}

/** Bytes of a value or argument. Throws `TypeError` on what cannot be expressed (functions, cycles by depth). */
export function encode(value: unknown): Uint8Array {
  const writer = new Writer();
  writer.value(value, 0);
  return writer.bytes();
}

export interface DecodeOptions {
  /** Also admit the arguments that only a worker can make. */
  special?: boolean;
  /** Levels of nesting, at most `MAX_DEPTH`. */
  maxDepth?: number;
  /**
   * Lists, records and strings that may still be decoded; counted down. For bytes from strangers: an empty record is 5
   * bytes in a frame but over 100 in memory.
   */
  quota?: { containers: number };
}

/** The value that the bytes express. */
export function decode(bytes: Uint8Array, options: DecodeOptions = {}): unknown {
  const reader = new Reader(bytes, options);
  const value = reader.value(0);
  if (reader.left() !== 0) throw new DecodeError(`${reader.left()} bytes too many after the value`);
  return value;
}

class Writer {
  #buffer = new Uint8Array(256);
  #view = new DataView(this.#buffer.buffer);
  #length = 0;

  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  value(value: unknown, depth: number): void {
    if (depth > MAX_DEPTH) throw new TypeError(`a value is nested deeper than ${MAX_DEPTH} levels`);
    if (value === null) this.#u8(Tag.null);
    else if (value === undefined) this.#u8(Tag.undefined);
    else if (value === false) this.#u8(Tag.false);
    else if (value === true) this.#u8(Tag.true);
    else if (typeof value === 'number') {
      this.#u8(Tag.number);
      this.#f64(value);
    } else if (typeof value === 'string') {
      this.#u8(Tag.string);
      this.#string(value);
    } else if (value instanceof NdArray) this.#tensor(value);
    else if (value instanceof RngArg) {
      this.#u8(Tag.rng);
      this.value({ seed: value.seed, zeroEvery: value.zeroEvery }, depth + 1);
    } else if (value instanceof NetArg) {
      this.#u8(Tag.net);
      this.value({ layers: value.layers, outputShape: value.outputShape }, depth + 1);
    } else if (value instanceof HandleArg) {
      this.#u8(Tag.handle);
      this.value({ name: value.name, path: value.path }, depth + 1);
    } else if (value instanceof CallbackArg) this.#u8(Tag.callback);
    else if (Array.isArray(value)) {
      this.#u8(Tag.list);
      this.#u32(value.length);
      for (let i = 0; i < value.length; i++) this.value(value[i], depth + 1);
    } else if (typeof value === 'object') {
      const keys = Object.keys(value);
      this.#u8(Tag.record);
      this.#u32(keys.length);
      for (const key of keys) {
        this.#string(key);
        this.value((value as Record<string, unknown>)[key], depth + 1);
      }
    } else throw new TypeError(`a ${typeof value} cannot be sent`);
  }

  #tensor(array: NdArray): void {
    const code = DTYPES.findIndex((dtype) => dtype.name === array.dtype);
    const { data, shape } = array;
    if (code < 0 || data.byteLength !== sizeOf(shape) * DTYPES[code]!.bytes) {
      throw new TypeError(`a tensor of shape [${shape}] and dtype ${array.dtype} cannot have ${data.byteLength} bytes`);
    }
    if (shape.length > MAX_RANK) throw new TypeError(`a tensor of rank ${shape.length} cannot be sent`);
    this.#u8(Tag.tensor);
    this.#u8(code);
    this.#u8(shape.length);
    for (const side of shape) this.#u32(side);
    this.#raw(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }

  #string(text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    this.#u32(bytes.length);
    this.#raw(bytes);
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#buffer.length) return;
    const grown = new Uint8Array(Math.max(this.#buffer.length * 2, this.#length + count));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
    this.#view = new DataView(grown.buffer);
  }

  #u8(value: number): void {
    this.#reserve(1);
    this.#view.setUint8(this.#length, value);
    this.#length += 1;
  }

  #u32(value: number): void {
    this.#reserve(4);
    this.#view.setUint32(this.#length, value, true);
    this.#length += 4;
  }

  #f64(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  #raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #special: boolean;
  readonly #maxDepth: number;
  readonly #quota: { containers: number };
  #offset = 0;

  constructor(bytes: Uint8Array, { special = false, maxDepth = MAX_DEPTH, quota }: DecodeOptions) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#special = special;
    this.#maxDepth = Math.min(maxDepth, MAX_DEPTH);
    this.#quota = quota ?? { containers: Number.POSITIVE_INFINITY };
  }

  left(): number {
    return this.#bytes.length - this.#offset;
  }

  value(depth: number): unknown {
    if (depth > this.#maxDepth) throw new DecodeError(`a value is nested deeper than ${this.#maxDepth} levels`);
    const tag = this.#u8();
    switch (tag) {
      case Tag.null:
        return null;
      case Tag.undefined:
        return undefined;
      case Tag.false:
        return false;
      case Tag.true:
        return true;
      case Tag.number:
        return this.#f64();
      case Tag.string:
        return this.#string();
      case Tag.list:
        return this.#list(depth);
      case Tag.record:
        return this.#record(depth);
      case Tag.tensor:
        return this.#tensor();
      case Tag.rng:
      case Tag.net:
      case Tag.handle:
      case Tag.callback:
        if (this.#special) return this.#specialArg(tag, depth);
    }
    throw new DecodeError(`tag ${tag} does not exist`);
  }

  #list(depth: number): unknown[] {
    this.#container();
    const count = this.#count(1);
    const list: unknown[] = [];
    for (let i = 0; i < count; i++) list.push(this.value(depth + 1));
    return list;
  }

  #record(depth: number): Record<string, unknown> {
    this.#container();
    // A key needs its length, a value its tag.
    const count = this.#count(5);
    // No prototype: a key such as `__proto__` is a key like any other.
    const record: Record<string, unknown> = Object.create(null);
    for (let i = 0; i < count; i++) {
      const key = this.#string();
      if (Object.hasOwn(record, key)) throw new DecodeError('a record has a key twice');
      record[key] = this.value(depth + 1);
    }
    return record;
  }

  #tensor(): NdArray {
    this.#container();
    const dtype = DTYPES[this.#u8()];
    if (dtype === undefined) throw new DecodeError('a tensor has an unknown dtype');
    const rank = this.#u8();
    if (rank > MAX_RANK) throw new DecodeError(`a tensor has rank ${rank}, more than ${MAX_RANK}`);
    const shape: number[] = [];
    for (let axis = 0; axis < rank; axis++) shape.push(this.#u32());
    const byteLength = sizeOf(shape) * dtype.bytes;
    if (byteLength > this.left()) throw new DecodeError(`a tensor of shape [${shape}] has fewer bytes than it needs`);
    // Copied, because typed arrays need alignment.
    const copy = new Uint8Array(byteLength);
    copy.set(this.#bytes.subarray(this.#offset, this.#offset + byteLength));
    this.#offset += byteLength;
    return new NdArray(shape, dtype.make(copy.buffer), dtype.name);
  }

  #specialArg(tag: number, depth: number): unknown {
    if (tag === Tag.callback) return new CallbackArg();
    const fields = this.value(depth + 1);
    if (isRecord(fields)) {
      const { seed, zeroEvery, layers, outputShape, name, path } = fields;
      if (tag === Tag.rng && typeof seed === 'number' && typeof zeroEvery === 'number') {
        return new RngArg(seed, zeroEvery);
      }
      if (tag === Tag.net && Array.isArray(layers) && (outputShape === undefined || Array.isArray(outputShape))) {
        return new NetArg(layers as unknown as NetLayer[], outputShape as number[] | undefined);
      }
      if (tag === Tag.handle && typeof name === 'string' && Array.isArray(path)) {
        return new HandleArg(name, path as (string | number)[]);
      }
    }
    throw new DecodeError('an argument lacks the fields of its kind');
  }

  #container(): void {
    this.#quota.containers -= 1;
    if (this.#quota.containers < 0) throw new DecodeError('there are too many lists, records and strings');
  }

  /** A count of items that need at least `itemBytes` each: more than what is left is a lie. */
  #count(itemBytes: number): number {
    const count = this.#u32();
    if (count * itemBytes > this.left()) throw new DecodeError(`${count} items cannot fit into ${this.left()} bytes`);
    return count;
  }

  #need(count: number): number {
    if (count > this.left()) throw new DecodeError('the value ends too early');
    const start = this.#offset;
    this.#offset += count;
    return start;
  }

  #u8(): number {
    return this.#view.getUint8(this.#need(1));
  }

  #u32(): number {
    return this.#view.getUint32(this.#need(4), true);
  }

  #f64(): number {
    return this.#view.getFloat64(this.#need(8), true);
  }

  #string(): string {
    this.#container();
    const length = this.#u32();
    const start = this.#need(length);
    return Buffer.from(this.#bytes.buffer, this.#bytes.byteOffset + start, length).toString('utf8');
  }
}
