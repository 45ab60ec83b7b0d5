import { crc32, deflateSync } from 'node:zlib';
import { PNG } from 'pngjs';

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A picture of these pixels, each [red, green, blue, opacity]. */
export function png(width: number, height: number, pixel: (x: number, y: number) => number[]): Uint8Array {
  const picture = new PNG({ width, height });
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) picture.data.set(pixel(x, y), 4 * (y * width + x));
  }
  return PNG.sync.write(picture);
}

export function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** A PNG by hand: what its header claims need not be what its data holds. */
export function rawPng(
  header: { width: number; height: number; depth?: number; colour?: number; interlaced?: boolean },
  data: Uint8Array,
  extra: Uint8Array[] = [],
): Uint8Array {
  const ihdr = Buffer.alloc(13);
  ihdr.writeUInt32BE(header.width, 0);
  ihdr.writeUInt32BE(header.height, 4);
  ihdr.set([header.depth ?? 8, header.colour ?? 0, 0, 0, header.interlaced ? 1 : 0], 8);
  const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
  const chunks = [chunk('IHDR', ihdr), ...extra, chunk('IDAT', deflateSync(data)), chunk('IEND', new Uint8Array())];
  return Buffer.concat([Buffer.from(signature), ...chunks]);
}

const PAGES = '2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n';
const PAGE = '3 0 obj << /Type /Page /Parent 2 0 R >> endobj\n';

export function pdf({ page = PAGE, end = '%%EOF\n', more = '' } = {}): Uint8Array {
  return utf8(`%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n${PAGES}${page}${more}trailer\n${end}`);
}

/** Its page lies in a compressed object stream, as LaTeX writes it. */
export function packedPdf(unpacked = '3 0 << /Type/Page/Parent 2 0 R >>'): Uint8Array {
  return Buffer.concat([
    utf8('%PDF-1.5\n5 0 obj << /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode >>\nstream\r\n'),
    deflateSync(utf8(unpacked)),
    utf8('\nendstream endobj\nstartxref\n0\n%%EOF\n'),
  ]);
}
