import { expect, test } from 'vitest';
import { inProfile, loadCatalogue } from '../../harness/catalogue.ts';
import { agreeOnRun } from '../../harness/grading/agree-on-run.ts';
import type { GradeOptions } from '../../harness/grading/types.ts';
import { casesOf } from '../../harness/observe.ts';
import { provenance } from '../../harness/reporters/provenance.ts';
import { sampleGrades } from '../reporters/sample.ts';

const options: GradeOptions = { jobs: 1, backend: 'wasm', fresh: false, unsafe: false };

test('an earlier run in the folder decides how long is trained, unless one says otherwise', () => {
  const long = agreeOnRun(undefined, 'a', [], { ...options, training: 'long' });
  expect(long.training).toBe('long');
  expect(agreeOnRun(long, 'a', [], options).training).toBe('long');
  expect(agreeOnRun(long, 'a', [], { ...options, training: 'usual' })).not.toHaveProperty('training');
  expect(agreeOnRun(undefined, 'a', [], options)).not.toHaveProperty('training');
});

test('a page says so, with the command that gives the same result', () => {
  const grades = sampleGrades();
  expect(provenance(grades)).toMatchObject({ training: null, command: expect.not.stringContaining('--training') });
  const long = { ...grades, environment: { ...grades.environment, training: 'long' as const } };
  expect(provenance(long).training).toBe('as long as the sheets ask for');
  expect(provenance(long).command).toContain(' --training long');
});

test('the long profile has the same checks, and other cases only in what trains', async () => {
  const longer: string[] = [];
  for (const entry of await loadCatalogue()) {
    const usual = entry.exercise.checks(7);
    const long = inProfile(entry, 'long').exercise.checks(7);
    expect(long.map(({ id }) => id)).toEqual(usual.map(({ id }) => id));
    const titles = (checks: typeof usual): string[] => casesOf(checks).map(({ id, title }) => `${id} ${title}`);
    const training = new Set(
      casesOf(long.filter(({ kind }) => kind === 'training')).map(({ id, title }) => `${id} ${title}`),
    );
    const other = titles(long).filter((title) => !titles(usual).includes(title));
    expect(other.filter((title) => !training.has(title))).toEqual([]);
    if (other.length > 0) longer.push(entry.exercise.id);
  }
  expect(longer).toEqual(['vae-faces']);
});
