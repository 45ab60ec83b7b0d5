import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Grades } from '../../harness/model/grade.ts';
import { ROOT } from '../../harness/root.ts';
import { example, gradeArgs, gradus, LIGHT, lightClass, readGrades, timeless, Workshop } from './gradus.ts';
import { multiplySubmissions } from './many-submissions.ts';

// Real processes: on a busy machine they take long, and that is no failure.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const workshop = new Workshop();
let source = '';
let out = '';
let first = '';
afterAll(() => workshop.clear());

beforeAll(async () => {
  source = await lightClass(workshop, 6);
  // Two hand-ins of the same files: one program, run once.
  await mkdir(path.join(source, 'a-copy'));
  await writeFile(path.join(source, 'a-copy/exercise1.ts'), await readFile(path.join(source, 's03/exercise1.ts')));
  out = await workshop.folder();
  const result = await gradus(gradeArgs(source, out, '--jobs', '2'));
  expect(result.code, result.stderr).toBe(0);
  first = await timeless(out);
});

/** The graded folder once more: as if graded again, without running anything. */
async function copyOfOut(): Promise<string> {
  const place = await workshop.folder();
  await cp(out, place, { recursive: true });
  return place;
}

describe('the same class and seed', () => {
  test('the same bytes but for times, also with one job at a time', async () => {
    const other = await workshop.folder();
    const result = await gradus(gradeArgs(source, other, '--jobs', '1'));
    expect(result.code, result.stderr).toBe(0);
    expect(await timeless(other)).toBe(first);
  });

  test('submissions are in the order of their ids', async () => {
    const ids = (await readGrades(out)).submissions.map(({ id }) => id);
    expect(ids).toEqual(['a-copy', 's01', 's02', 's03', 's04', 's05', 's06']);
  });

  test('identical files share one observation and get the same grade', async () => {
    expect(await readdir(path.join(out, 'observations/mdn-gradients'))).toHaveLength(6);
    const { submissions } = await readGrades(out);
    const [copy, original] = ['a-copy', 's03'].map((id) => submissions.find((one) => one.id === id)!);
    expect({ ...copy, id: '' }).toEqual({ ...original, id: '' });
    expect(original!.criteria.find(({ id }) => id === 'mu')).toMatchObject({
      status: 'wrong-answer',
      mistake: { id: 'mu-sign' },
    });
  });

  test('another seed is another run in the same folder, and the first one is not run again', async () => {
    const alone = path.join(source, 's01');
    const other = await workshop.folder();
    for (const seed of ['7', '8', '7']) {
      const result = await gradus([...gradeArgs(alone, other).slice(0, -1), seed]);
      expect(result.code, result.stderr).toBe(0);
      expect((await readGrades(other)).seed).toBe(Number(seed));
      if (seed === '7') expect((await readGrades(other)).submissions[0]!.points).toBe(8);
    }
    expect(await readdir(path.join(other, 'observations/mdn-gradients'))).toHaveLength(2);
  });
});

describe('what is printed', () => {
  test('--json: the grades and nothing else on standard output, progress on standard error', async () => {
    const { code, stdout, stderr } = await gradus(gradeArgs(source, out, '--json'));
    expect(code, stderr).toBe(0);
    expect((JSON.parse(stdout) as Grades).submissions).toEqual((await readGrades(out)).submissions);
    expect(stderr).toContain('[7/7]');
    expect(stderr).toContain('(stored)');
  });

  test('the summary says each thing once', async () => {
    const { stdout } = await gradus(gradeArgs(source, out));
    expect(stdout.match(/seed 7/g)).toHaveLength(1);
    expect(stdout.match(/sandbox/gi)).toHaveLength(1);
    expect(stdout).toContain(path.join(out, 'index.html'));
  });

  test('show: the class, one submission, and the nearest where there is none of the name', async () => {
    const everyone = await gradus(['show', out]);
    expect(everyone).toMatchObject({ code: 0, stdout: expect.stringContaining('a-copy') });
    const one = await gradus(['show', out, 's03']);
    expect(one).toMatchObject({ code: 0, stdout: expect.stringContaining('mu-sign') });
    const none = await gradus(['show', out, 's0']);
    expect(none).toMatchObject({ code: 2, stdout: '' });
  });

  test('names of submissions cannot write to the terminal', async () => {
    const evil = await workshop.files({ 'a\u202eb\nc/exercise1.ts': '' });
    const { stderr } = await gradus(gradeArgs(evil, await workshop.folder()));
    expect(stderr).toContain('a⟨U+202E⟩b⟨LF⟩c');
    expect(stderr).not.toContain('\u202e');
  });
});

test('--only: with commas, with spaces, given again', async () => {
  const rubric = ['--rubric', LIGHT, '--seed', '7'];
  const alone = path.join(source, 's01');
  for (const only of [
    ['--only', 'mdn-gradients,pca-inpainting'],
    ['--only', 'mdn-gradients', '--only', 'mdn-gradients'],
  ]) {
    const place = await workshop.folder();
    const { code, stderr } = await gradus(['grade', alone, '--out', place, ...rubric, ...only]);
    expect(code, stderr).toBe(0);
    const run = JSON.parse(await readFile(path.join(place, 'run.json'), 'utf8'));
    expect(run.only).toEqual(only.length === 2 ? ['mdn-gradients', 'pca-inpainting'] : ['mdn-gradients']);
  }
});

