import { describe, expect, it } from 'vitest';
import { gradesSchema, submissionGradeSchema } from '../../harness/model/grade.ts';
import { renderJson, studentJson } from '../../harness/reporters/json.ts';
import { everyStatus, sampleGrades } from './sample.ts';

/** The same record with the keys of every object in reverse. */
function reversed<T>(value: T): T {
  if (Array.isArray(value)) return value.map(reversed) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item)]),
  ) as T;
}

describe('renderJson', () => {
  it('is the record, readable by the schema, with a newline at the end', () => {
    const text = renderJson(sampleGrades());
    expect(JSON.parse(text)).toEqual(sampleGrades());
    expect(gradesSchema.parse(JSON.parse(text))).toEqual(sampleGrades());
    expect(text.endsWith('}\n')).toBe(true);
    expect(text.split('\n').filter((line) => line.startsWith('    {"id":"'))).toHaveLength(14);
  });

  it('does not depend on the order in which keys were set', () => {
    expect(renderJson(reversed(sampleGrades()))).toBe(renderJson(sampleGrades()));
    expect(studentJson(reversed(everyStatus()))).toBe(studentJson(everyStatus()));
    expect(renderJson(sampleGrades()).indexOf('"schema"')).toBeLessThan(10);
  });

  it('sorts the keys of free records and keeps odd ones', () => {
    const grades = sampleGrades();
    grades.submissions = [
      { ...grades.submissions[0]!, late: { b: 1, a: 2 }, output: JSON.parse('{"__proto__":"x","constructor":"y"}') },
    ];
    const text = renderJson(grades);
    expect(text).toContain('"late":{"a":2,"b":1}');
    expect(text).toContain('"output":{"__proto__":"x","constructor":"y"}');
  });

  it('names what JSON cannot write instead of dropping it', () => {
    const submission = everyStatus();
    submission.criteria = [
      { ...submission.criteria[0]!, evidence: [{ kind: 'table', title: 't', columns: ['a'], rows: [[Number.NaN]] }] },
    ];
    const parsed = submissionGradeSchema.parse(JSON.parse(studentJson(submission)));
    expect(parsed.criteria[0]!.evidence[0]).toMatchObject({ rows: [['NaN']] });
  });

  it('writes an empty class', () => {
    expect(JSON.parse(renderJson({ ...sampleGrades(), submissions: [] }))).toMatchObject({ submissions: [] });
  });
});
