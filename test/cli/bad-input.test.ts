import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Grades, SubmissionGrade } from '../../harness/model/grade.ts';
import { makeZip } from '../intake/archives.ts';
import { type Ended, example, gradeArgs, gradus, LIGHT, readGrades, Workshop } from './gradus.ts';

// Real processes: on a busy machine they take long, and that is no failure.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const workshop = new Workshop();
let right = '';
beforeAll(async () => {
  right = await example('right/plain-loops-nested-arrays');
});
afterAll(() => workshop.clear());

/** Wrong usage: exit code 2, nothing on standard output, and each of the words on standard error without a stack. */
async function expectUsage(args: string[], ...words: string[]): Promise<void> {
  const { code, stdout, stderr } = await gradus(args);
  expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: '' });
  for (const word of words) expect(stderr).toContain(word);
  expect(stderr).toMatch(/^gradus: |^error: |^[^\n]*\.yaml:\d+:\d+: /);
  expect(stderr).not.toMatch(/^ +at /m);
}

describe('what whoever grades can mend', () => {
  test('no such folder', async () => {
    const place = path.join(await workshop.folder(), 'nowhere');
    await expectUsage(['grade', place], 'There is no such file or folder', place, 'Check the spelling');
  });

  test('an empty folder', async () => {
    const place = await workshop.folder();
    await expectUsage(['grade', place], 'There is no submission in this folder', place, '.zip');
  });

  test('a file that is no archive', async () => {
    const folder = await workshop.files({ 'notes.odt': 'x' });
    await expectUsage(['grade', path.join(folder, 'notes.odt')], 'no archive that can be read', 'notes.odt', '.tar.gz');
  });

  test('no such assignment, with the nearest', async () => {
    const place = await workshop.files({ 'ada/exercise1.ts': right });
    const args = ['grade', place, '--assignment', 'tub-sheet01', '--out', await workshop.folder()];
    await expectUsage(args.with(3, 'tub-shet10'), 'no such assignment', 'tub-shet10', 'Did you mean tub-sheet10?');
    await expectUsage(args, 'no such assignment', 'There are', 'image-registration');
  });

  test('no such exercise, with the nearest', async () => {
    const place = await workshop.files({ 'ada/exercise1.ts': right });
    const args = [...gradeArgs(place, await workshop.folder()), '--only', 'mdn-gradient'];
    await expectUsage(args, 'tub-sheet10 has no such exercise', 'mdn-gradient', 'Did you mean mdn-gradients?');
  });

  test('files that fit several assignments: a question, not a guess', async () => {
    const place = await workshop.files({ 'ada/exercise1.ts': right, 'ada/question2.ts': right });
    const out = path.join(await workshop.folder(), 'out');
    await expectUsage(
      ['grade', place, '--out', out],
      'Which assignment is this?',
      '--assignment image-registration or --assignment tub-sheet10',
    );
    await expect(readdir(out)).rejects.toThrow('ENOENT');
  });

  test('files that fit no assignment', async () => {
    const place = await workshop.files({ 'ada/letter.md': 'Dear all' });
    await expectUsage(['grade', place], 'Which assignment is this?', '--assignment');
  });

  test('a rubric with a typo: where, and what would be valid', async () => {
    const text = (await readFile(LIGHT, 'utf8')).replace('check: values-posterior', 'check: valus-posterior');
    const place = await workshop.files({ 'class/ada/exercise1.ts': right, 'mine.yaml': text });
    const rubric = path.join(place, 'mine.yaml');
    const line = text.split('\n').findIndex((row) => row.includes('valus-posterior')) + 1;
    const args = ['grade', path.join(place, 'class'), '--rubric', rubric, '--out', path.join(place, 'out')];
    await expectUsage(args, `${rubric}:${line}:12:`, 'Did you mean "values-posterior"?', 'Valid: ');
  });

  test('no such rubric, and one of another assignment', async () => {
    const text = await readFile(LIGHT, 'utf8');
    const place = await workshop.files({ 'class/ada/exercise1.ts': right, 'mine.yaml': text });
    const args = ['grade', path.join(place, 'class'), '--out', path.join(place, 'out'), '--rubric'];
    await expectUsage([...args, path.join(place, 'other.yaml')], 'There is no such rubric', 'other.yaml');
    await expectUsage(
      [...args, path.join(place, 'mine.yaml'), '--assignment', 'image-registration'],
      'one of tub-sheet10, not of image-registration',
      'mine.yaml',
    );
  });

  test('an --out that is a file, a foreign folder, or lies among the submissions', async () => {
    const place = await workshop.files({ 'class/ada/exercise1.ts': right, 'thesis/chapter1.tex': 'x', file: 'x' });
    const source = path.join(place, 'class');
    await expectUsage(gradeArgs(source, path.join(place, 'file')), 'cannot be written', 'file', 'another --out');
    await expectUsage(
      gradeArgs(source, path.join(place, 'file/out')),
      'cannot be written',
      'a part of the path is a file',
    );
    await expectUsage(gradeArgs(source, path.join(place, 'thesis')), 'not an output folder of Gradus', 'thesis');
    await expectUsage(gradeArgs(source, path.join(source, 'out')), 'among the submissions', 'outside');
    expect(await readdir(path.join(place, 'thesis'))).toEqual(['chapter1.tex']);
    expect(await readdir(source)).toEqual(['ada']);
  });

  test('an --out of another assignment, which stays as it is', async () => {
    const record = { schema: 1, assignment: 'image-registration', seed: 3, startedAt: '2026-05-01T10:00:00.000Z' };
    const place = await workshop.files({ 'class/ada/exercise1.ts': right, 'out/run.json': JSON.stringify(record) });
    const out = path.join(place, 'out');
    await expectUsage(
      gradeArgs(path.join(place, 'class'), out),
      'grades of image-registration, not of tub-sheet10',
      out,
    );
    expect(JSON.parse(await readFile(path.join(out, 'run.json'), 'utf8'))).toEqual(record);
    expect(await readdir(out)).toEqual(['run.json']);
  });

  test('regrade and show without grades', async () => {
    const empty = await workshop.folder();
    await expectUsage(['regrade', empty], 'not an output folder of Gradus', empty);
    await expectUsage(['regrade', path.join(empty, 'x')], 'no such folder', 'gradus grade --out');
    await expectUsage(['show', empty], 'There are no grades', empty);
  });

  test('a run record that cannot be read', async () => {
    const place = await workshop.files({ 'run.json': '{"schema": 1, "assig' });
    await expectUsage(['regrade', place], 'record of this run cannot be read', 'run.json');
  });
});

