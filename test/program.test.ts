import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defineExercise } from '../harness/model/exercise.ts';
import { makeProgram } from '../harness/program.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gradus-program-'));
  await writeFile(
    join(folder, 'companion.ts'),
    `import { double } from './question1';\nexport const run = (x: number) => double(x);`,
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const exercise = (companions?: Record<string, string>) =>
  defineExercise({
    id: 'e',
    assignment: 'a',
    title: 'E',
    functions: {},
    checks: () => [],
    ...(companions && { companions }),
  });

const files = (texts: Record<string, string>) =>
  new Map(Object.entries(texts).map(([name, text]) => [name, new TextEncoder().encode(text)]));

test('every file is a module, or broken with a sentence', async () => {
  const program = await makeProgram(
    files({
      'question1.ts': 'export const a: number = 1;',
      'lib/x.js': 'export const b = 2;',
      'bad.ts': 'let =',
      'notes.md': '# notes',
    }),
    { exercise: exercise(), folder },
  );
  expect(program.modules.map(({ path }) => path)).toEqual(['lib/x.js', 'question1.ts']);
  expect([...program.broken]).toEqual([['bad.ts', expect.stringMatching(/^bad\.ts, line 1, column 6: /)]]);
  expect(program.files).toEqual(['question1.ts', 'lib/x.js', 'bad.ts', 'notes.md']);
});

test('size without comments, and the longest line as it was handed in; companions do not count', async () => {
  const submission = files({ 'question1.ts': `// ${'a'.repeat(200)}\nexport const double = (x: number) => 2 * x;\n` });
  const { sources } = await makeProgram(submission, { exercise: exercise({ __run: 'companion.ts' }), folder });
  expect(sources).toEqual([
    {
      path: 'question1.ts',
      characters: 'const double = (x) => 2 * x;\nexport {\n  double\n};\n'.length,
      longestLine: 203,
      imports: [],
    },
  ]);
});

test("a companion takes its place, whatever a student's file is called", async () => {
  const submission = files({
    'question1.ts': 'export const double = (x) => 2 * x;',
    '__run.ts': 'export const run = () => 42;',
  });
  const program = await makeProgram(submission, { exercise: exercise({ __run: 'companion.ts' }), folder });
  expect(program.modules.map(({ path }) => path)).toEqual(['question1.ts', '__run.ts']);
  expect(program.modules.at(-1)!.code).toContain('double(x)');
});

test('a companion that does not compile is a mistake of the exercise', async () => {
  await writeFile(join(folder, 'broken.ts'), 'export const = 1;');
  await expect(makeProgram(files({}), { exercise: exercise({ __run: 'broken.ts' }), folder })).rejects.toThrow(
    /__run\.ts, line 1/,
  );
});

test('places are those of the TypeScript', async () => {
  const program = await makeProgram(
    files({ 'a.ts': 'interface A {\n  x: number;\n}\n\nexport const f = (): number => 1;' }),
    {
      exercise: exercise(),
      folder,
    },
  );
  const [module] = program.modules;
  const line = module!.code.split('\n').findIndex((text) => text.includes('const f')) + 1;
  expect(program.locate('a.ts', line, 1)).toMatchObject({ line: 5 });
  expect(program.locate('other.ts', 1, 1)).toBeUndefined();
});

test('what is imported from outside, and which libraries are declared', async () => {
  const program = await makeProgram(
    files({
      'question1.ts': "import type { A } from 'only-types'; import { b } from './lib/x'; import m from 'mathjs'; m(b);",
      'lib/x.js': "export const b = require('ndarray');",
      'docs/Libraries.txt': 'mathjs 12\nndarray',
    }),
    { exercise: exercise(), folder },
  );
  const imports = Object.fromEntries(program.sources.map((source) => [source.path, source.imports]));
  expect(imports).toEqual({ 'question1.ts': ['mathjs'], 'lib/x.js': ['ndarray'] });
  expect(program.declared).toEqual(expect.arrayContaining(['mathjs', 'ndarray']));
  expect((await makeProgram(files({ 'question1.ts': '' }), { exercise: exercise(), folder })).declared).toBeUndefined();
});
