import { pipeline, Readable, Transform } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import type { Collector } from './collect.ts';
import { RejectedError } from './errors.ts';
import { sizeText } from './limits.ts';

/** What is used of tar-stream's entries: its type stands for types beyond those it names. */
interface Entry extends AsyncIterable<Uint8Array> {
  header: { name: string; size?: number; type: string | null };
  resume(): unknown;
}

const FILES = new Set(['file', 'contiguous-file']);
const HEADERS = new Set(['pax-header', 'pax-global-header', 'gnu-long-path', 'gnu-long-link-path']);

/** Unpacks a tar archive, gzipped or not, in memory. Throws {@link RejectedError} for anything broken or hostile. */
export async function readTar(bytes: Buffer, gzipped: boolean, collector: Collector): Promise<void> {
  const unpack = extract();
  const source = Readable.from(chunksOf(bytes));
  const cap = capAt(collector.limits.streamBytes);
  // Errors of the chain arrive at the loop below through `unpack`.
  const ended = () => {};
  const sink = unpack as unknown as NodeJS.WritableStream;
  if (gzipped) pipeline(source, createGunzip(), cap, sink, ended);
  else pipeline(source, cap, sink, ended);

  try {
    for await (const entry of unpack) await readEntry(entry as unknown as Entry, collector);
  } catch (error) {
    if (error instanceof RejectedError) throw error;
    throw broken(error instanceof Error ? error.message : String(error));
  } finally {
    source.destroy();
  }
}

async function readEntry(entry: Entry, collector: Collector): Promise<void> {
  const { name, size = 0, type } = entry.header;
  if (type === 'directory') {
    if (!/^[./]+$/.test(name) || name.includes('..')) collector.enterFolder(name);
  } else if (FILES.has(type ?? '')) {
    // The library replaces bytes that are not UTF-8.
    if (name.includes('\ufffd')) {
      collector.ignore(name, 'its name is not UTF-8; please rename it with plain letters');
    } else {
      const decision = collector.decide(name, size);
      if (decision.take) return collector.add(decision.path, await contentOf(entry, size));
    }
  } else if (!HEADERS.has(type ?? '') && !collector.isIgnoredName(name)) {
    const what = type === 'link' || type === 'symlink' ? 'a link' : 'a device or another special file';
    throw new RejectedError(
      `Your archive contains ${what} (${name}). Please pack the files themselves and hand in again.`,
      `${name}: entry of type ${type ?? 'unknown'} in a tar archive`,
    );
  }
  entry.resume();
}

async function contentOf(entry: Entry, size: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of entry) chunks.push(chunk);
  const content = Buffer.concat(chunks);
  if (content.length !== size) throw broken('an entry is cut off');
  return content;
}

/** In small pieces, so that little is unpacked beyond the cap. */
function* chunksOf(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += 65_536) yield bytes.subarray(start, start + 65_536);
}

function capAt(limit: number): Transform {
  let total = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      total += chunk.length;
      if (total <= limit) return done(null, chunk);
      done(
        new RejectedError(
          'Your archive unpacks to far more than is allowed. Please hand in only your own files.',
          `suspected archive bomb: more than ${sizeText(limit)} unpacked`,
        ),
      );
    },
  });
}

function broken(detail: string): RejectedError {
  return new RejectedError(
    'Your archive is broken or not a tar archive. Please pack it again and hand it in anew.',
    `broken tar archive: ${detail}`,
  );
}
