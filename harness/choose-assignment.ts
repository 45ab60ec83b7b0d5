import { type CatalogueEntry, modulesOf } from './catalogue.ts';
import { readEntry, type SubmissionEntry, UsageError } from './intake/intake.ts';
import { type Recognition, recognise, recogniseClass } from './intake/recognise.ts';

/** Files looked at before the answer is taken for the class's. */
const ENOUGH = 25;

/** The assignment that the file names of a class speak for. Throws UsageError where they leave a choice: never a guess. */
export async function chooseAssignment(
  entries: readonly SubmissionEntry[],
  catalogue: readonly CatalogueEntry[],
  source: string,
): Promise<string> {
  const assignments = [...new Set(catalogue.map(({ exercise }) => exercise.assignment))];
  const expected = Object.fromEntries(
    assignments.map((name) => [name, modulesOf(catalogue.filter(({ exercise }) => exercise.assignment === name))]),
  );
  const recognitions: Recognition[] = [];
  for (const entry of entries) {
    const submission = await readEntry(entry);
    if ('rejected' in submission) continue;
    const found = recognise(submission.files.keys(), expected);
    if (found.kind !== 'none') recognitions.push(found);
    if (recognitions.length >= ENOUGH) break;
  }
  const answer = recogniseClass(recognitions);
  if (answer.kind === 'assignment') return answer.assignment;
  const candidates = answer.kind === 'ambiguous' ? answer.candidates : assignments;
  throw new UsageError(
    answer.kind === 'ambiguous'
      ? `These files fit more than one assignment (${candidates.join(', ')})`
      : 'No file here belongs to an assignment that is known',
    source,
    `Say which one it is with --assignment ${candidates.join(' or --assignment ')}`,
  );
}
