import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { submissionGradeSchema } from '../../harness/model/grade.ts';
import { writeReports } from '../../harness/reporters/write.ts';
import { sampleGrades, samplePicture } from './sample.ts';

const pictures = async (_: string, file: string) => samplePicture(file);

describe('writeReports', () => {
  let root: string;
  let out: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'gradus-reports-'));
    out = path.join(root, 'deep', 'out');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const files = () =>
    (readdirSync(out, { recursive: true }) as string[]).filter((file) => statSync(path.join(out, file)).isFile());
  const read = (...parts: string[]) => readFileSync(path.join(out, ...parts), 'utf8');

  it('writes the class and a folder a submission, and leaves no temporary file', async () => {
    await writeReports(out, sampleGrades(), pictures);
    const names = files();
    expect(names).toHaveLength(3 + 2 * 14);
    expect(names).toEqual(
      expect.arrayContaining(['grades.json', 'grades.csv', 'index.html', 'kurt/index.html', 'kurt/grade.json']),
    );
    expect(names.filter((name) => name.includes('tmp'))).toEqual([]);
    expect(JSON.parse(read('grades.json'))).toEqual(sampleGrades());
  });

  it('links every submission from the class page', async () => {
    await writeReports(out, sampleGrades(), pictures);
    const hrefs = [...read('index.html').matchAll(/<th scope="row"><a href="([^"]*)"/g)].map(([, href]) => href!);
    expect(hrefs).toHaveLength(14);
    for (const href of hrefs) expect(statSync(path.join(out, decodeURIComponent(href))).isFile()).toBe(true);
  });

  it('writes the same bytes again', async () => {
    await writeReports(out, sampleGrades(), pictures);
    const before = files().map((file) => [file, read(file)]);
    await writeReports(out, sampleGrades(), pictures);
    expect(files().map((file) => [file, read(file)])).toEqual(before);
  });

  it('embeds pictures', async () => {
    await writeReports(out, sampleGrades(), pictures);
    const png = Buffer.from(samplePicture('seven-yours.png')!).toString('base64');
    expect(read('noether-hilbert', 'index.html')).toContain(`src="data:image/png;base64,${png}"`);
    expect(read('noether-hilbert', 'index.html')).toContain('This picture could not be shown.');
  });

  it('does not let a student read what is hidden, for staff, or of the grader’s own errors', async () => {
    const grades = sampleGrades();
    const criteria = grades.submissions[0]!.criteria;
    const secret = (kind: string) => ({
      summary: `secret summary ${kind}`,
      mistake: { id: `secret-${kind}`, message: `secret message ${kind}`, hint: 'secret hint' },
      evidence: [{ kind: 'text' as const, title: 'secret title', text: `secret text ${kind}` }],
    });
    Object.assign(criteria[1]!, secret('hidden'), { visibility: 'hidden', title: 'The hidden criterion' });
    Object.assign(criteria[2]!, secret('staff'), { visibility: 'staff', title: 'secret staff title' });
    Object.assign(criteria[3]!, secret('error'), { visibility: 'visible', status: 'internal-error' });
    Object.assign(grades.submissions[0]!, { message: 'secret note' });
    await writeReports(out, grades, pictures);
    for (const file of ['index.html', 'grade.json']) {
      const text = read('ada-lovelace', file);
      expect(text).not.toContain('secret');
      expect(text).toContain('The hidden criterion');
    }
    expect(submissionGradeSchema.parse(JSON.parse(read('ada-lovelace', 'grade.json'))).criteria).toHaveLength(8);
    expect(read('grades.json')).toContain('secret summary hidden');
    expect(read('index.html')).toContain('secret note');
  });

  it('leaves other students’ pages alone where only some are asked for', async () => {
    await writeReports(out, sampleGrades(), pictures);
    writeFileSync(path.join(out, 'kurt', 'index.html'), 'old');
    writeFileSync(path.join(out, 'grace', 'index.html'), 'old');
    await writeReports(out, sampleGrades(), pictures, new Set(['grace']));
    expect(read('kurt', 'index.html')).toBe('old');
    expect(read('grace', 'index.html')).toContain('Grace Hopper');
  });

  it('says what cannot be written and leaves the old file whole', async () => {
    await writeReports(out, sampleGrades(), pictures);
    const before = read('grades.json');
    rmSync(path.join(out, 'kurt'), { recursive: true });
    writeFileSync(path.join(out, 'kurt'), 'a file in the way');
    await expect(writeReports(out, sampleGrades(), pictures)).rejects.toThrow(/Cannot make the folder .*kurt/);
    expect(read('grades.json')).toBe(before);
    expect(read('sofja', 'index.html')).toContain('Софья');
    await expect(writeReports(path.join(out, 'kurt'), sampleGrades(), pictures)).rejects.toThrow(
      /Choose another output folder/,
    );
  });

  it('refuses two submissions of one id', async () => {
    const grades = sampleGrades();
    grades.submissions.push(grades.submissions[0]!);
    await expect(writeReports(out, grades, pictures)).rejects.toThrow('Two submissions are called “ada-lovelace”');
  });
});
