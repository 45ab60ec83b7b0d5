/**
 * Frames on the channel between the harness and a worker.
 *
 *   magic u32 | kind u8 | version u8 | reserved u16 | length u32 | nonce 16 bytes | body (length bytes)
 *
 * Integers are little-endian. A reply carries the nonce of its request. The reader is total: any byte sequence gives
 * frames or one error, and a length is checked against the cap before a byte of the body is kept.
 */
export const MAGIC = 0x44415247; // "GRAD"
export const VERSION = 1;
export const HEADER_BYTES = 28;
export const NONCE_BYTES = 16;

export const FrameKind = { load: 1, open: 2, call: 3, ping: 4, ready: 16, result: 17, failure: 18 } as const;
const KINDS = new Set<number>(Object.values(FrameKind));

export interface Frame {
  kind: number;
  nonce: Uint8Array;
  body: Uint8Array;
}

/** One frame as bytes, header and body in one buffer. */
export function writeFrame(kind: number, nonce: Uint8Array, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + body.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint8(4, kind);
  view.setUint8(5, VERSION);
  view.setUint32(8, body.length, true);
  bytes.set(nonce, 12);
  bytes.set(body, HEADER_BYTES);
  return bytes;
}

/** Cuts a byte stream into frames. After an error it stays in error: a stream that lied once is not read on. */
export class FrameReader {
  error: string | undefined;
  readonly #maxBody: number;
  #chunks: Uint8Array[] = [];
  #buffered = 0;

  constructor(maxBody: number) {
    this.#maxBody = maxBody;
  }

  /** The frames that this chunk completes. */
  push(chunk: Uint8Array): Frame[] {
    if (this.error !== undefined) return [];
    this.#chunks.push(chunk);
    this.#buffered += chunk.length;
    const frames: Frame[] = [];
    while (this.#buffered >= HEADER_BYTES) {
      const header = this.#peek(HEADER_BYTES);
      const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
      const length = view.getUint32(8, true);
      const fault = this.#fault(view, length);
      if (fault !== undefined) {
        this.error = fault;
        this.#chunks = [];
        this.#buffered = 0;
        break;
      }
      if (this.#buffered < HEADER_BYTES + length) break;
      const bytes = this.#take(HEADER_BYTES + length);
      frames.push({
        kind: bytes[4]!,
        nonce: bytes.subarray(12, HEADER_BYTES),
        body: bytes.subarray(HEADER_BYTES),
      });
    }
    return frames;
  }

  #fault(view: DataView, length: number): string | undefined {
    if (view.getUint32(0, true) !== MAGIC) return 'a frame does not begin with the magic number';
    if (view.getUint8(5) !== VERSION) return `frame version ${view.getUint8(5)} is not ${VERSION}`;
    if (view.getUint16(6, true) !== 0) return 'the reserved bytes of a frame are not zero';
    if (!KINDS.has(view.getUint8(4))) return `frame kind ${view.getUint8(4)} does not exist`;
    if (length > this.#maxBody) return `a frame of ${length} bytes is longer than the cap of ${this.#maxBody}`;
    return undefined;
  }

  #peek(count: number): Uint8Array {
    if (this.#chunks[0]!.length >= count) return this.#chunks[0]!;
    this.#chunks = [concat(this.#chunks, this.#buffered)];
    return this.#chunks[0]!;
  }

  #take(count: number): Uint8Array {
    const all = this.#chunks.length === 1 ? this.#chunks[0]! : concat(this.#chunks, this.#buffered);
    const rest = all.subarray(count);
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#buffered = rest.length;
    return all.subarray(0, count);
  }
}

function concat(chunks: Uint8Array[], total: number): Uint8Array {
  const whole = new Uint8Array(total);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}
