import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { renderJson } from '../../harness/reporters/json.ts';
import { gradesJsonSchema } from '../../harness/reporters/schema.ts';
import { everyStatus, sampleGrades } from './sample.ts';

const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(gradesJsonSchema());

describe('the published schema', () => {
  it('is up to date (else: node --import tsx harness/reporters/publish-schema.ts)', () => {
    const published = readFileSync(new URL('../../reports/grades.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(published)).toEqual(gradesJsonSchema());
  });

  it('accepts what is written', () => {
    const grades = sampleGrades();
    grades.submissions.push(everyStatus());
    expect(validate(JSON.parse(renderJson(grades))) || validate.errors).toBe(true);
  });

  it.each<[string, (grades: ReturnType<typeof sampleGrades>) => void]>([
    ['a version to come', (grades) => Object.assign(grades, { schema: 2 })],
    ['a status that is none', (grades) => Object.assign(grades.submissions[0]!.criteria[0]!, { status: 'passed' })],
    ['points in words', (grades) => Object.assign(grades.submissions[0]!, { points: '90' })],
    ['no seed', (grades) => Reflect.deleteProperty(grades, 'seed')],
    [
      'markup as evidence',
      (grades) => Object.assign(grades.submissions[1]!.criteria[1]!, { evidence: [{ kind: 'html', html: '' }] }),
    ],
  ])('refuses %s', (_, spoil) => {
    const grades = sampleGrades();
    spoil(grades);
    expect(validate(grades)).toBe(false);
  });
});
