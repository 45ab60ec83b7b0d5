import { extensionOf, isProgram } from './names.ts';

/** assignment → its modules: file names without extension. */
export type ExpectedModules = Record<string, readonly string[]>;

export type Recognition =
  | { kind: 'assignment'; assignment: string }
  /** Several fit; a person must say which. */
  | { kind: 'ambiguous'; candidates: string[] }
  | { kind: 'none' };

/**
 * Which assignment a submission belongs to, by the names of its program files. Assignments share names (`question1`),
 * so the answer is one assignment only where it explains every expected name among the files and no other does.
 */
export function recognise(fileNames: Iterable<string>, expected: ExpectedModules): Recognition {
  const modules = new Set<string>();
  for (const name of fileNames) {
    if (isProgram(name) && !name.includes('/')) modules.add(name.slice(0, -extensionOf(name).length));
  }
  const explained = Object.entries(expected)
    .map(([assignment, names]) => ({ assignment, names: names.filter((name) => modules.has(name)) }))
    .filter(({ names }) => names.length > 0);
  if (explained.length === 0) return { kind: 'none' };

  const found = new Set(explained.flatMap(({ names }) => names));
  const complete = explained.filter(({ names }) => names.length === found.size);
  if (complete.length === 1) return { kind: 'assignment', assignment: complete[0]!.assignment };
  const candidates = (complete.length > 0 ? complete : explained).map(({ assignment }) => assignment).sort();
  return { kind: 'ambiguous', candidates };
}

/**
 * The assignment of a whole class. Submissions without any expected file say nothing; the others must all allow one
 * and the same assignment.
 */
export function recogniseClass(recognitions: Iterable<Recognition>): Recognition {
  let common: Set<string> | undefined;
  const all = new Set<string>();
  for (const recognition of recognitions) {
    if (recognition.kind === 'none') continue;
    const allowed = recognition.kind === 'ambiguous' ? recognition.candidates : [recognition.assignment];
    for (const assignment of allowed) all.add(assignment);
    common = new Set(allowed.filter((assignment) => common?.has(assignment) ?? true));
  }
  if (!common) return { kind: 'none' };
  if (common.size === 1) return { kind: 'assignment', assignment: [...common][0]! };
  return { kind: 'ambiguous', candidates: [...(common.size > 0 ? common : all)].sort() };
}
