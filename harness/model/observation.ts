import type { Status } from './status.ts';
import type { Value } from './value.ts';

/** What came of one call. Only data that the parent saw: nothing in it is a claim of the sandboxed process. */
export type Outcome = Success | Failure;

export interface Success {
  status: 'ok';
  /** The result, or for a gradient call the list of gradients in the order of `wrt`. */
  value: Value;
  /** With `echo`: the arguments after the call; a disposed tensor is the string `disposed`. */
  args?: Value[];
  /** Numbers with which recording callbacks were called, one list a call. */
  callbacks?: number[][];
  /** From request to reply, less the empty round trip; milliseconds. */
  ms: number;
}

export interface Failure {
  status: Exclude<Status, 'accepted' | 'partial' | 'skipped' | 'manual' | 'inconclusive' | 'wrong-answer'>;
  /** One plain sentence, fit for students. May quote the student's own error text. */
  message: string;
  /** Where in the student's files: `question2.ts:12:5`. */
  location?: string;
  ms: number;
}

/** Everything that was seen of one submission's program for one exercise. Written once, judged as often as wished. */
export interface Observation {
  schema: 1;
  exercise: string;
  seed: number;
  /** Hash of everything that decides what is asked (cases, worker). */
  harness: string;
  backend: string;
  sandbox: { level: SandboxLevel; missing: string[] };
  /** What was wrong with the files before any call; absent when they load. */
  load?: Failure;
  /** Exported names of the exercise's file(s), as far as they loaded. */
  exports: string[];
  /** Size and shape of the program's files. */
  sources?: SourceFacts[];
  /** Libraries that the submission's libraries.txt declares, in small letters; absent where there is none. */
  declared?: string[];
  /** case id → call id → outcome */
  cases: Record<string, Record<string, Outcome>>;
  /** The student's own output, capped. */
  output: string;
  durationMs: number;
}

/** Size and shape of one file of a program. Read by the harness, outside of the sandbox. */
export interface SourceFacts {
  path: string;
  /** UTF-16 units once compiled: without comments and types, and with lines of a usual length. */
  characters: number;
  /** Of the file as it was handed in. */
  longestLine: number;
  /** What it imports from outside of the submission: packages, built-in modules, addresses. */
  imports?: string[];
}

export type SandboxLevel = 'full' | 'strong' | 'partial' | 'none';
