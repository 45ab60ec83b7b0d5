import { readdir, readFile, rm, symlink } from 'node:fs/promises';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Grades, SubmissionGrade } from '../../harness/model/grade.ts';
import { chunk, pdf, png, rawPng, utf8 } from '../artefacts/make.ts';
import { gradus, readGrades, Workshop } from './gradus.ts';

// Real processes: on a busy machine they take long, and that is no failure.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const RUBRIC = `assignment: tub-sheet10
title: Written parts
version: "1"
points: 10
criteria:
  - { id: text, exercise: mdn-gradients, manual: true, file: answers.md, title: The derivation, points: 4 }
  - { id: picture, exercise: mdn-gradients, manual: true, files: [result.png, second.png], title: Pictures, points: 4 }
  - { id: report, exercise: mdn-gradients, manual: true, file: report.pdf, title: The report, points: 2 }
`;
const HOSTILE = '# E\n<script>alert(1)</script> ![x](https://example.org/x.png) \u001b[31m\u202eabc\n';
const ramp = png(7, 5, (x, y) => [30 * x, 40 * y, 0, 255]);
const marked = rawPng({ width: 2, height: 1 }, Uint8Array.from([0, 10, 20]), [
  chunk('tEXt', utf8('Comment\0<script>alert(2)</script>')),
]);

const workshop = new Workshop();
let source = '';
let out = '';
let grades: Grades;
afterAll(() => workshop.clear());

beforeAll(async () => {
  source = await workshop.files({
    'good/answers.md': HOSTILE,
    'good/result.png': ramp,
    'good/second.png': marked,
    'good/report.pdf': pdf({ more: '6 0 obj << /OpenAction 7 0 R >> endobj\n' }),
    'blank/answers.md': ' \n',
    'blank/result.png': png(30, 30, () => [255, 255, 255, 255]),
    'blank/report.pdf': pdf({ end: '' }),
    'bombs/result.png': rawPng({ width: 100_000, height: 100_000 }, new Uint8Array(100)),
    'bombs/second.png': ramp,
    'bombs/answers.md': 'x'.repeat(2 ** 20 + 1),
    'nothing/readme.rst': 'nothing',
    'link/readme.md': 'a link beside it',
  });
  await symlink('/etc/passwd', path.join(source, 'link/answers.md'));
  const rubric = path.join(await workshop.files({ 'rubric.yaml': RUBRIC }), 'rubric.yaml');
  out = await workshop.folder();
  const asked = ['grade', source, '--assignment', 'tub-sheet10', '--rubric', rubric, '--out', out, '--seed', '7'];
  const result = await gradus(asked);
  expect(result.code, result.stderr).toBeLessThan(2);
  grades = await readGrades(out);
});

const find = (id: string): SubmissionGrade => grades.submissions.find((one) => one.id === id)!;
const criterion = (id: string, name: string) => find(id).criteria.find((one) => one.id === name)!;
const page = (id: string) => readFile(path.join(out, id, 'index.html'), 'utf8');

describe('files for a person to grade', () => {
  test('that are there are shown, and their points are open', async () => {
    expect(find('good')).toMatchObject({ status: 'graded', points: 0, pending: 10 });
    const html = await page('good');
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).not.toContain('<script>alert');
    expect(html).toContain('⟨ESC⟩[31m⟨U+202E⟩abc');
    expect(html).not.toContain('src="https');
    expect(html).not.toMatch(/href="[^#]/);
    expect(html).toContain('actions that start by themselves');
  });

  test('become files of names that the grader chose, pictures without anything but pixels', async () => {
    expect((await readdir(path.join(out, 'good'))).sort()).toEqual([
      ...['grade.json', 'index.html', 'picture-1.png', 'picture-2.png', 'report-1.pdf'],
    ]);
    const picture = await readFile(path.join(out, 'good/picture-2.png'));
    expect(picture.includes('script')).toBe(false);
    expect(await page('good')).toContain(picture.toString('base64').replaceAll('=', '&#x3D;'));
  });

  test('that are blank or broken off have no open points, and why is said', async () => {
    expect(find('blank')).toMatchObject({ status: 'graded', points: 0, pending: 0 });
    expect(find('blank').criteria.map(({ status }) => status)).toEqual(['missing', 'missing', 'missing']);
    expect(criterion('blank', 'text').summary).toContain('answers.md has no letter and no digit in it.');
    expect(criterion('blank', 'picture').summary).toMatch(
      /result\.png is blank.*second\.png is not in your submission/,
    );
    expect(criterion('blank', 'report').summary).toContain('report.pdf is not a whole PDF');
  });

  test('that are bombs or too large are not opened, and others beside them are shown', () => {
    expect(criterion('bombs', 'picture')).toMatchObject({ status: 'manual', evidence: [{ title: 'second.png' }] });
    expect(criterion('bombs', 'picture').summary).toContain('100000 × 100000 pixels');
    expect(criterion('bombs', 'text').summary).toContain('too large (1 MiB)');
  });

  test('that are not there are missing, and the page does not say that nothing was lost', async () => {
    expect(find('nothing')).toMatchObject({ points: 0, pending: 0 });
    expect(criterion('nothing', 'text').summary).toContain('The file answers.md is not in your submission.');
    expect(await page('nothing')).not.toContain('They cost nothing');
    expect(await page('nothing')).toContain('no file that could be graded');
  });

  test('that are links out of the hand-in are not followed', () => {
    expect(criterion('link', 'text')).toMatchObject({ status: 'missing', evidence: [] });
    expect(find('link').remarks!.join()).toContain('answers.md');
    expect(JSON.stringify(find('link'))).not.toContain('root:');
  });
});

test('judging again needs no submissions, and gives the same bytes', async () => {
  const files = ['picture-1.png', 'report-1.pdf'].map((name) => path.join(out, 'good', name));
  const before = await Promise.all(files.map((file) => readFile(file)));
  await rm(source, { recursive: true });
  await rm(files[0]!);
  const again = await gradus(['regrade', out]);
  expect(again.code, again.stderr).toBeLessThan(2);
  expect((await readGrades(out)).submissions).toEqual(grades.submissions);
  expect(await Promise.all(files.map((file) => readFile(file)))).toEqual(before);
});

test('a kept copy that is gone is the fault of the grader', async () => {
  await rm(path.join(out, 'handed-in'), { recursive: true });
  const again = await gradus(['regrade', out]);
  expect(again.signal, again.stderr).toBeNull();
  const good = (await readGrades(out)).submissions.find(({ id }) => id === 'good')!;
  expect(good).toMatchObject({ status: 'internal-error', points: 0, pending: 10 });
});
