import { inflateSync } from 'node:zlib';
import { PNG } from 'pngjs';
import { type Unusable, unusable } from './kinds.ts';

/** A decoded picture: 8 bits each of red, green, blue and opacity, row by row. */
export interface PngArtefact {
  ok: true;
  width: number;
  height: number;
  rgba: Uint8Array;
}

/** 40 MB decoded: a figure of 10 by 8 inches at 300 dots per inch has 7.2 million. */
const MOST_PIXELS = 10_000_000;
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Samples of a pixel by colour type, PNG specification (W3C, third edition), table 8. */
const SAMPLES: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/**
 * A handed-in picture. Its size is read from the header, and how much its data may unpack to is known from that, before
 * anything is decoded. `templates`: pictures that students were given.
 */
export function examinePng(bytes: Uint8Array, templates: readonly Uint8Array[] = []): PngArtefact | Unusable {
  if (bytes.length === 0) return unusable('is empty');
  if (!SIGNATURE.every((byte, i) => bytes[i] === byte)) return unusable('is not a PNG picture, whatever its name says');
  const structure = readStructure(bytes);
  if (structure === undefined) return unusable('is not a whole PNG picture: it breaks off or is damaged');
  const { width, height } = structure;
  if (width === 0 || height === 0) return unusable('is a picture without pixels');
  if (width * height > MOST_PIXELS) {
    return unusable(`has ${width} × ${height} pixels, which is too large; at most ten million are shown`);
  }
  const picture = decode(bytes.subarray(0, structure.end), structure);
  if (picture === undefined) return unusable('is a PNG picture that cannot be decoded: it is damaged');
  if (isBlank(picture.rgba)) return unusable('is blank: all of its pixels have the same colour');
  if (templates.some((template) => Buffer.from(template).equals(bytes))) {
    return unusable('is the picture that was handed out');
  }
  return picture;
}

interface Structure {
  width: number;
  height: number;
  /** Bytes of the unpacked data at most. */
  unpacked: number;
  interlaced: boolean;
  /** The compressed data. */
  data: Uint8Array[];
  /** Where the picture ends; what follows is none of it. */
  end: number;
}

/** Header and chunks of a PNG; undefined where it is not one from IHDR to IEND. */
function readStructure(bytes: Uint8Array): Structure | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let structure: Structure | undefined;
  let at = SIGNATURE.length;
  while (at + 12 <= bytes.length) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const next = at + 12 + length;
    if (next > bytes.length) return undefined;
    if (structure === undefined) {
      if (type !== 'IHDR' || length !== 13) return undefined;
      const [width, height] = [view.getUint32(at + 8), view.getUint32(at + 12)];
      const bits = bytes[at + 16]! * (SAMPLES[bytes[at + 17]!] ?? 8);
      // Every pass of an interlaced picture has rows of its own, each with one byte before it and rounded up.
      const unpacked = Math.ceil((width * height * bits) / 8) + 4 * (width + height) + 64;
      structure = { width, height, unpacked, interlaced: bytes[at + 20] === 1, data: [], end: 0 };
    } else if (type === 'IDAT') structure.data.push(bytes.subarray(at + 8, at + 8 + length));
    else if (type === 'IEND') return { ...structure, end: next };
    at = next;
  }
  return undefined;
}

function decode(bytes: Uint8Array, { interlaced, data, unpacked }: Structure): PngArtefact | undefined {
  try {
    // pngjs limits what it unpacks by the header except where the picture is interlaced.
    if (interlaced) inflateSync(Buffer.concat(data), { maxOutputLength: unpacked });
    const { width, height, data: rgba } = PNG.sync.read(Buffer.from(bytes));
    return { ok: true, width, height, rgba };
  } catch {
    return undefined;
  }
}

/** Whether all pixels look alike; of what is transparent no colour is seen. */
function isBlank(rgba: Uint8Array): boolean {
  const look = (i: number): number =>
    rgba[i + 3] === 0 ? -1 : ((rgba[i]! * 256 + rgba[i + 1]!) * 256 + rgba[i + 2]!) * 256 + rgba[i + 3]!;
  const first = look(0);
  for (let i = 4; i < rgba.length; i += 4) if (look(i) !== first) return false;
  return true;
}
