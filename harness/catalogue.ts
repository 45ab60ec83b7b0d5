import { readdir, stat } from 'node:fs/promises';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Exercise, Profile } from './model/exercise.ts';
import { ROOT } from './root.ts';

/** An exercise and the folder that defines it. */
export interface CatalogueEntry {
  exercise: Exercise;
  folder: string;
}

const REFERENCE = path.join(ROOT, 'reference');

/**
 * All exercises: every `reference/<assignment>/<exercise>/exercise.ts`, in the order of their names. Nothing else
 * registers an exercise. Throws where a file's ids do not agree with its folder.
 */
export async function loadCatalogue(root = REFERENCE): Promise<CatalogueEntry[]> {
  const entries: CatalogueEntry[] = [];
  for (const assignment of await folders(root)) {
    for (const name of await folders(path.join(root, assignment))) {
      const folder = path.join(root, assignment, name);
      const file = path.join(folder, 'exercise.ts');
      if (!(await isFile(file))) continue;
      const { default: exercise } = (await import(pathToFileURL(file).href)) as { default: Exercise };
      if (exercise.id !== name || exercise.assignment !== assignment) {
        throw new Error(
          `${file}: says it is ${exercise.assignment}/${exercise.id}, but its folder is ${assignment}/${name}`,
        );
      }
      entries.push({ exercise, folder });
    }
  }
  return entries;
}

/** The exercise with the cases of a profile. */
export function inProfile(entry: CatalogueEntry, profile: Profile): CatalogueEntry {
  const { exercise } = entry;
  return { ...entry, exercise: { ...exercise, checks: (seed) => exercise.checks(seed, profile) } };
}

async function folders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

async function isFile(file: string): Promise<boolean> {
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}
