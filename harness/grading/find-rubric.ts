import * as path from 'node:path';
import type { CatalogueEntry } from '../catalogue.ts';
import { UsageError } from '../intake/errors.ts';
import { ROOT } from '../root.ts';
import { catalogueOf } from '../rubric/catalogue.ts';
import { loadRubric } from '../rubric/load.ts';
import type { Rubric } from '../rubric/schema.ts';

/** The rubric of an assignment, or the one in `file`, its names looked up in the exercises. */
export async function findRubric(
  assignment: string,
  catalogue: readonly CatalogueEntry[],
  file?: string,
): Promise<Rubric> {
  const rubric = await readRubric(file ?? path.join(ROOT, 'rubrics', `${assignment}.yaml`), catalogue);
  if (rubric.assignment !== assignment) {
    const where = file ?? `rubrics/${assignment}.yaml`;
    throw new UsageError(
      `This rubric is one of ${rubric.assignment}, not of ${assignment}`,
      where,
      `Give a rubric whose "assignment" is ${assignment}`,
    );
  }
  return rubric;
}

/** The rubric in a file, whatever its assignment is. */
export function readRubric(file: string, catalogue: readonly CatalogueEntry[]): Promise<Rubric> {
  return loadRubric(file, catalogueOf(catalogue.map(({ exercise }) => exercise)));
}
