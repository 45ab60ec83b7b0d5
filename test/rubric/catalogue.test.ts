import { expect, it } from 'vitest';
import { defineExercise, type Exercise } from '../../harness/model/exercise.ts';
import { catalogueOf, expectedModules } from '../../harness/rubric/catalogue.ts';

const exercise = (id: string, module: string): Exercise =>
  defineExercise({
    id,
    assignment: 'sheet',
    title: id,
    functions: { f: { module, signature: 'f(x)' }, g: { module, signature: 'g(x)' } },
    checks: () => [
      {
        id: 'values-f',
        kind: 'values',
        title: 'Values',
        function: 'f',
        parameters: { rtol: 1e-6 },
        cases: [],
        judge: () => ({ status: 'accepted', share: 1, summary: '', evidence: [] }),
      },
    ],
  });

it('a catalogue names exercises, functions, checks and parameters', () => {
  expect(catalogueOf([exercise('a', 'exercise1')])).toEqual({
    a: { assignment: 'sheet', functions: ['f', 'g'], checks: { 'values-f': { function: 'f', parameters: ['rtol'] } } },
  });
});

it('the modules of an assignment are those of all its exercises', () => {
  expect(expectedModules([exercise('b', 'exercise3'), exercise('a', 'exercise1'), exercise('c', 'exercise3')])).toEqual(
    {
      sheet: ['exercise1', 'exercise3'],
    },
  );
});
