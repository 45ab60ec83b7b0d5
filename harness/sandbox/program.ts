import type { SourceFacts } from '../model/observation.ts';

/** A submission's program for a worker: JavaScript modules, and what was wrong with those that are not among them. */
export interface Program {
  modules: { path: string; code: string }[];
  /** Files that did not transpile: path → one sentence with line and column. */
  broken: Map<string, string>;
  /** All file names of the submission, for suggestions. */
  files: string[];
  /** Size and shape of the student's own files, companions left out. */
  sources: SourceFacts[];
  /** Libraries that a file of the submission declares, in small letters; absent where there is no such file. */
  declared?: string[];
  /** Where in the student's own file a position of the JavaScript comes from. */
  locate(module: string, line: number, column: number): { line: number; column: number } | undefined;
}
