import { z } from 'zod';
import { gradesSchema } from '../model/grade.ts';

/**
 * The JSON Schema (2020-12) of `grades.json`. Objects may carry more than it names: a new field that leaves the meaning of
 * the others alone is no new version.
 */
export function gradesJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(gradesSchema, { target: 'draft-2020-12', io: 'input' });
  return {
    $schema,
    $id: 'gradus:grades:1',
    title: 'Grades of one class for one assignment, as Gradus writes them to grades.json',
    ...schema,
  };
}
