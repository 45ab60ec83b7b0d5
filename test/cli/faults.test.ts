import { spawnSync } from 'node:child_process';
import { chmod, cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { CACHE } from '../../harness/root.ts';
import { example, gradeArgs, gradus, LIGHT, lightClass, readGrades, timeless, Workshop } from './gradus.ts';

// Real processes: on a busy machine they take long, and that is no failure.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

/** What the grader itself fails at: no points are lost, and the next run mends it. */

const workshop = new Workshop();
let source = '';
let undisturbed = '';
afterAll(() => workshop.clear());

beforeAll(async () => {
  source = await lightClass(workshop, 6);
  const out = await workshop.folder();
  const result = await gradus(gradeArgs(source, out));
  expect(result.code, result.stderr).toBe(0);
  undisturbed = await timeless(out);
});

/** Whether this test may mount things for itself alone. */
const canMount = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'x', '/mnt'], { stdio: 'ignore' }).status === 0;
const WHY = 'needs the right to mount';

/** A checkout of its own that may be broken at will; what is made once is shared. */
async function checkout(): Promise<string> {
  const root = await workshop.checkout(
    ...['bin', 'harness', 'reference', 'rubrics', 'reports/templates', 'package.json', 'test/cli/light.yaml'],
  );
  await mkdir(path.join(root, '.cache'));
  for (const kept of ['worker', 'observations']) {
    await mkdir(path.join(CACHE, kept), { recursive: true });
    await symlink(path.join(CACHE, kept), path.join(root, '.cache', kept));
  }
  return root;
}

async function edit(file: string, change: (text: string) => string): Promise<() => Promise<void>> {
  const before = await readFile(file, 'utf8');
  const after = change(before);
  expect(after).not.toBe(before);
  await writeFile(file, after);
  return () => writeFile(file, before);
}

describe('in a broken checkout', () => {
  let root = '';
  let two = '';
  let undisturbedTwo = '';
  beforeAll(async () => {
    root = await checkout();
    // Right programs: without a wrong answer no known mistake is run in this checkout, which would take most of the time.
    two = await lightClass(workshop, 2);
    const out = await workshop.folder();
    expect((await gradus(gradeArgs(two, out))).code).toBe(0);
    undisturbedTwo = await timeless(out);
  });

  test('a reference that fails opens the points of its exercise, and the next run gives them', async () => {
    const out = await workshop.folder();
    const solution = path.join(root, 'reference/tub-sheet10/mdn-gradients/solution.ts');
    const mend = await edit(solution, (text) =>
      text.replace('return tf.tidy(', "throw new Error('oh no'); return tf.tidy("),
    );
    const broken = await gradus(gradeArgs(two, out), { root });
    expect(broken.code, broken.stderr).toBe(1);
    expect(broken.stderr).toContain('The reference of mdn-gradients could not be run');
    expect(broken.stderr).toContain('oh no');
    for (const submission of (await readGrades(out)).submissions) {
      expect(submission).toMatchObject({ status: 'internal-error', points: 0, pending: 10 });
    }
    // Students read nothing of the inside.
    const page = await readFile(path.join(out, 's01/index.html'), 'utf8');
    expect(page).not.toContain('oh no');
    const again = await gradus(['regrade', out], { root });
    expect(again.code).toBe(1);
    await mend();
    const mended = await gradus(gradeArgs(two, out), { root });
    expect(mended.code, mended.stderr).toBe(0);
    expect(await timeless(out)).toBe(undisturbedTwo);
  });

  test('a check that throws opens the points of its criteria, and judging again gives them', async () => {
    const out = await workshop.folder();
    expect((await gradus(gradeArgs(two, out), { root })).code).toBe(0);
    const values = path.join(root, 'harness/checks/values.ts');
    const mend = await edit(values, (text) =>
      text.replace(/judge\([^)]*\) \{\n/, "$&      if (Date.now() > 0) throw new Error('oh no');\n"),
    );
    const broken = await gradus(['regrade', out], { root });
    expect(broken.code, broken.stderr).toBe(1);
    for (const { status, points, pending, criteria } of (await readGrades(out)).submissions) {
      expect({ status, points: points + pending >= 9.5 }).toEqual({ status: 'internal-error', points: true });
      expect(criteria.find(({ id }) => id === 'error')).toMatchObject({ status: 'internal-error', points: 0 });
      expect(criteria.find(({ id }) => id === 'purity')).toMatchObject({ status: 'accepted' });
    }
    await mend();
    const mended = await gradus(['regrade', out], { root });
    expect(mended.code, mended.stderr).toBe(0);
    expect(await timeless(out)).toBe(undisturbedTwo);
  });
});

