import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CriterionGrade, Grades, SubmissionGrade } from '../harness/model/grade.ts';
import type { Status } from '../harness/model/status.ts';
import { ROOT } from '../harness/root.ts';
import { detectLevel } from '../harness/sandbox/level.ts';

/**
 * Grades the demo class by the real command line, and says what the important outcomes must be. Runs real programs in
 * real sandboxes, the known mistakes among them, and so takes as long as `npm run demo`.
 */
const MINUTES = 60_000;

interface Graded {
  grades: Grades;
  out: string;
}

const folders: string[] = [];
afterAll(async () => {
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
});

/** Only the exercises that the class was made for: what else the assignment has by now would be missing everywhere. */
async function grade(assignment: string, only: string[]): Promise<Graded> {
  const out = await mkdtemp(path.join(tmpdir(), 'gradus-demo-'));
  folders.push(out);
  const args = ['grade', path.join(ROOT, 'submissions/demo', assignment), '--assignment', assignment];
  args.push(...only.flatMap((exercise) => ['--only', exercise]), '--out', out, '--seed', '7');
  const child = spawn(process.execPath, [path.join(ROOT, 'bin/gradus.mjs'), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, CI: '1' },
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  expect(code, said).toBe(0);
  return { grades: JSON.parse(await readFile(path.join(out, 'grades.json'), 'utf8')) as Grades, out };
}

function submission({ grades }: Graded, id: string): SubmissionGrade {
  const found = grades.submissions.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no submission ${id}`);
  return found;
}

const criterion = (graded: Graded, id: string, name: string): CriterionGrade =>
  submission(graded, id).criteria.find((one) => one.id === name)!;

/** The statuses of an exercise's automatic criteria, each once. */
function statuses(graded: Graded, id: string, exercise: string): Status[] {
  const automatic = submission(graded, id).criteria.filter(
    (one) => one.exercise === exercise && one.check !== 'manual' && one.status !== 'manual',
  );
  return [...new Set(automatic.map(({ status }) => status))].sort();
}

function mistakes(graded: Graded, id: string): string[] {
  const named = submission(graded, id).criteria.flatMap(({ mistake }) => (mistake === undefined ? [] : [mistake.id]));
  return [...new Set(named)].sort();
}

/** The page as a reader sees it, entities resolved. */
async function page({ out }: Graded, id: string): Promise<string> {
  return readFile(path.join(out, id, 'index.html'), 'utf8');
}

async function expectPublishedSchema({ grades }: Graded): Promise<void> {
  const schema = JSON.parse(await readFile(path.join(ROOT, 'reports/grades.schema.json'), 'utf8'));
  const validate = new Ajv2020({ strict: false }).compile(schema);
  validate(grades);
  expect(validate.errors).toBeNull();
}

// A class is not graded in a sandbox that is too weak for it.
const { level } = await detectLevel();
const strong = level === 'full' || level === 'strong';

describe.runIf(strong)('the demo class of tub-sheet10', () => {
  let graded: Graded;
  beforeAll(async () => {
    graded = await grade('tub-sheet10', ['mdn-gradients', 'crbm', 'pca-inpainting']);
  }, 8 * MINUTES);

  it('is graded whole, into a record that fits the published schema', async () => {
    const entries = (await readdir(path.join(ROOT, 'submissions/demo/tub-sheet10'))).map((name) =>
      name.replace(/\.(zip|tar\.gz)$/, ''),
    );
    expect(graded.grades.submissions.map(({ id }) => id)).toEqual(entries.sort());
    for (const { id, status, maxPoints, criteria } of graded.grades.submissions) {
      expect({ id, status, maxPoints }).toEqual({ id, status: 'graded', maxPoints: 80 });
      expect(criteria.filter((one) => one.status === 'internal-error')).toEqual([]);
    }
    await expectPublishedSchema(graded);
  });

  it.each(['anna-okafor', 'ben-lindqvist', 'lior-amsalem'])('gives %s every point', (id) => {
    expect(submission(graded, id).points).toBe(70);
    expect(statuses(graded, id, 'crbm')).toEqual(['accepted']);
    expect(statuses(graded, id, 'mdn-gradients')).toEqual(['accepted']);
    expect(statuses(graded, id, 'pca-inpainting')).toEqual(['accepted']);
  });

  it.each([
    ['chiara-russo', 43, ['energy-overflows', 'logits-sign', 'not-centred']],
    ['oskar-nilsson-and-paula-ruiz', 35, ['alpha-tied', 'energy-averaged', 'mu-sigma-for-variance', 'standardised']],
    ['ines-moreau', 4.5, ['half-missing-in-exponent']],
  ])('names the mistakes of %s', (id, points, names) => {
    expect({ points: submission(graded, id).points, names: mistakes(graded, id) }).toEqual({ points, names });
  });

  it('sees where densities underflow, and only there', () => {
    expect(submission(graded, 'dmitri-volkov').points).toBe(35);
    expect(mistakes(graded, 'dmitri-volkov')).toEqual(['energy-sign', 'no-log-sum-exp']);
    for (const fn of ['error', 'posterior', 'alpha', 'mu', 'logits']) {
      expect(criterion(graded, 'dmitri-volkov', `mdn-${fn}`).status).toBe('accepted');
      expect(criterion(graded, 'dmitri-volkov', `mdn-${fn}-extreme`).status).toBe('wrong-answer');
    }
  });

  it('says where a program does not compile, and grades the other file', () => {
    expect(statuses(graded, 'elif-kaya', 'mdn-gradients')).toEqual(['compile-error']);
    expect(criterion(graded, 'elif-kaya', 'mdn-error').summary).toContain('exercise1.ts, line 10');
    expect(statuses(graded, 'elif-kaya', 'pca-inpainting')).toEqual(['accepted']);
  });

  it('suggests the file, the function and the language that are meant', () => {
    expect(criterion(graded, 'felix-huber', 'mdn-error')).toMatchObject({
      status: 'missing',
      summary: 'There is no file exercise1.ts in the submission. Is exercise_1.ts meant to be it? Then rename it.',
    });
    expect(criterion(graded, 'hiro-tanaka', 'mdn-mu')).toMatchObject({ status: 'missing' });
    expect(criterion(graded, 'hiro-tanaka', 'mdn-mu').summary).toContain('is it meant to be dErrorDMu?');
    expect(criterion(graded, 'hiro-tanaka', 'mdn-alpha').status).toBe('accepted');
    expect(criterion(graded, 'nora-petrov', 'mdn-error').summary).toContain('Python');
    expect(submission(graded, 'nora-petrov').points).toBe(0);
    expect(statuses(graded, 'jonas-weber', 'mdn-gradients')).toEqual(['missing']);
  });

  it('opens archives, with whatever a system packed beside', () => {
    const { points, remarks, students } = submission(graded, 'grace-mwangi');
    expect({ points, name: students[0]!.name }).toEqual({ points: 53, name: 'Grace Mwangi' });
    expect(remarks).toContain('Your files lay in the folder Sheet 10/abgabe; they were taken out of it.');
    expect(submission(graded, 'ines-moreau').students[0]!.name).toBe('Inès Moreau');
  });

  it('gives the points of the other functions where one hangs', () => {
    expect(submission(graded, 'mia-schulz').points).toBe(37.5);
    expect(mistakes(graded, 'mia-schulz')).toEqual(['output-softmax']);
    expect(criterion(graded, 'mia-schulz', 'mdn-mu').status).toBe('time-limit-exceeded');
    expect(criterion(graded, 'mia-schulz', 'mdn-posterior').status).toBe('accepted');
    expect(criterion(graded, 'mia-schulz', 'mdn-logits').status).toBe('accepted');
  });

  it('lets the hostile one forge, learn and reach nothing', () => {
    const { points, criteria, output } = submission(graded, 'kai-mallory');
    expect(points).toBe(0);
    expect(criteria.filter(({ status }) => status === 'accepted')).toEqual([]);
    expect(criterion(graded, 'kai-mallory', 'mdn-alpha').status).toBe('protocol-error');
    expect(criterion(graded, 'kai-mallory', 'mdn-logits').status).toMatch(/^(runtime-error|time-limit-exceeded)$/);
    const printed = output!['mdn-gradients']!;
    for (const attempt of ['passwd', 'home', 'solution', 'write']) {
      expect(printed, attempt).toMatch(new RegExp(`^${attempt}: Error: (ENOENT|EACCES|EROFS|EPERM)`, 'm'));
    }
    expect(printed).not.toContain('root:x:0');
    expect(printed).toMatch(/^network: Error: connect (EPERM|EACCES|ENETUNREACH)/m);
    expect(printed).toMatch(/^shell: Error: spawnSync .* (EPERM|EACCES|ENOENT)/m);
    // Everybody else has what they would have without it.
    expect(submission(graded, 'lior-amsalem').points).toBe(70);
  });

  it('shows strange names and output as text', async () => {
    const html = await page(graded, 'lior-amsalem');
    expect(html).not.toContain('<b onmouseover');
    expect(html).not.toContain('<script>document.title');
    expect(html).not.toMatch(/[\u0007\u001b\u200b\u202a-\u202e\u2066-\u2069]/u);
    expect(html).toContain('&lt;b onmouseover&#x3D;alert(1)&gt;');
    expect(html).toContain('⟨U+202E⟩');
  });
});

describe.runIf(strong)('the demo class of image-registration', () => {
  let graded: Graded;
  beforeAll(async () => {
    graded = await grade('image-registration', ['matrix-exp']);
  }, 5 * MINUTES);

  it('is graded whole, into a record that fits the published schema', async () => {
    expect(graded.grades.submissions).toHaveLength(7);
    await expectPublishedSchema(graded);
  });

  it.each(['amara-diallo', 'freya-olsen'])('accepts %s', (id) => {
    const failed = submission(graded, id).criteria.filter(
      ({ status }) => !['accepted', 'inconclusive', 'manual'].includes(status),
    );
    expect(failed).toEqual([]);
    expect(submission(graded, id).points).toBe(25);
  });

  it.each([
    ['bastian-koch', ['g-times-exp'], ['gradient-own', 'gradient-reference']],
    ['carla-sousa', ['fifteen-terms'], ['values', 'gradient-reference']],
    ['emil-novak', ['block-without-transpose'], ['gradient-own', 'gradient-reference']],
    ['gael-martin', ['elementwise-exp'], ['values', 'identities', 'gradient-reference']],
    ['deniz-arslan', ['no-own-rule'], ['own-rule']],
  ])('says what %s did wrong', (id, names, failed) => {
    expect(mistakes(graded, id)).toEqual(names);
    const wrong = submission(graded, id).criteria.filter(({ status }) => status === 'wrong-answer');
    expect(wrong.map(({ check }) => check)).toEqual(failed);
  });

  it('does not time a rule that is wrong', () => {
    expect(criterion(graded, 'bastian-koch', 'matrix-exp-timing').status).toBe('skipped');
  });
});
