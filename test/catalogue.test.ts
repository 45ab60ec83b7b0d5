import { afterAll, expect, test } from 'vitest';
import { loadCatalogue } from '../harness/catalogue.ts';
import { loadExamples } from '../harness/examples.ts';
import type { Exercise } from '../harness/model/exercise.ts';
import { exerciseSourceHash, runnerSourceHash } from '../harness/source-hash.ts';
import { Workshop } from './cli/gradus.ts';

const workshop = new Workshop();
afterAll(() => workshop.clear());

const exerciseFile = (id: string, assignment: string): string =>
  `export default ${JSON.stringify({ id, assignment, title: id, functions: { f: { module: 'm', signature: 'f()' } } })};`;

test('every exercise.ts below reference/ is an exercise, and nothing else registers one', async () => {
  const entries = await loadCatalogue();
  const names = entries.map(({ exercise }) => `${exercise.assignment}/${exercise.id}`);
  expect(names).toEqual(names.toSorted());
  for (const name of ['image-registration/matrix-exp', 'tub-sheet10/mdn-gradients', 'tub-sheet10/pca-inpainting']) {
    expect(names).toContain(name);
  }
  for (const { exercise } of entries) expect(Object.keys(exercise.functions).length, exercise.id).toBeGreaterThan(0);
});

test('an exercise whose ids do not agree with its folder is refused by name', async () => {
  const root = await workshop.files({ 'sheet/one/exercise.ts': exerciseFile('two', 'sheet'), 'sheet/notes/a.md': '' });
  await expect(loadCatalogue(root)).rejects.toThrow('says it is sheet/two, but its folder is sheet/one');
});

function entryAt(folder: string) {
  const exercise: Exercise = {
    ...{ id: 'one', assignment: 'sheet', title: 'One', checks: () => [] },
    functions: { f: { module: 'm', signature: 'f()' } },
  };
  return { exercise, folder };
}

test('examples: a file or a folder, with what its header says', async () => {
  const folder = await workshop.files({
    'examples/right/plain.ts': '/** @about Loops. */\nexport {};',
    'examples/right/several/m.ts': '/** @about Two files. */',
    'examples/right/several/lib/x.ts': 'export {};',
    'examples/wrong/sign.ts':
      '/**\n * @mistake The sign\n *   is wrong.\n * @hint Look at it.\n * @expect values wrong-answer\n */',
    'examples/wrong/README.md': 'not a program',
  });
  const examples = await loadExamples(entryAt(folder));
  expect(examples.map(({ kind, name, files }) => [kind, name, [...files.keys()].sort()])).toEqual([
    ['right', 'plain', ['m.ts']],
    ['right', 'several', ['lib/x.ts', 'm.ts']],
    ['wrong', 'sign', ['m.ts']],
  ]);
  expect(examples[2]).toMatchObject({
    mistake: { message: 'The sign is wrong.', hint: 'Look at it.' },
    expected: new Map([['values', 'wrong-answer']]),
  });
});

test.each([
  ['/** @mistake The sign. */', 'needs @mistake and at least one @expect'],
  ['/** @mistake The sign.\n * @expect values wrong */', "'values wrong' names no status"],
])('a wrong example with the header %j is refused', async (header, words) => {
  const folder = await workshop.files({ 'examples/wrong/sign.ts': header });
  await expect(loadExamples(entryAt(folder))).rejects.toThrow(words);
});

test('an exercise is another one when its own file changes; what runs beside programs stays the same', async () => {
  const folder = await workshop.files({ 'exercise.ts': 'a', other: '' });
  const changed = await workshop.files({ 'exercise.ts': 'b' });
  const hash = await exerciseSourceHash(entryAt(folder));
  expect(await exerciseSourceHash(entryAt(folder))).toBe(hash);
  expect(await exerciseSourceHash(entryAt(changed))).not.toBe(hash);
  expect(await runnerSourceHash()).toMatch(/^[0-9a-f]{64}$/);
  expect(await runnerSourceHash()).not.toBe(hash);
});
