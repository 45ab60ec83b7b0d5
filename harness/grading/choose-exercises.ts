import type { CatalogueEntry } from '../catalogue.ts';
import { UsageError } from '../intake/errors.ts';
import { nearestName } from '../intake/nearest.ts';

/** The exercises of an assignment, or those of them that were asked for. Throws UsageError for a name that is none. */
export function chooseExercises(
  catalogue: readonly CatalogueEntry[],
  assignment: string,
  only: readonly string[] | undefined,
): CatalogueEntry[] {
  const all = catalogue.filter(({ exercise }) => exercise.assignment === assignment);
  if (all.length === 0) {
    const names = [...new Set(catalogue.map(({ exercise }) => exercise.assignment))];
    throw new UsageError('There is no such assignment', assignment, suggestion(assignment, names));
  }
  const names = all.map(({ exercise }) => exercise.id);
  for (const name of only ?? []) {
    if (!names.includes(name)) {
      throw new UsageError(`${assignment} has no such exercise`, name, suggestion(name, names));
    }
  }
  return only === undefined ? all : all.filter(({ exercise }) => only.includes(exercise.id));
}

function suggestion(name: string, names: readonly string[]): string {
  const nearest = nearestName(name, names);
  const all = `There are ${names.join(', ')}`;
  return nearest === undefined ? all : `Did you mean ${nearest}? ${all}`;
}
