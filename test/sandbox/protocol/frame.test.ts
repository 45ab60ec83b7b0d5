import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  FrameKind,
  FrameReader,
  HEADER_BYTES,
  NONCE_BYTES,
  writeFrame,
} from '../../../harness/sandbox/protocol/frame.ts';
import { FUZZ_RUNS, FUZZ_TIMEOUT } from './values.ts';

const CAP = 1000;
const nonces = fc.uint8Array({ minLength: NONCE_BYTES, maxLength: NONCE_BYTES });
const frames = fc.record({
  kind: fc.constantFrom(...Object.values(FrameKind)),
  nonce: nonces,
  body: fc.uint8Array({ maxLength: 60 }),
});
const NONCE = new Uint8Array(NONCE_BYTES).fill(7);

/** Reads pieces in turn; all frames, copied. */
function read(pieces: Uint8Array[], cap = CAP) {
  const reader = new FrameReader(cap);
  const found = pieces.flatMap((piece) =>
    reader
      .push(piece)
      .map(({ kind, nonce, body }) => ({ kind, nonce: Uint8Array.from(nonce), body: Uint8Array.from(body) })),
  );
  return { found, error: reader.error };
}

/** For comparing quickly. */
function asText({ found, error }: ReturnType<typeof read>): string {
  const texts = found.map(({ kind, nonce, body }) => `${kind} ${[...nonce]} ${[...body]}`);
  return [...texts, error ?? ''].join('\n');
}

/** The bytes cut at these places. */
function cut(bytes: Uint8Array, places: number[]): Uint8Array[] {
  const ends = [...places.map((place) => place % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  return ends.map((end, i) => bytes.slice(i === 0 ? 0 : ends[i - 1], end));
}

describe('frames come out as they went in', () => {
  test('however the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(frames, { maxLength: 5 }), fc.array(fc.nat(), { maxLength: 8 }), (sent, places) => {
        const stream = Buffer.concat(sent.map(({ kind, nonce, body }) => writeFrame(kind, nonce, body)));
        expect(asText(read(cut(stream, places)))).toBe(asText({ found: sent, error: undefined }));
      }),
      { numRuns: 3000 },
    );
  });

  test('cut at every byte, and byte by byte', () => {
    const sent = [
      { kind: FrameKind.result, nonce: NONCE, body: Uint8Array.of(1, 2, 3) },
      { kind: FrameKind.ping, nonce: NONCE, body: new Uint8Array(0) },
      { kind: FrameKind.failure, nonce: NONCE, body: new Uint8Array(40).fill(9) },
    ];
    const stream = Buffer.concat(sent.map(({ kind, nonce, body }) => writeFrame(kind, nonce, body)));
    for (let i = 0; i <= stream.length; i++) {
      expect(read(cut(stream, [i]))).toEqual({ found: sent, error: undefined });
      expect(read(cut(stream, [i, i + 1]))).toEqual({ found: sent, error: undefined });
    }
    expect(read([...stream].map((byte) => Uint8Array.of(byte)))).toEqual({ found: sent, error: undefined });
  });

  test('a frame at the cap passes', () => {
    const body = new Uint8Array(CAP).fill(3);
    expect(read([writeFrame(FrameKind.result, NONCE, body)]).found).toEqual([
      { kind: FrameKind.result, nonce: NONCE, body },
    ]);
  });

  test('ten megabytes in small pieces take no more than linear time and twice the memory', () => {
    const body = new Uint8Array(10 << 20);
    const stream = writeFrame(FrameKind.result, NONCE, body);
    const reader = new FrameReader(16 << 20);
    const before = process.memoryUsage().arrayBuffers;
    let found = 0;
    // Pieces of their own, as a socket makes them: keeping them would keep their overhead.
    for (let i = 0; i < stream.length; i += 64) found += reader.push(stream.slice(i, i + 64)).length;
    expect(found).toBe(1);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100 << 20);
  });
});

describe('a stream that lies', () => {
  const good = writeFrame(FrameKind.result, NONCE, Uint8Array.of(1));
  const altered = (offset: number, value: number) => {
    const bytes = good.slice();
    bytes[offset] = value;
    return bytes;
  };
  test.each([
    ['magic', altered(0, 0), /magic/],
    ['kind', altered(4, 200), /kind 200/],
    ['kind 0', altered(4, 0), /kind 0/],
    ['version', altered(5, 9), /version 9/],
    ['reserved bytes', altered(6, 1), /reserved/],
    ['length', altered(11, 255), /longer than the cap/],
  ])('%s', (_, bytes, message) => {
    expect(read([bytes])).toEqual({ found: [], error: expect.stringMatching(message) });
    // Judged as soon as the header is there, and before anything of the body.
    expect(read([...bytes.subarray(0, HEADER_BYTES)].map((byte) => Uint8Array.of(byte))).error).toMatch(message);
  });

  test('frames before the lie count, those after it do not', () => {
    const { found, error } = read([Buffer.concat([good, altered(0, 0), good])]);
    expect(found).toHaveLength(1);
    expect(error).toMatch(/magic/);
    const reader = new FrameReader(CAP);
    reader.push(altered(0, 0));
    expect(reader.push(good)).toEqual([]);
  });

  test('a claimed length allocates nothing', () => {
    const reader = new FrameReader(2 ** 31);
    const header = writeFrame(FrameKind.result, NONCE, new Uint8Array(0));
    new DataView(header.buffer).setUint32(8, 2 ** 31 - 1, true);
    const before = process.memoryUsage().arrayBuffers;
    expect(reader.push(header)).toEqual([]);
    for (let i = 0; i < 1000; i++) expect(reader.push(Uint8Array.of(1))).toEqual([]);
    expect(reader.error).toBeUndefined();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20);
  });

  test('fuzzing: random and altered streams give frames or an error, and never throw', {
    timeout: FUZZ_TIMEOUT,
  }, () => {
    const altering = fc.record({ at: fc.nat(), byte: fc.nat(255) });
    const streams = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc
        .tuple(fc.array(frames, { minLength: 1, maxLength: 3 }), fc.array(altering, { maxLength: 3 }))
        .map(([sent, changes]) => {
          const stream = Buffer.concat(sent.map(({ kind, nonce, body }) => writeFrame(kind, nonce, body)));
          for (const { at, byte } of changes) stream[at % stream.length] = byte;
          return new Uint8Array(stream);
        }),
    );
    fc.assert(
      fc.property(streams, fc.array(fc.nat(), { maxLength: 4 }), (stream, places) => {
        const whole = read([stream]);
        expect(asText(read(cut(stream, places)))).toBe(asText(whole));
        for (const { nonce, body } of whole.found) {
          if (nonce.length !== NONCE_BYTES || body.length > CAP) throw new Error(asText(whole));
        }
      }),
      { numRuns: FUZZ_RUNS },
    );
  });
});
