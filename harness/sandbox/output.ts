import type { Readable } from 'node:stream';

/** Collects what a program prints: the first bytes are kept, the rest is drained and counted. */
export class OutputCapture {
  readonly #keep: number;
  readonly #chunks: Buffer[] = [];
  #kept = 0;
  #total = 0;

  /** `limit` is a cap on all that is printed; beyond it `onExcess` is called once. A 16th of it is kept for reports. */
  constructor(streams: Readable[], limit: number, onExcess: () => void) {
    this.#keep = Math.ceil(limit / 16);
    let exceeded = false;
    for (const stream of streams) {
      stream.on('error', () => {});
      stream.on('data', (chunk: Buffer) => {
        this.#total += chunk.length;
        if (this.#kept < this.#keep) {
          const part = Buffer.from(chunk.subarray(0, this.#keep - this.#kept));
          this.#chunks.push(part);
          this.#kept += part.length;
        }
        if (this.#total > limit && !exceeded) {
          exceeded = true;
          onExcess();
        }
      });
    }
  }

  /** The kept text, with a note where some was left out. */
  text(): string {
    const text = Buffer.concat(this.#chunks).toString('utf8');
    return this.#total > this.#kept ? `${text}\n… (${this.#total - this.#kept} more bytes)` : text;
  }
}
