import type { Readable } from 'node:stream';
import { startTime } from './owner.ts';

/** The account of bwrap or confine.py, written by processes that the worker cannot reach. */
export interface StatusRecord {
  /** First process of the sandbox, as the host numbers it; with it every other one inside ends. */
  inner: { pid: number; start: string } | null;
  /** Exit code of the command; there only if the command was really started. */
  exitCode: number | null;
  /** confine.py: every part holds and the program follows. */
  confined: boolean;
}

export interface Status {
  /** After the first record, or the end. */
  first: Promise<StatusRecord>;
  /** After the end: nobody is left who could write. */
  done: Promise<StatusRecord>;
}

const CAP = 8192;

/** Reads the JSON documents of `--json-status-fd`, one a line. */
export function readStatus(stream: Readable | null): Status {
  const record: StatusRecord = { inner: null, exitCode: null, confined: false };
  if (!stream) return { first: Promise.resolve(record), done: Promise.resolve(record) };
  let text = '';
  const first = new Promise<StatusRecord>((resolve) => {
    stream.on('data', (chunk: Buffer) => {
      if (text.length < CAP) text += chunk.toString('latin1');
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) take(record, line);
      if (record.inner) resolve(record);
    });
    stream.once('close', () => resolve(record));
  });
  const done = new Promise<StatusRecord>((resolve) => {
    stream.once('error', () => {});
    stream.once('close', () => resolve(record));
  });
  return { first, done };
}

function take(record: StatusRecord, line: string): void {
  try {
    const said = JSON.parse(line);
    const pid = said['child-pid'];
    if (Number.isInteger(pid)) record.inner = { pid, start: startTime(pid) ?? '' };
    if (Number.isInteger(said['exit-code'])) record.exitCode = said['exit-code'];
    if (typeof said.confined === 'boolean') record.confined = said.confined;
  } catch {
    // half a record of a bwrap that was killed
  }
}