describe('regrade', () => {
  /** Programs that the command started. */
  async function started(args: string[]): Promise<{ code: number | null; stderr: string; programs: string[] }> {
    const file = path.join(await workshop.folder(), 'programs');
    await writeFile(file, '');
    const env = {
      NODE_OPTIONS: `--require ${path.join(ROOT, 'test/cli/spawn-log.cjs')}`,
      GRADUS_SPAWN_LOG: file,
    };
    const { code, stderr } = await gradus(args, { env });
    const programs = (await readFile(file, 'utf8')).split('\n').filter((name) => name !== '');
    return { code, stderr, programs: [...new Set(programs.map((name) => path.basename(name)))] };
  }
  /** What the harness starts for itself: its version, and the compiler that tsx strips types with. */
  const own = /^(?:git|esbuild)$/;

  test('gives the same grades and starts no program', async () => {
    const grading = await started(gradeArgs(source, await workshop.folder()));
    expect(grading.programs.filter((name) => !own.test(name))).not.toEqual([]);

    const again = await started(['regrade', out]);
    expect(again.code, again.stderr).toBe(0);
    expect(again.programs.filter((name) => !own.test(name))).toEqual([]);
    expect(await timeless(out)).toBe(first);
  });

  test('a changed rubric changes points, visibility and tolerances, and starts no program', async () => {
    const place = await copyOfOut();
    const rubric = path.join(await workshop.folder(), 'changed.yaml');
    const text = (await readFile(LIGHT, 'utf8'))
      .replace('points: 10', 'points: 20')
      .replace('points: 3', 'points: 13')
      .replace('title: The posterior has the right values', '$&\n    visibility: hidden')
      // So coarse that even the wrong sign is near enough.
      .replace('title: The gradient has the right values', '$&\n    tolerances: {rtol: 100}');
    await writeFile(rubric, text);
    const { code, stderr, programs } = await started(['regrade', place, '--rubric', rubric]);
    expect(code, stderr).toBe(0);
    expect(programs.filter((name) => !own.test(name))).toEqual([]);
    const grades = await readGrades(place);
    const right = grades.submissions.find(({ id }) => id === 's01')!;
    expect(right.criteria.find(({ id }) => id === 'error')).toMatchObject({ points: 13, maxPoints: 13 });
    expect(right.criteria.find(({ id }) => id === 'posterior')).toMatchObject({ visibility: 'hidden', points: 2 });
    const wrong = grades.submissions.find(({ id }) => id === 's03')!;
    expect(wrong.criteria.find(({ id }) => id === 'mu')).toMatchObject({ status: 'accepted', points: 2.5 });
  });

  test('a late policy', async () => {
    const place = await workshop.files({
      'class/late/exercise1.ts': await example('right/pairwise-ratios'),
      'class/late/submission.json': JSON.stringify({ students: [], submittedAt: '2026-07-03T10:00:00Z' }),
    });
    const target = path.join(place, 'out');
    expect((await gradus(gradeArgs(path.join(place, 'class'), target))).code).toBe(0);
    expect((await readGrades(target)).submissions[0]).toMatchObject({ points: 8 });
    const late = 'late:\n  deadline: "2026-07-01T23:59:00+02:00"\n  perDayPercent: 10\ncriteria:';
    await writeFile(path.join(place, 'late.yaml'), (await readFile(LIGHT, 'utf8')).replace('criteria:', late));
    const result = await gradus(['regrade', target, '--rubric', path.join(place, 'late.yaml')]);
    expect(result.code, result.stderr).toBe(0);
    expect((await readGrades(target)).submissions[0]).toMatchObject({ points: 6.4, late: { days: 2 } });
  });

  test('changed limits ask for grading again, and nothing is changed', async () => {
    const rubric = path.join(await workshop.folder(), 'limits.yaml');
    const text = await readFile(LIGHT, 'utf8');
    await writeFile(rubric, text.replace('criteria:', 'limits:\n  memoryMb: 1000\ncriteria:'));
    const before = await readFile(path.join(out, 'grades.json'), 'utf8');
    const { code, stdout, stderr } = await gradus(['regrade', out, '--rubric', rubric]);
    expect({ code, stdout }, stderr).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('7 of 7 submissions (a-copy, s01, s02, …) were not run in mdn-gradients as it is now');
    expect(stderr).toContain('Run `gradus grade` with the same folder and --out again');
    expect(await readFile(path.join(out, 'grades.json'), 'utf8')).toBe(before);
  });

  test('a lost observation is made again by grade, and by nothing else', async () => {
    const place = await copyOfOut();
    const folder = path.join(place, 'observations/mdn-gradients');
    const [lost, torn] = await readdir(folder);
    await rm(path.join(folder, lost!));
    await writeFile(path.join(folder, torn!), (await readFile(path.join(folder, torn!))).subarray(0, 100));
    expect(await gradus(['regrade', place])).toMatchObject({ code: 2 });
    const mended = await gradus(gradeArgs(source, place));
    expect(mended.code, mended.stderr).toBe(0);
    expect(await timeless(place)).toBe(first);
    expect((await gradus(['regrade', place])).code).toBe(0);
    expect(await timeless(place)).toBe(first);
  });

  test('1,000 submissions in seconds', async () => {
    const place = await copyOfOut();
    await multiplySubmissions(place, 1000);
    const began = performance.now();
    const result = await gradus(['regrade', place]);
    const seconds = (performance.now() - began) / 1000;
    expect(result.code, result.stderr).toBe(0);
    const { submissions } = await readGrades(place);
    expect(submissions).toHaveLength(1000);
    const [model] = (JSON.parse(await readFile(path.join(out, 'grades.json'), 'utf8')) as Grades).submissions;
    expect(submissions[0]).toEqual({ ...model, id: 'student-0001' });
    // 10 s by the requirement, a fraction of it on a quiet machine; a test beside others may not fail by their noise.
    expect(seconds).toBeLessThan(40);
    console.log(`regrade of 1,000: ${seconds.toFixed(1)} s`);
  });
});