describe('one class of unfortunate submissions', () => {
  let result: Ended;
  let grades: Grades;
  let out = '';

  beforeAll(async () => {
    const place = await workshop.files({
      'empty/': '',
      'prose-only/answers.md': 'I could not do it.',
      'wrong-name/exercize_1.ts': right,
      'not-exported/exercise1.ts': right.replaceAll('export function posterior', 'function posterior'),
      'syntax/exercise1.ts': `const one = 1;\nconst two = = 2;\n${right}`,
      'absent-package/exercise1.ts': `import { sum } from 'lodash';\nconsole.log(sum([1]));\n${right}`,
      'twice/exercise1.ts': right,
      'twice.zip': makeZip([{ name: 'exercise1.ts', content: right }]),
      'python/exercise1.py': 'import torch\n',
      'python-badly-named/Exercise_1.PY': 'import torch\n',
      'nested.zip': makeZip([
        { name: 'sheet10/' },
        { name: 'sheet10/exercise1.ts', content: right },
        { name: '__MACOSX/sheet10/._exercise1.ts', content: 'x' },
      ]),
      'cut.zip': makeZip([{ name: 'exercise1.ts', content: right }]).subarray(0, 700),
      'not-a-zip.zip': 'This is no archive.',
      'empty-archive.zip': '',
      'winrar.rar': 'Rar!',
      'good/exercise1.ts': right,
    });
    const latin = Buffer.concat([Buffer.from(`${place}/andr`), Buffer.from([0xe9])]);
    await mkdir(latin);
    await writeFile(Buffer.concat([latin, Buffer.from('/exercise1.ts')]), right);
    out = await workshop.folder();
    result = await gradus(gradeArgs(place, out));
    grades = await readGrades(out);
  });

  const find = (id: string): SubmissionGrade => {
    const found = grades.submissions.find((one) => one.id === id);
    if (found === undefined) throw new Error(`no ${id} among ${grades.submissions.map((one) => one.id)}`);
    return found;
  };
  const first = (id: string) => find(id).criteria[0]!;

  test('is graded without a fault', () => {
    expect(result.code, result.stderr).toBe(0);
    expect(grades.submissions).toHaveLength(17);
    expect(grades.submissions.map(({ id }) => id)).toEqual(grades.submissions.map(({ id }) => id).toSorted());
    expect(find('good')).toMatchObject({ status: 'graded', points: 8, pending: 2 });
  });

  test('nothing handed in: missing, no points, no blame', () => {
    expect(find('empty')).toMatchObject({ status: 'graded', points: 0, pending: 2 });
    expect(first('empty')).toMatchObject({ status: 'missing', points: 0 });
    expect(first('empty').summary).toContain('There is no file exercise1.ts');
    expect(find('empty').remarks).toEqual([expect.stringContaining('no file that could be graded')]);
    expect(first('prose-only')).toMatchObject({ status: 'missing' });
  });

  test('a wrong file name: the nearest is named', () => {
    expect(first('wrong-name')).toMatchObject({ status: 'missing', points: 0 });
    expect(first('wrong-name').summary).toContain('exercize_1.ts');
  });

  test('a function that is not exported costs its own points only', () => {
    const byId = new Map(find('not-exported').criteria.map((criterion) => [criterion.id, criterion]));
    expect(byId.get('error')).toMatchObject({ status: 'accepted', points: 3 });
    expect(byId.get('posterior')).toMatchObject({ status: 'missing', points: 0 });
    expect(byId.get('posterior')!.summary).toMatch(/does not export a function posterior/);
  });

  test('a syntax error: line and column', () => {
    expect(first('syntax')).toMatchObject({ status: 'compile-error', points: 0 });
    expect(first('syntax').summary).toContain('exercise1.ts, line 2, column 13');
  });

  test('a package that is not there: by name', () => {
    expect(first('absent-package').status).toMatch(/compile-error|runtime-error|missing/);
    expect(first('absent-package').summary).toContain('lodash');
  });

  test('two of one name: neither is chosen', () => {
    for (const id of ['twice', 'twice.zip']) {
      expect(find(id)).toMatchObject({ status: 'rejected', points: 0 });
      expect(find(id).message).toContain('two submissions under your name');
    }
  });

  test('a name that is not UTF-8 is graded all the same', () => {
    expect(find('andr%E9')).toMatchObject({ status: 'graded', points: 8 });
    expect(find('andr%E9').remarks?.join()).toContain('not UTF-8');
  });

  test('a folder in the archive, and what macOS adds', () => {
    expect(find('nested')).toMatchObject({ status: 'graded', points: 8 });
    expect(find('nested').remarks?.join()).toContain('sheet10');
  });

  test.each([
    ['cut', /archive/],
    ['not-a-zip', /archive/],
    ['empty-archive', /empty/],
    ['winrar.rar', /\.zip or \.tar\.gz/],
  ])('%s cannot be opened, and says so', (id, words) => {
    expect(find(id)).toMatchObject({ status: 'rejected', points: 0 });
    expect(find(id).message).toMatch(words);
  });

  test.each([
    ['python', 'exercise1.py'],
    ['python-badly-named', 'Exercise_1.PY'],
  ])('%s: a Python program is no zero, its points are open', (id, file) => {
    expect(find(id)).toMatchObject({ status: 'graded', points: 0, pending: 10 });
    expect(first(id)).toMatchObject({ status: 'manual' });
    expect(first(id).summary).toContain(`${file} is a Python program`);
  });

  test('and judging again says the same', async () => {
    const again = await gradus(['regrade', out]);
    expect(again.code, again.stderr).toBe(0);
    expect((await readGrades(out)).submissions).toEqual(grades.submissions);
  });
});

