import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Mutant } from './mutants.ts';

/**
 * Mutants that no test can kill because the program means the same with them, or differs in speed and last bits only,
 * each with its reason. They are named by
 * what they change, not by line number; `context` is the trimmed line (or a part of it).
 */
const exclusion = z.strictObject({
  file: z.string(),
  context: z.string(),
  /** `original → replacement`, a list for several of one reason; all changes of the line where absent. */
  changes: z.array(z.string()).optional(),
  reason: z.string().min(20),
});
export type Exclusion = z.infer<typeof exclusion>;

export function loadExclusions(path: string): Exclusion[] {
  return z.array(exclusion).parse(parse(readFileSync(path, 'utf8')));
}

export function describeChange({ original, replacement }: Mutant): string {
  const short = (text: string): string => text.replace(/\s+/g, ' ').trim();
  return `${short(original)} → ${short(replacement)}`;
}

export function exclusionOf(mutant: Mutant, exclusions: readonly Exclusion[]): Exclusion | undefined {
  return exclusions.find(
    ({ file, context, changes }) =>
      file === mutant.file &&
      mutant.context.includes(context) &&
      (changes === undefined || changes.includes(describeChange(mutant))),
  );
}
