import { readFile } from 'node:fs/promises';
import { codeOf, UsageError } from '../intake/errors.ts';
import { type Problem, RubricError } from './errors.ts';
import { explainIssues, unknown } from './explain.ts';
import { type LocatedYaml, parseLocated } from './located-yaml.ts';
import { fromHundredths, hundredths } from './points.ts';
import {
  type Catalogue,
  type Criterion,
  LIMIT_DEFAULTS,
  type RawCriterion,
  type RawRubric,
  type Rubric,
  rubricSchema,
} from './schema.ts';

export { RubricError } from './errors.ts';
export type { Catalogue, CheckCriterion, Criterion, LatePolicy, Limits, ManualCriterion, Rubric } from './schema.ts';

/**
 * Reads a rubric. With a catalogue, every exercise, function, check and parameter that it names is looked up there.
 * Throws {@link RubricError} (a `UsageError`) with file, line and column of everything that is wrong.
 */
export async function loadRubric(path: string, catalogue?: Catalogue): Promise<Rubric> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    const code = codeOf(error);
    const what = code === 'ENOENT' ? 'There is no such rubric' : `The rubric cannot be read (${code || String(error)})`;
    throw new UsageError(what, path, 'Rubrics are named rubrics/<assignment>.yaml');
  }
  return parseRubric(text, path, catalogue);
}

/** {@link loadRubric} for text at hand; `file` is for messages only. */
export function parseRubric(text: string, file: string, catalogue?: Catalogue): Rubric {
  const yaml = parseLocated(text, file);
  const parsed = rubricSchema.safeParse(yaml.value);
  if (!parsed.success) throw new RubricError(file, explainIssues(parsed.error.issues, yaml));
  const problems = [
    ...kindProblems(parsed.data, yaml),
    ...idProblems(parsed.data, yaml),
    ...needsProblems(parsed.data, yaml),
    ...sumProblems(parsed.data, yaml),
    ...(catalogue ? catalogueProblems(parsed.data, yaml, catalogue) : []),
  ];
  if (problems.length > 0) throw new RubricError(file, problems);
  return resolve(parsed.data, catalogue);
}

/** A criterion is either checked or graded by hand, and what belongs to the one must not stand in the other. */
function kindProblems({ criteria }: RawRubric, yaml: LocatedYaml): Problem[] {
  return criteria.flatMap((criterion, index) => {
    const path = ['criteria', index];
    const atKey = (key: string, message: string): Problem => ({ ...yaml.locateKey(path, key), message });
    const problems: Problem[] = [];
    if (!criterion.manual && criterion.check === undefined) {
      problems.push({ ...yaml.locate(path), message: `"${criterion.id}" needs a check, or manual: true.` });
    }
    if (criterion.manual && criterion.check !== undefined) {
      problems.push(
        atKey('check', `"${criterion.id}" is manual, so that no check can decide it; remove one of the two.`),
      );
    }
    if (criterion.manual && Object.keys(criterion.tolerances).length > 0) {
      problems.push(atKey('tolerances', `"${criterion.id}" is manual and has no tolerances.`));
    }
    if (criterion.manual && criterion.limits) {
      problems.push(atKey('limits', `"${criterion.id}" is manual and has no limits.`));
    }
    for (const key of ['file', 'files'] as const) {
      if (!criterion.manual && (criterion[key]?.length ?? 0) > 0) {
        problems.push(atKey(key, `"${key}" belongs to manual criteria; the exercise knows the file of a check.`));
      }
    }
    if (criterion.visibility === 'staff' && criterion.points > 0) {
      problems.push(
        atKey('points', 'A criterion that only staff sees must have 0 points: students must be able to add up theirs.'),
      );
    }
    return problems;
  });
}

function idProblems({ criteria }: RawRubric, yaml: LocatedYaml): Problem[] {
  const seen = new Map<string, number>();
  return criteria.flatMap(({ id }, index) => {
    const first = seen.get(id);
    seen.set(id, first ?? index);
    if (first === undefined) return [];
    const { line } = yaml.locate(['criteria', first, 'id']);
    return [{ ...yaml.locate(['criteria', index, 'id']), message: `the id "${id}" is taken already (line ${line}).` }];
  });
}

function needsProblems({ criteria }: RawRubric, yaml: LocatedYaml): Problem[] {
  const ids = criteria.map(({ id }) => id);
  const needs = new Map(criteria.map((criterion) => [criterion.id, criterion.needs]));
  const reported = new Set<string>();
  return criteria.flatMap((criterion, index) =>
    criterion.needs.flatMap((needed, position) => {
      const at = yaml.locate(['criteria', index, 'needs', position]);
      if (!needs.has(needed)) return [{ ...at, message: unknown('criterion', needed, ids) }];
      const cycle = pathBetween(needed, criterion.id, needs);
      const key = cycle?.toSorted().join() ?? '';
      if (!cycle || reported.has(key)) return [];
      reported.add(key);
      return [{ ...at, message: `criteria need each other in a circle: ${[criterion.id, ...cycle].join(' → ')}.` }];
    }),
  );
}