test('one submission by itself, and --as where that is open', async () => {
  const place = await workshop.files({ 'exercise1.ts': right, 'extra/exercise1.ts': right });
  const out = await workshop.folder();
  const alone = await gradus(gradeArgs(place, out, '--json'));
  expect(alone.code, alone.stderr).toBe(0);
  expect((JSON.parse(alone.stdout) as Grades).submissions.map(({ id }) => id)).toEqual([path.basename(place)]);
  const asClass = await gradus(gradeArgs(place, await workshop.folder(), '--as', 'class', '--json'));
  expect(asClass.code, asClass.stderr).toBe(0);
  expect((JSON.parse(asClass.stdout) as Grades).submissions.map(({ id }) => id)).toEqual(['extra']);
});

test('as another user: what may not be read or written is said', async () => {
  if (process.getuid?.() !== 0) return; // Only root can become another user; the same user reads what it wrote.
  const place = await workshop.files({ 'class/ada/exercise1.ts': right, 'locked/': '', 'out/': '' });
  await chmod(place, 0o755);
  await chmod(path.join(place, 'locked'), 0o700);
  const prefix = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'];
  const source = path.join(place, 'class');
  const unreadable = await gradus(gradeArgs(path.join(place, 'locked'), path.join(place, 'o')), { prefix });
  expect(unreadable, unreadable.stderr).toMatchObject({ code: 2, stdout: '' });
  expect(unreadable.stderr).toContain('may not be read (permission denied)');
  const unwritable = await gradus(gradeArgs(source, path.join(place, 'out')), { prefix });
  expect(unwritable, unwritable.stderr).toMatchObject({ code: 2, stdout: '' });
  expect(unwritable.stderr).toMatch(/output folder cannot be written \(permission denied\)/);
});