describe.skipIf(!canMount)(`with mounts of its own (${WHY})`, () => {
  /** Runs in a mount namespace of its own, after these shell commands. */
  const mounted = (...commands: string[]): string[] => [
    'unshare',
    '-m',
    'sh',
    '-c',
    `${commands.join(' && ')} && exec "$@"`,
    'sh',
  ];

  test('a sandbox that stops starting: open points, and the next run gives them', async () => {
    const place = await workshop.folder();
    await chmod(place, 0o777);
    // It works for the probes and the first workers, and then not any more.
    await writeFile(path.join(place, 'count'), '');
    await chmod(path.join(place, 'count'), 0o666);
    await cp('/usr/bin/bwrap', path.join(place, 'real'));
    const script = `#!/bin/sh
echo x >> ${place}/count
[ "$(wc -l < ${place}/count)" -gt 9 ] && { echo 'bwrap: no' >&2; exit 1; }
exec ${place}/real "$@"
`;
    await writeFile(path.join(place, 'failing'), script, { mode: 0o755 });
    const out = await workshop.folder();
    const prefix = mounted(`mount --bind ${place}/failing /usr/bin/bwrap`);
    const broken = await gradus(gradeArgs(source, out), { prefix });
    expect(broken.code, broken.stderr).toBe(1);
    const { submissions } = await readGrades(out);
    expect(submissions).toHaveLength(6);
    const failed = submissions.filter(({ status }) => status === 'internal-error');
    expect(failed.length).toBeGreaterThan(0);
    for (const { points, pending, criteria } of failed) {
      for (const { status } of criteria)
        expect(['internal-error', 'manual', 'accepted', 'wrong-answer']).toContain(status);
      expect(points + pending).toBeGreaterThan(2);
    }
    const mended = await gradus(gradeArgs(source, out));
    expect(mended.code, mended.stderr).toBe(0);
    expect(await timeless(out)).toBe(undisturbed);
  });

  test('without bubblewrap a class is refused, one submission is not, and --unsafe is taken at its word', async () => {
    const prefix = mounted('mount --bind /dev/null /usr/bin/bwrap');
    const refused = await gradus(gradeArgs(source, await workshop.folder()), { prefix });
    expect(refused, refused.stderr).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/The sandbox here is only '(?:partial|none)'/);
    expect(refused.stderr).toContain('--unsafe');
    const out = await workshop.folder();
    const alone = await gradus(gradeArgs(path.join(source, 's01'), out), { prefix });
    expect(alone.code, alone.stderr).toBe(0);
    const grades = await readGrades(out);
    expect(grades.submissions[0]).toMatchObject({ status: 'graded', points: 8 });
    expect(grades.environment.sandbox.level).toMatch(/^(?:partial|none)$/);
    // Grades rest on the weakest sandbox that was used, also when they are written by a run in a better one.
    expect((await gradus(gradeArgs(path.join(source, 's01'), out))).code).toBe(0);
    expect((await readGrades(out)).environment.sandbox).toEqual(grades.environment.sandbox);
  });

  test('a full disk: said in clear words, nothing torn, and with room again the same command goes on', async () => {
    const out = await workshop.folder();
    const keep = await workshop.folder();
    // Room for the run record and some observations; then the disk is copied, to be looked at and gone on with.
    const prefix = [
      ...['unshare', '-m', 'sh', '-c'],
      `mount -t tmpfs -o size=160k x ${out} && "$@"; code=$?; cp -a ${out}/. ${keep}; exit $code`,
      'sh',
    ];
    const full = await gradus(gradeArgs(source, out), { prefix });
    expect(full.code, full.stderr).toBe(1);
    expect(full.stderr).toContain('the disk is full. Make room and run the same command again.');
    expect(full.stderr).not.toMatch(/^ +at /m);
    expect((await readdir(keep, { recursive: true })).filter((name) => /\.tmp$|gradus-lock/.test(name))).toEqual([]);
    const again = await gradus(gradeArgs(source, keep));
    expect(again.code, again.stderr).toBe(0);
    expect(await timeless(keep)).toBe(undisturbed);
  });

  test('an output folder that becomes read-only on the way', async () => {
    const out = await workshop.folder();
    expect((await gradus(gradeArgs(path.join(source, 's01'), out))).code).toBe(0);
    const before = await timeless(out);
    const prefix = mounted(`mount --bind ${out} ${out}`, `mount -o remount,ro,bind ${out}`);
    const { code, stderr } = await gradus(gradeArgs(source, out), { prefix });
    expect(code, stderr).toBe(2);
    expect(stderr).toContain('The output folder cannot be written (the file system is read-only)');
    expect(await timeless(out)).toBe(before);
  });
});

