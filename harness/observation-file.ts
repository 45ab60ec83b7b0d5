import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { Observation } from './model/observation.ts';
import { replaceFile } from './replace-file.ts';
import { decode, encode } from './sandbox/protocol/codec.ts';

/** In Node's thread pool, beside the judging. */
const zip = promisify(gzip);
const unzip = promisify(gunzip);

/** Observations as files: a line that names the format and the checksum, then the compressed record. */
const MAGIC = 'gradus-observation 1';

/** Writes the file whole or not at all, and only returns when it would survive a power cut. */
export async function writeObservation(file: string, observation: Observation): Promise<void> {
  const body = await zip(encode(observation), { level: 1 });
  const head = Buffer.from(`${MAGIC} ${createHash('sha256').update(body).digest('hex')}\n`);
  await replaceFile(file, Buffer.concat([head, body]), true);
}

/** The stored observation; undefined where there is none or where it is not whole. */
export async function readObservation(file: string): Promise<Observation | undefined> {
  const bytes = await readFile(file).catch(() => undefined);
  if (bytes === undefined) return undefined;
  const end = bytes.indexOf(10);
  const body = bytes.subarray(end + 1);
  const head = `${MAGIC} ${createHash('sha256').update(body).digest('hex')}`;
  if (end < 0 || bytes.subarray(0, end).toString('utf8') !== head) return undefined;
  return decode(await unzip(body)) as Observation;
}
