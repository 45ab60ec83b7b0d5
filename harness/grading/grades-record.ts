import { readFile } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import type { CatalogueEntry } from '../catalogue.ts';
import { type Grades, gradesSchema, type SubmissionGrade } from '../model/grade.ts';
import type { Observation } from '../model/observation.ts';
import type { Rubric } from '../rubric/schema.ts';
import type { RunRecord } from '../store.ts';
import { harnessVersion } from '../version.ts';

/** The record that every report is made from; submissions by id. */
export function gradesRecord(
  rubric: Rubric,
  run: RunRecord,
  sandbox: Observation['sandbox'],
  backend: string,
  catalogue: readonly CatalogueEntry[],
  submissions: readonly SubmissionGrade[],
): Grades {
  return {
    schema: 1,
    assignment: rubric.assignment,
    title: rubric.title,
    rubricVersion: rubric.version,
    exercises: Object.fromEntries(
      catalogue
        .filter(({ exercise }) => exercise.assignment === rubric.assignment)
        .map(({ exercise: { id, title } }) => [id, title]),
    ),
    seed: run.seed,
    harness: harnessVersion(),
    environment: {
      node: process.version,
      backend: `float64 cpu (${backend} for training)`,
      ...(run.training === undefined ? {} : { training: run.training }),
      sandbox: { level: sandbox.level, missing: sandbox.missing },
      platform: `${os.type()} ${os.release()} ${os.arch()}`,
    },
    startedAt: run.startedAt,
    finishedAt: new Date().toISOString(),
    submissions: submissions.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

/**
 * What an earlier run in the folder said of submissions that an interrupted one did not come to, where it was made in the
 * same way: Ctrl-C must not take grades away that were there.
 */
export async function earlierGrades(
  out: string,
  rubric: Rubric,
  run: RunRecord,
  without: ReadonlySet<string>,
): Promise<SubmissionGrade[]> {
  const text = await readFile(path.join(out, 'grades.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return [];
  try {
    const before = gradesSchema.parse(JSON.parse(text));
    const same =
      before.seed === run.seed &&
      before.environment.training === run.training &&
      before.rubricVersion === rubric.version &&
      before.assignment === rubric.assignment;
    if (!same) return [];
    const wanted = new Set(run.submissions);
    return before.submissions.filter(({ id }) => wanted.has(id) && !without.has(id));
  } catch {
    return [];
  }
}
