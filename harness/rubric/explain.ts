import type { z } from 'zod';
import { nearestName } from '../intake/nearest.ts';
import type { Problem } from './errors.ts';
import type { LocatedYaml, Path } from './located-yaml.ts';
import { criterionSchema, lateSchema, limitsSchema, rubricSchema } from './schema.ts';

/** A schema's complaints as problems with places: what is wrong, and what would be valid. */
export function explainIssues(issues: readonly z.core.$ZodIssue[], yaml: LocatedYaml): Problem[] {
  // A misspelt key is unknown and missing as well; to say it once is enough.
  const misspelt = new Set(
    issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => [...issue.path, nearestName(key, keysAt(issue.path))].join('/'))
        : [],
    ),
  );
  return issues.filter((issue) => !misspelt.has(issue.path.join('/'))).flatMap((issue) => explainIssue(issue, yaml));
}

function explainIssue(issue: z.core.$ZodIssue, yaml: LocatedYaml): Problem[] {
  const path = issue.path;
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ ...yaml.locateKey(path, key), message: unknown('key', key, keysAt(path)) }));
  }
  const at = yaml.locate(path);
  const label = path.length === 0 ? 'the rubric' : `"${String(path.at(-1))}"`;
  const given = valueAt(yaml.value, path);
  if (issue.code === 'invalid_type' && given === undefined) {
    return [{ ...at, message: `${label} is missing${path.length > 1 ? ` in ${describe(path.slice(0, -1))}` : ''}.` }];
  }
  if (issue.code === 'invalid_type') {
    return [{ ...at, message: `${label} must be ${article(issue.expected)}, but is ${JSON.stringify(given)}.` }];
  }
  if (issue.code === 'invalid_value') {
    return [{ ...at, message: `${label}: ${unknown('value', String(given), issue.values.map(String))}` }];
  }
  return [{ ...at, message: `${label} ${issue.message}, but is ${JSON.stringify(given)}.` }];
}

/** `unknown check "valus"; did you mean "values"? Valid: …` */
export function unknown(what: string, given: string, valid: readonly string[]): string {
  const nearest = nearestName(given, valid);
  const hint = nearest ? ` Did you mean "${nearest}"?` : '';
  return `unknown ${what} "${given}".${hint} Valid: ${valid.length > 0 ? [...valid].join(', ') : 'none'}.`;
}

function keysAt(path: Path): string[] {
  const last = path.at(-1);
  if (last === 'limits') return Object.keys(limitsSchema.shape);
  if (last === 'late') return Object.keys(lateSchema.shape);
  return Object.keys(path.length === 0 ? rubricSchema.shape : criterionSchema.shape);
}

function describe(path: Path): string {
  return path.map((key) => (typeof key === 'number' ? `entry ${key + 1}` : String(key))).join(', ');
}

function article(type: string): string {
  const names: Record<string, string> = { array: 'a list', object: 'a mapping', record: 'a mapping', string: 'text' };
  return names[type] ?? `a ${type}`;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null ? (inner as Record<PropertyKey, unknown>)[key] : undefined,
    value,
  );
}
