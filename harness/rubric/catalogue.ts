import type { ExpectedModules } from '../intake/recognise.ts';
import type { Exercise } from '../model/exercise.ts';
import type { Catalogue } from './schema.ts';

/** What rubrics may name of these exercises. The seed changes inputs only, never which checks there are. */
export function catalogueOf(exercises: readonly Exercise[], seed = 1): Catalogue {
  return Object.fromEntries(
    exercises.map((exercise) => [
      exercise.id,
      {
        assignment: exercise.assignment,
        functions: Object.keys(exercise.functions),
        // When asked for: a rubric names the exercises of one assignment, and drawing the cases of all takes long.
        get checks() {
          return checksOf(exercise, seed);
        },
      },
    ]),
  );
}

const drawn = new WeakMap<Exercise, Catalogue[string]['checks']>();

function checksOf(exercise: Exercise, seed: number): Catalogue[string]['checks'] {
  let checks = drawn.get(exercise);
  if (checks === undefined) {
    checks = Object.fromEntries(
      exercise
        .checks(seed)
        .map((check) => [check.id, { function: check.function, parameters: Object.keys(check.parameters ?? {}) }]),
    );
    drawn.set(exercise, checks);
  }
  return checks;
}

/** The files that each assignment's exercises are handed in as, for recognising an assignment by them. */
export function expectedModules(exercises: readonly Exercise[]): ExpectedModules {
  const modules = new Map<string, Set<string>>();
  for (const { assignment, functions } of exercises) {
    const names = modules.get(assignment) ?? new Set();
    for (const { module } of Object.values(functions)) names.add(module);
    modules.set(assignment, names);
  }
  return Object.fromEntries([...modules].map(([assignment, names]) => [assignment, [...names].sort()]));
}
