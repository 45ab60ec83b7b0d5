import { extensionOf, isProgram } from '../intake/names.ts';

/** What a person can be shown of a handed-in file. */
export type Kind = 'text' | 'program' | 'png' | 'pdf';

const MIB = 1024 * 1024;

/** Bytes from which on a file of a kind is not looked into. */
export const MOST_BYTES: Record<Kind, number> = { text: MIB, program: MIB, png: 8 * MIB, pdf: 16 * MIB };

/** The kind by the file's name; undefined for one that cannot be shown. Whether the content is of that kind is another matter. */
export function kindOf(file: string): Kind | undefined {
  if (isProgram(file)) return 'program';
  const extension = extensionOf(file);
  if (extension === '.md' || extension === '.txt') return 'text';
  if (extension === '.png') return 'png';
  return extension === '.pdf' ? 'pdf' : undefined;
}

/** Of a file that is not what it should be. `problem` completes a sentence that begins with the file's name. */
export interface Unusable {
  ok: false;
  problem: string;
}

export function unusable(problem: string): Unusable {
  return { ok: false, problem };
}