const MIRROR = `import { pictureCheck } from '../../../harness/checks/picture.ts';
import { defineExercise } from '../../../harness/model/exercise.ts';
import { NdArray } from '../../../harness/model/value.ts';
import { derive } from '../../../harness/numerics/random.ts';

export default defineExercise({
  id: 'mirror', assignment: 'pictures', title: 'A mirror',
  functions: { mirror: { module: 'mirror', signature: 'mirror(x: Tensor /* [h, w] */): Tensor /* [h, w] */' } },
  checks(seed) {
    const x = new NdArray([16, 16], Float64Array.from(derive(seed, 'mirror').normals([256]).data, Math.abs));
    const call = { module: 'mirror', fn: 'mirror', args: [x] };
    const render = (value: unknown) => (value instanceof NdArray ? [value] : 'no tensor');
    return [pictureCheck({
      id: 'pictures', title: 'A mirrored picture', function: 'mirror', cases: [{ id: 'one', title: 'a picture', call, render }],
      threshold: 0.05, share: 0.005, ssim: 0.999, reason: 'exact', scale: 2,
    })];
  },
});
`;
const MIRROR_SOLUTION = `import * as tf from '@tensorflow/tfjs';
export function mirror(x) { return tf.reverse(x, 1); }
`;

test('pictures of criteria that students do not see stay out of their folders', async () => {
  // An exercise of its own, since those with pictures are among the dearest.
  const root = await workshop.checkout(...['bin', 'harness', 'reports/templates', 'package.json']);
  const folder = path.join(root, 'reference/pictures/mirror');
  await mkdir(folder, { recursive: true });
  await mkdir(path.join(root, 'rubrics'));
  await writeFile(path.join(folder, 'exercise.ts'), MIRROR);
  await writeFile(path.join(folder, 'solution.ts'), MIRROR_SOLUTION);
  const criterion = (visibility: string): string => `assignment: pictures
title: Pictures
version: "1"
points: 1
criteria:
  - {id: pictures, exercise: mirror, check: pictures, title: A mirrored picture, points: 1, visibility: ${visibility}}
`;
  await writeFile(path.join(root, 'rubrics/pictures.yaml'), criterion('visible'));
  const place = await workshop.files({
    'ada/mirror.ts': MIRROR_SOLUTION,
    'hidden.yaml': criterion('hidden'),
    'visible.yaml': criterion('visible'),
  });
  const out = path.join(place, 'out');
  const pictures = async (folder: string) =>
    (await readdir(path.join(out, folder)).catch(() => [])).filter((name) => name.endsWith('.png'));
  const grade = await gradus(
    [
      ...['grade', path.join(place, 'ada'), '--as', 'submission', '--out', out, '--seed', '7'],
      ...['--rubric', path.join(place, 'hidden.yaml')],
    ],
    { root },
  );
  expect(grade.code, grade.stderr).toBe(0);
  expect(await pictures('ada')).toEqual([]);
  expect((await pictures('staff-pictures/ada')).length).toBeGreaterThan(0);
  for (const [rubric, inAda] of [
    ['visible', true],
    ['hidden', false],
  ] as const) {
    const result = await gradus(['regrade', out, '--rubric', path.join(place, `${rubric}.yaml`)], { root });
    expect(result.code, result.stderr).toBe(0);
    expect((await pictures('ada')).length > 0, rubric).toBe(inAda);
    expect((await pictures('staff-pictures/ada')).length > 0, rubric).toBe(!inAda);
    expect((await readFile(path.join(out, 'ada/index.html'), 'utf8')).includes('data:image/png'), rubric).toBe(inAda);
  }
});

