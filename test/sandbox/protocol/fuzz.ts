import { Random } from '../../../harness/numerics/random.ts';
import { DecodeError, decode, encode } from '../../../harness/sandbox/protocol/codec.ts';
import {
  type Frame,
  FrameKind,
  FrameReader,
  HEADER_BYTES,
  writeFrame,
} from '../../../harness/sandbox/protocol/frame.ts';
import { MAX_CONTAINERS, MAX_REPLY_BYTES, MAX_RESULT_DEPTH } from '../../../harness/sandbox/protocol/limits.ts';

export interface Fuzzed {
  frames: number;
  /** Frames that the reader took for whole. */
  whole: number;
  /** Bodies that were values. */
  decoded: number;
  /** Streams that were given up. */
  refused: number;
  /** The longest time that a piece took, milliseconds. */
  slowestMs: number;
  /** The largest growth of the process's memory, bytes. */
  grownBytes: number;
  /** What must not happen, in words. */
  faults: string[];
}

const KINDS = Object.values(FrameKind);
/** Every tag, and some that do not exist. */
const TAGS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 18, 19, 20, 255];
const LENGTHS = [0, 1, 2, 7, 255, 256, 65_535, 65_536, 2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];

/**
 * Sends frames through the parser of the parent as a child may write them: right ones, such with bits changed, lengths that
 * lie, bodies put together from the codec's own tags at random, in pieces of any size, several in one piece. The reader
 * and the decoder have to give values or a DecodeError, quickly, and keep nothing.
 */
export function fuzz(count: number, seed: number): Fuzzed {
  const random = Random.fromSeed(seed);
  const result: Fuzzed = {
    ...{ frames: 0, whole: 0, decoded: 0, refused: 0, slowestMs: 0, grownBytes: 0 },
    faults: [],
  };
  const before = process.memoryUsage().rss;
  let reader = new FrameReader(MAX_REPLY_BYTES);
  while (result.frames < count && result.faults.length < 10) {
    const batch = 1 + random.integer(3);
    const bytes = Buffer.concat(Array.from({ length: batch }, () => anyFrame(random)));
    result.frames += batch;
    for (const piece of pieces(bytes, random)) {
      const started = performance.now();
      for (const frame of read(reader, piece, result)) take(frame, result);
      result.slowestMs = Math.max(result.slowestMs, performance.now() - started);
    }
    // A frame that waits for the rest of its length would swallow all that comes.
    if (reader.error !== undefined || random.integer(4) === 0) {
      if (reader.error !== undefined) result.refused += 1;
      reader = new FrameReader(MAX_REPLY_BYTES);
    }
    if (result.frames % 1024 < batch)
      result.grownBytes = Math.max(result.grownBytes, process.memoryUsage().rss - before);
  }
  return result;
}

function read(reader: FrameReader, piece: Uint8Array, result: Fuzzed): Frame[] {
  try {
    return reader.push(piece);
  } catch (error) {
    result.faults.push(`the reader threw ${error}`);
    return [];
  }
}

function take({ body, kind }: Frame, result: Fuzzed): void {
  result.whole += 1;
  if (!KINDS.includes(kind as (typeof KINDS)[number])) result.faults.push(`a frame of kind ${kind} came through`);
  try {
    const value = decode(body, { maxDepth: MAX_RESULT_DEPTH + 3, quota: { containers: MAX_CONTAINERS } });
    result.decoded += 1;
    // What was decoded is a value like any other.
    encode(value);
  } catch (error) {
    if (!(error instanceof DecodeError)) result.faults.push(`the decoder threw ${error}`);
  }
}

function anyFrame(random: Random): Buffer {
  const nonce = Buffer.from(Array.from({ length: 16 }, () => random.integer(256)));
  const body = anyBody(random);
  const frame = Buffer.from(writeFrame(KINDS[random.integer(KINDS.length)]!, nonce, body));
  switch (random.integer(8)) {
    case 0: // bits changed anywhere
      for (let i = random.integer(4); i >= 0; i--) {
        const at = random.integer(frame.length);
        frame[at] = frame[at]! ^ (1 << random.integer(8));
      }
      return frame;
    case 1: // a length that lies
      frame.writeUInt32LE(LENGTHS[random.integer(LENGTHS.length)]!, 8);
      return frame;
    case 2: // cut off
      return frame.subarray(0, random.integer(frame.length + 1));
    case 3: // a header of noise
      for (let i = 0; i < HEADER_BYTES; i++) frame[i] = random.integer(256);
      return frame;
    default:
      return frame;
  }
}

function anyBody(random: Random): Uint8Array {
  const bytes: number[] = [];
  const put = (depth: number): void => {
    const tag = TAGS[random.integer(TAGS.length)]!;
    bytes.push(tag);
    const u32 = (x: number): void => void bytes.push(x & 255, (x >>> 8) & 255, (x >>> 16) & 255, (x >>> 24) & 255);
    const size = random.integer(16) === 0 ? LENGTHS[random.integer(LENGTHS.length)]! : random.integer(4);
    const noise = (n: number): void => {
      for (let i = 0; i < Math.min(n, 64); i++) bytes.push(random.integer(256));
    };
    if (tag === 4) noise(8);
    else if (tag === 5) {
      u32(size);
      noise(size);
    } else if (tag === 6 || tag === 7) {
      u32(size);
      for (let i = 0; i < Math.min(size, 4) && depth < 40 && bytes.length < 4000; i++) {
        if (tag === 7) {
          u32(2);
          noise(2);
        }
        put(depth + 1);
      }
    } else if (tag === 8) {
      bytes.push(random.integer(6), random.integer(10));
      for (let axis = random.integer(9); axis > 0; axis--) u32(size);
      noise(8 * size);
    }
  };
  if (random.integer(20) === 0) return nested(random);
  do put(0);
  while (random.integer(10) === 0);
  return Uint8Array.from(bytes);
}

/** Lists in lists, deeper than any value may be, or a great many beside each other. */
function nested(random: Random): Uint8Array {
  if (random.integer(2) === 0) {
    const depth = random.integer(10_000);
    return Buffer.concat(Array.from({ length: depth }, () => Buffer.of(6, 1, 0, 0, 0)));
  }
  const count = random.integer(20_000);
  const body = Buffer.alloc(5 + 5 * count, Buffer.of(7, 0, 0, 0, 0));
  body[0] = 6;
  body.writeUInt32LE(count, 1);
  return body;
}

function* pieces(bytes: Buffer, random: Random): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; ) {
    const size = random.integer(3) === 0 ? bytes.length : 1 + random.integer(64);
    yield Uint8Array.from(bytes.subarray(at, at + size));
    at += size;
  }
}
