import { extensionOf } from '../intake/names.ts';
import { nearestName } from '../intake/nearest.ts';
import { kindOf } from './kinds.ts';

/**
 * The handed-in file that is meant by a name of the rubric: that very one, or one that has its name in other case, in a
 * folder, or with another extension that can be shown (answers.pdf for answers.md, question1.py for question1.ts).
 */
export function findFile(name: string, files: readonly string[]): string | undefined {
  if (files.includes(name)) return name;
  const candidates = files.filter((file) => kindOf(file) !== undefined).sort();
  const same = candidates.find((file) => baseOf(file) === baseOf(name));
  if (same !== undefined) return same;
  const program = kindOf(name) === 'program';
  return candidates.find((file) => stemOf(file) === stemOf(name) && (kindOf(file) === 'program') === program);
}

/** A file of a like name, to be named where the one that is meant is not there. */
export function likeFile(name: string, files: readonly string[]): string | undefined {
  const program = kindOf(name) === 'program';
  return nearestName(
    name,
    files.filter((file) => (kindOf(file) === 'program') === program),
  );
}

const baseOf = (file: string): string => file.split('/').at(-1)!.toLowerCase();
const stemOf = (file: string): string => baseOf(file).slice(0, -extensionOf(file).length || undefined);