test('limits of the rubric reach the sandbox', async () => {
  const right = await example('right/plain-loops-nested-arrays');
  const inError = (code: string): string => right.replace(/(export function mdnError\([^{]*\{\n)/, `$1${code}\n`);
  const place = await workshop.files({
    'class/chatty/exercise1.ts': inError("  console.log('x'.repeat(40_000));"),
    'class/hungry/exercise1.ts': inError(
      '  const all = []; for (let i = 0; i < 60; i++) all.push(new Float64Array(1e6).fill(1));',
    ),
    'class/slow/exercise1.ts': inError(
      // On one component only: each slow call costs its deadline.
      '  if (sigma.size === 1) for (const end = performance.now() + 2500; performance.now() < end; );',
    ),
    // One criterion only: each further call of the slow program would cost its deadline once more.
    'tight.yaml': `assignment: tub-sheet10
title: Tight
version: "1"
points: 1
limits: {outputKb: 32, memoryMb: 400, deadlineFloorMs: 700, deadlineFactor: 1, deadlineCeilingMs: 1500}
criteria:
  - {id: sum, exercise: mdn-gradients, check: values-mdnError, title: The error, points: 1}
`,
  });
  expect(await readFile(path.join(place, 'class/slow/exercise1.ts'), 'utf8')).not.toBe(right);
  const statuses = async (rubric: string): Promise<Record<string, string>> => {
    const out = await workshop.folder();
    const args = gradeArgs(path.join(place, 'class'), out);
    const result = await gradus(args.with(args.indexOf(LIGHT), rubric));
    expect(result.code, result.stderr).toBe(0);
    const { submissions } = await readGrades(out);
    return Object.fromEntries(submissions.map(({ id, criteria }) => [id, criteria[0]!.status]));
  };
  expect(await statuses(path.join(place, 'tight.yaml'))).toEqual({
    chatty: 'output-limit-exceeded',
    hungry: 'memory-limit-exceeded',
    slow: 'time-limit-exceeded',
  });
});

test('a clock that jumps by days changes no grade and no deadline', async () => {
  const out = await workshop.folder();
  const clock = path.join(import.meta.dirname, 'jumping-clock.cjs');
  const result = await gradus(gradeArgs(source, out), { env: { NODE_OPTIONS: `--require ${clock}` } });
  expect(result.code, result.stderr).toBe(0);
  const { finishedAt } = await readGrades(out);
  expect(Math.abs(Date.parse(finishedAt) - Date.now())).toBeGreaterThan(12 * 3_600_000);
  expect(await timeless(out)).toBe(undisturbed);
});