/** The ids from `from` to `to` along `needs`, both included. */
function pathBetween(from: string, to: string, needs: ReadonlyMap<string, string[]>): string[] | undefined {
  const cameFrom = new Map<string, string | undefined>([[from, undefined]]);
  const queue = [from];
  for (const id of queue) {
    if (id === to) {
      const path: string[] = [];
      for (let at: string | undefined = to; at !== undefined; at = cameFrom.get(at)) path.unshift(at);
      return path;
    }
    for (const next of needs.get(id) ?? []) {
      if (!cameFrom.has(next)) {
        cameFrom.set(next, id);
        queue.push(next);
      }
    }
  }
  return undefined;
}

function sumProblems({ criteria, points }: RawRubric, yaml: LocatedYaml): Problem[] {
  const sum = criteria.reduce((total, criterion) => total + hundredths(criterion.points)!, 0);
  if (sum === hundredths(points)) return [];
  const message = `the criteria add up to ${fromHundredths(sum)} points, but "points" says ${points}.`;
  return [{ ...yaml.locate(['points']), message }];
}

function catalogueProblems(rubric: RawRubric, yaml: LocatedYaml, catalogue: Catalogue): Problem[] {
  const known = Object.keys(catalogue).filter((id) => catalogue[id]!.assignment === rubric.assignment);
  const problems = rubric.gradedByHand.flatMap((exercise, index) => {
    if (!known.includes(exercise) || Object.keys(catalogue[exercise]!.checks).length === 0) return [];
    const message = `"${exercise}" has checks by now: name them in criteria and remove it here.`;
    return [{ ...yaml.locate(['gradedByHand', index]), message }];
  });
  rubric.criteria.forEach((criterion, index) => {
    const path = ['criteria', index];
    if (rubric.gradedByHand.includes(criterion.exercise)) {
      if (!criterion.manual) {
        const message = `"${criterion.exercise}" is graded by hand; use manual: true.`;
        problems.push({ ...yaml.locate([...path, 'exercise']), message });
      }
    } else if (known.includes(criterion.exercise)) {
      problems.push(...checkProblems(criterion, path, yaml, catalogue[criterion.exercise]!));
    } else {
      const message = unknown('exercise', criterion.exercise, [...known, ...rubric.gradedByHand]);
      problems.push({ ...yaml.locate([...path, 'exercise']), message });
    }
  });
  return problems;
}

function checkProblems(
  criterion: RawCriterion,
  path: (string | number)[],
  yaml: LocatedYaml,
  exercise: Catalogue[string],
): Problem[] {
  const problems: Problem[] = [];
  const at = (key: string) => yaml.locate([...path, key]);
  if (criterion.function !== undefined && !exercise.functions.includes(criterion.function)) {
    problems.push({ ...at('function'), message: unknown('function', criterion.function, exercise.functions) });
  }
  if (criterion.check === undefined) return problems;
  const check = Object.hasOwn(exercise.checks, criterion.check) ? exercise.checks[criterion.check] : undefined;
  if (!check) {
    problems.push({ ...at('check'), message: unknown('check', criterion.check, Object.keys(exercise.checks)) });
    return problems;
  }
  if (
    criterion.function !== undefined &&
    exercise.functions.includes(criterion.function) &&
    criterion.function !== check.function
  ) {
    const message = `the check "${criterion.check}" is about ${check.function}, not ${criterion.function}.`;
    problems.push({ ...at('function'), message });
  }
  for (const name of Object.keys(criterion.tolerances)) {
    if (check.parameters.includes(name)) continue;
    const message = unknown(`parameter of the check "${criterion.check}"`, name, check.parameters);
    problems.push({ ...yaml.locateKey([...path, 'tolerances'], name), message });
  }
  return problems;
}

function resolve(raw: RawRubric, catalogue: Catalogue | undefined): Rubric {
  const limits = { ...LIMIT_DEFAULTS, ...raw.limits };
  const criteria = raw.criteria.map((criterion): Criterion => {
    const { id, exercise, title, points, needs, visibility, check, file, files } = criterion;
    const fn = criterion.function ?? (check === undefined ? undefined : catalogue?.[exercise]?.checks[check]?.function);
    const base = { id, exercise, ...(fn === undefined ? {} : { function: fn }), title, points, needs, visibility };
    if (check === undefined) return { ...base, manual: true, files: [...(file === undefined ? [] : [file]), ...files] };
    return {
      ...base,
      manual: false,
      check,
      tolerances: criterion.tolerances,
      limits: { ...limits, ...criterion.limits },
    };
  });
  const { assignment, title, version, points, late, gradedByHand } = raw;
  return { assignment, title, version, points, limits, ...(late ? { late } : {}), gradedByHand, criteria };
}
