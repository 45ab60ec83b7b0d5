import type { CatalogueEntry } from './catalogue.ts';
import { readEntry, type SubmissionEntry, UsageError } from './intake/intake.ts';
import { type Recognition, recognise, recogniseClass } from './intake/recognise.ts';
import { expectedModules } from './rubric/catalogue.ts';

/** Files looked at before the answer is taken for the class's. */
const ENOUGH = 25;

/** The assignment that the file names of a class speak for. Throws UsageError where they leave a choice: never a guess. */
export async function chooseAssignment(
  entries: readonly SubmissionEntry[],
  catalogue: readonly CatalogueEntry[],
  source: string,
): Promise<string> {
  const expected = expectedModules(catalogue.map(({ exercise }) => exercise));
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
  const candidates = answer.kind === 'ambiguous' ? answer.candidates : Object.keys(expected).sort();
  throw new UsageError(
    answer.kind === 'ambiguous'
      ? 'Which assignment is this? The file names fit more than one'
      : 'Which assignment is this? No file has a name that one of them asks for',
    source,
    `Say --assignment ${candidates.join(' or --assignment ')}`,
  );
}
