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

/**
 * Cuts a byte stream into frames. After an error it stays in error: a stream that lied once is not read on.
 * What is kept of an unfinished frame is one buffer, however small the pieces it comes in.
 */
export class FrameReader {
  error: string | undefined;
  readonly #maxBody: number;
  /** The beginning of an unfinished frame; `#length` bytes of it are filled. */
  #buffer = new Uint8Array(0);
  #length = 0;

  constructor(maxBody: number) {
    this.#maxBody = maxBody;
  }

  /** The frames that this chunk completes. Their bytes may be views of the chunk. */
  push(chunk: Uint8Array): Frame[] {
    const frames: Frame[] = [];
    let rest = chunk;
    while (rest.length > 0 && this.error === undefined) {
      if (this.#length > 0) rest = this.#fill(rest);
      const bytes = this.#length > 0 ? this.#buffer.subarray(0, this.#length) : rest;
      const size = this.#sizeOf(bytes);
      if (size === undefined) break;
      if (bytes.length < size) {
        if (this.#length === 0) {
          this.#keep(rest);
          break;
        }
        continue;
      }
      frames.push(asFrame(bytes.subarray(0, size)));
      if (this.#length > 0) {
        this.#buffer = new Uint8Array(0);
        this.#length = 0;
      } else rest = rest.subarray(size);
    }
    return frames;
  }

  /** Moves what the unfinished frame lacks out of the chunk, its header first; gives back what is left. */
  #fill(chunk: Uint8Array): Uint8Array {
    const wanted = this.#sizeOf(this.#buffer.subarray(0, this.#length)) ?? this.#length;
    const part = chunk.subarray(0, wanted - this.#length);
    this.#keep(part, wanted);
    return chunk.subarray(part.length);
  }

  #keep(part: Uint8Array, wanted = 0): void {
    const needed = this.#length + part.length;
    if (needed > this.#buffer.length) {
      // Grown by doubling and never beyond the frame: the claimed length alone allocates nothing.
      const size = Math.max(needed, Math.min(2 * this.#buffer.length, wanted));
      const grown = new Uint8Array(size);
      grown.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = grown;
    }
    this.#buffer.set(part, this.#length);
    this.#length = needed;
  }

  /** Bytes of the frame that begins here; those of a header where that is not whole; undefined after a fault. */
  #sizeOf(bytes: Uint8Array): number | undefined {
    if (bytes.length < HEADER_BYTES) return HEADER_BYTES;
    const view = new DataView(bytes.buffer, bytes.byteOffset, HEADER_BYTES);
    const length = view.getUint32(8, true);
    this.error = this.#fault(view, length);
    return this.error === undefined ? HEADER_BYTES + length : undefined;
  }

  #fault(view: DataView, length: number): string | undefined {
    if (view.getUint32(0, true) !== MAGIC) return 'a frame does not begin with the magic number';
    if (view.getUint8(5) !== VERSION) return `frame version ${view.getUint8(5)} is not ${VERSION}`;
    if (view.getUint16(6, true) !== 0) return 'the reserved bytes of a frame are not zero';
    if (!KINDS.has(view.getUint8(4))) return `frame kind ${view.getUint8(4)} does not exist`;
    if (length > this.#maxBody) return `a frame of ${length} bytes is longer than the cap of ${this.#maxBody}`;
    return undefined;
  }
}

function asFrame(bytes: Uint8Array): Frame {
  return { kind: bytes[4]!, nonce: bytes.subarray(12, HEADER_BYTES), body: bytes.subarray(HEADER_BYTES) };
}
