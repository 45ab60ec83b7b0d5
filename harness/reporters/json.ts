import { z } from 'zod';
import { type Grades, gradesSchema, type SubmissionGrade, submissionGradeSchema } from '../model/grade.ts';

/**
 * `grades.json`: keys in the order of the schema, keys of free records sorted, one submission a line, a newline at the
 * end. The same record gives the same bytes.
 */
export function renderJson(grades: Grades): string {
  const { submissions, ...head } = inOrder(grades, gradesSchema) as Grades;
  const start = JSON.stringify(head, null, 2).slice(0, -'\n}'.length);
  const lines = submissions.map((submission) => `\n    ${JSON.stringify(submission)}`);
  return `${start},\n  "submissions": [${lines.join(',')}${lines.length > 0 ? '\n  ' : ''}]\n}\n`;
}

/** `<submission>/grade.json`: one submission as given, in the same order, indented for readers. */
export function studentJson(submission: SubmissionGrade): string {
  return `${JSON.stringify(inOrder(submission, submissionGradeSchema), null, 2)}\n`;
}

/** A copy with the keys of objects in the schema's order. Values that JSON lacks (NaN) become their names, not null. */
function inOrder(value: unknown, schema: z.core.$ZodType | undefined): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (schema instanceof z.ZodOptional) return inOrder(value, schema.unwrap());
  if (Array.isArray(value)) {
    const element = schema instanceof z.ZodArray ? schema.element : undefined;
    return value.map((item) => inOrder(item, element));
  }
  const record = value as Record<string, unknown>;
  const shape = shapeFor(record, schema);
  const named = Object.keys(shape).filter((key) => record[key] !== undefined);
  const others = Object.keys(record).filter((key) => !Object.hasOwn(shape, key) && record[key] !== undefined);
  return Object.fromEntries(
    [...named, ...others.sort()].map((key) => [
      key,
      inOrder(record[key], Object.hasOwn(shape, key) ? shape[key] : undefined),
    ]),
  );
}

function shapeFor(
  record: Record<string, unknown>,
  schema: z.core.$ZodType | undefined,
): Record<string, z.core.$ZodType> {
  if (schema instanceof z.ZodObject) return schema.shape;
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const option = schema.options.find((candidate) => {
      const kind = candidate instanceof z.ZodObject ? candidate.shape.kind : undefined;
      return kind instanceof z.ZodLiteral && kind.value === record.kind;
    });
    return shapeFor(record, option);
  }
  return {};
}
