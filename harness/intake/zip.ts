import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import { type Entry, fromBufferPromise, getFileNameLowLevel, type ZipFile } from 'yauzl';
import type { Collector } from './collect.ts';
import { codeOf, RejectedError } from './errors.ts';
import { sizeText } from './limits.ts';
import { decodeName } from './names.ts';

const inflate = promisify<Buffer, { maxOutputLength: number }, Buffer>(inflateRaw);

const TYPE_MASK = 0o170000;
const REGULAR = 0o100000;
const FOLDER = 0o040000;
const SYMBOLIC_LINK = 0o120000;

/** Unpacks a ZIP archive in memory. Throws {@link RejectedError} for anything that is broken or meant to harm. */
export async function readZip(bytes: Buffer, collector: Collector): Promise<void> {
  const zip = await openZip(bytes);
  const taken: { entry: Entry; path: string }[] = [];
  for await (const entry of entriesOf(zip)) {
    const decision = decideEntry(entry, collector);
    if (decision) taken.push({ entry, path: decision });
  }

  // Before anything is inflated: entries that share their bytes, or shrink to almost nothing, are bombs.
  const packed = taken.reduce((sum, { entry }) => sum + entry.compressedSize, 0);
  const unpacked = taken.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0);
  const { ratio, ratioFloorBytes } = collector.limits;
  if (packed > bytes.length) throw broken('its entries overlap');
  if (unpacked > ratioFloorBytes && unpacked > ratio * packed) {
    throw new RejectedError(
      'Your archive unpacks to far more than its own size. Please hand in only your own files.',
      `suspected archive bomb: ${sizeText(packed)} unpack to ${sizeText(unpacked)}`,
    );
  }

  for (const { entry, path } of taken) collector.add(path, await contentOf(zip, entry, bytes, path));
}

/** The path under which the entry is taken, or undefined where it is ignored. */
function decideEntry(entry: Entry, collector: Collector): string | undefined {
  const name = nameOf(entry);
  const type = (entry.externalFileAttributes >>> 16) & TYPE_MASK;
  if (type === FOLDER || /[/\\]$/.test(name)) {
    if (!/^[./\\]+$/.test(name) || name.includes('..')) collector.enterFolder(name);
    return undefined;
  }
  if (type !== 0 && type !== REGULAR) {
    if (collector.isIgnoredName(name)) return undefined;
    const what = type === SYMBOLIC_LINK ? 'a link' : 'a device or another special file';
    throw new RejectedError(
      `Your archive contains ${what} (${name}). Please pack the files themselves and hand in again.`,
      `${name}: Unix file type ${type.toString(8)} in a zip archive`,
    );
  }
  const decision = collector.decide(name, entry.uncompressedSize);
  if (!decision.take) return undefined;
  if (entry.isEncrypted()) {
    throw new RejectedError(`Your archive is protected by a password (${name}). Please hand in one without.`);
  }
  if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8) {
    throw new RejectedError(
      `Your archive uses a way of packing that the grader does not know (${name}). Please pack it as an ordinary .zip.`,
      `${name}: compression method ${entry.compressionMethod}; 0 (stored) and 8 (deflate) are read`,
    );
  }
  return decision.path;
}

/** Many programs write UTF-8 without announcing it, so valid UTF-8 is taken for that; else the format's own CP437. */
function nameOf(entry: Entry): string {
  const raw = entry.fileNameRaw;
  return decodeName(raw) ?? getFileNameLowLevel(entry.generalPurposeBitFlag, raw, [], true);
}

async function contentOf(zip: ZipFile, entry: Entry, bytes: Buffer, path: string): Promise<Uint8Array> {
  const start = await dataStart(zip, entry);
  const end = start + entry.compressedSize;
  if (end > bytes.length) throw broken(`${path} is cut off`);
  const packed = bytes.subarray(start, end);
  const content = entry.compressionMethod === 0 ? Buffer.from(packed) : await inflateExactly(packed, entry, path);
  if (content.length !== entry.uncompressedSize) throw lyingSize(path);
  if (crc32(content) !== entry.crc32) throw broken(`the checksum of ${path} does not fit its content`);
  return content;
}

async function inflateExactly(packed: Buffer, entry: Entry, path: string): Promise<Buffer> {
  try {
    // Stops one byte after the size that was announced and checked against the limits.
    return await inflate(packed, { maxOutputLength: Math.max(1, entry.uncompressedSize) });
  } catch (error) {
    if (codeOf(error) === 'ERR_BUFFER_TOO_LARGE') throw lyingSize(path);
    throw broken(`${path} cannot be unpacked`);
  }
}

async function dataStart(zip: ZipFile, entry: Entry): Promise<number> {
  try {
    return (await zip.readLocalFileHeaderPromise(entry, { minimal: true })).fileDataStart;
  } catch (error) {
    throw broken(String(error));
  }
}

async function openZip(bytes: Buffer): Promise<ZipFile> {
  try {
    // Names stay bytes: they are judged here, with a message for the student.
    return await fromBufferPromise(bytes, { decodeStrings: false, validateEntrySizes: false });
  } catch (error) {
    throw broken(String(error));
  }
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  const entries = zip.eachEntry()[Symbol.asyncIterator]();
  for (;;) {
    const next = await entries.next().catch((error: unknown) => {
      throw /encryption/.test(String(error)) ? encrypted() : broken(String(error));
    });
    if (next.done) return;
    yield next.value;
  }
}

function encrypted(): RejectedError {
  return new RejectedError('Your archive is protected by a password. Please hand in one without.');
}

function broken(detail: string): RejectedError {
  return new RejectedError(
    'Your archive is broken or not a ZIP archive. Please pack it again and hand it in anew.',
    `broken zip archive: ${detail}`,
  );
}

function lyingSize(path: string): RejectedError {
  return new RejectedError(
    'Your archive is broken. Please pack it again and hand it in anew.',
    `${path} unpacks to another size than the archive states`,
  );
}
