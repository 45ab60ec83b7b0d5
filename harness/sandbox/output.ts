import type { Readable } from 'node:stream';

/** One of a program's two streams: the first bytes are kept, the rest is drained and counted. */
interface Captured {
  chunks: Buffer[];
  kept: number;
  total: number;
}

/**
 * Collects what a program prints, errors after the rest: in which order lines of two pipes were written, nobody can
 * say, and the same program has to leave the same record.
 */
export class OutputCapture {
  /** Resolves when both streams have ended. */
  readonly ended: Promise<unknown>;
  readonly #streams: Captured[];

  /** `limit` is a cap on all that is printed; beyond it `onExcess` is called once. See `keptBytes`. */
  constructor(streams: Readable[], limit: number, onExcess: () => void) {
    const keep = keptBytes(limit);
    let exceeded = false;
    this.#streams = streams.map(() => ({ chunks: [], kept: 0, total: 0 }));
    streams.forEach((stream, i) => {
      const captured = this.#streams[i]!;
      stream.on('error', () => {});
      stream.on('data', (chunk: Buffer) => {
        captured.total += chunk.length;
        const part = Buffer.from(chunk.subarray(0, keep - captured.kept));
        if (part.length > 0) captured.chunks.push(part);
        captured.kept += part.length;
        const total = this.#streams.reduce((sum, each) => sum + each.total, 0);
        if (total > limit && !exceeded) {
          exceeded = true;
          onExcess();
        }
      });
    });
    this.ended = Promise.all(streams.map((stream) => new Promise((resolve) => stream.once('close', resolve))));
  }

  /** The kept text, with a note where some was left out. */
  text(): string {
    return this.#streams
      .map(textOf)
      .filter((text) => text !== '')
      .join('\n');
  }
}

/** How much of each stream is kept for reports, of a program that may print so many bytes. */
export function keptBytes(limit: number): number {
  return Math.ceil(limit / 16);
}

/** What several processes of a program printed, no longer than what is kept of one. */
export function joinOutputs(texts: string[], limit: number): string {
  const text = texts.filter((each) => each !== '').join('\n');
  const keep = 2 * keptBytes(limit);
  return text.length > keep ? `${text.slice(0, keep)}\n… (${text.length - keep} more characters)` : text;
}

function textOf({ chunks, kept, total }: Captured): string {
  const text = withoutLastWords(Buffer.concat(chunks).toString('utf8'));
  // What a cut character leaves is no text of the student's.
  return total > kept ? `${text.replace(/\ufffd+$/, '')}\n… (${total - kept} more bytes)` : text;
}

/** What Node prints when its heap is full: addresses and times, different each time and of no use to a student. */
const NODES_LAST_WORDS = /<--- Last few GCs --->|FATAL ERROR: |#\n# Fatal /;

/** In linear time, also for a text of line ends alone. */
function withoutLastWords(text: string): string {
  let end = text.search(NODES_LAST_WORDS);
  if (end < 0) return text;
  while (text[end - 1] === '\n') end--;
  return text.slice(0, end);
}
