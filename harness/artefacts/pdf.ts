import { inflateSync } from 'node:zlib';
import { type Unusable, unusable } from './kinds.ts';

export interface PdfArtefact {
  ok: true;
  /** null where it is encrypted or packed in a way that is not read here. */
  pages: number | null;
  /** What in it could act when it is opened. */
  active: boolean;
}

const MIB = 1024 * 1024;
/** Unpacked bytes, of one stream and of all. */
const MOST_OF_STREAM = 4 * MIB;
const MOST_OF_ALL = 32 * MIB;
/** The end mark may be followed by a little: ISO 32000-1, annex H, implementation note 18. */
const TAIL = 1024;

/**
 * A handed-in PDF: header, end and pages, by its objects (ISO 32000-1, 7.5.7: also those packed in object streams).
 * Nothing of it is rendered or run. `templates`: files that students were given.
 */
export function examinePdf(bytes: Uint8Array, templates: readonly Uint8Array[] = []): PdfArtefact | Unusable {
  if (bytes.length === 0) return unusable('is empty');
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.subarray(0, TAIL).indexOf('%PDF-') < 0) return unusable('is not a PDF, whatever its name says');
  if (file.lastIndexOf('%%EOF') < 0) return unusable('is not a whole PDF: it breaks off before its end');
  if (templates.some((template) => file.equals(template))) return unusable('is the file that was handed out');
  const { text: packed, complete } = objectStreams(file);
  const objects = `${file.toString('latin1')}\n${packed}`;
  const pages = objects.match(/\/Type\s*\/Page(?![A-Za-z])/g)?.length ?? 0;
  const readable = complete && !/\/Encrypt(?![A-Za-z])/.test(objects);
  if (pages === 0 && readable) return unusable('is a PDF without pages');
  const active = /\/(?:JavaScript|JS|Launch|OpenAction|AA|EmbeddedFile|RichMedia)(?![A-Za-z])/.test(objects);
  return { ok: true, pages: pages === 0 ? null : pages, active };
}

/** What lies in the object streams, unpacked. */
function objectStreams(file: Buffer): { text: string; complete: boolean } {
  const parts: string[] = [];
  let complete = true;
  let left = MOST_OF_ALL;
  for (let at = file.indexOf('/ObjStm'); at >= 0; at = file.indexOf('/ObjStm', at + 1)) {
    const start = file.indexOf('stream', at);
    const end = file.indexOf('endstream', start + 6);
    if (start < 0 || end < 0) break;
    const from = start + 6 + (file[start + 6] === 0x0d ? 2 : 1);
    try {
      const unpacked = inflateSync(file.subarray(from, end), { maxOutputLength: Math.min(left, MOST_OF_STREAM) });
      left -= unpacked.length;
      parts.push(unpacked.toString('latin1'));
    } catch {
      complete = false;
    }
    if (left <= 0) return { text: parts.join('\n'), complete: false };
    at = end;
  }
  return { text: parts.join('\n'), complete };
}
