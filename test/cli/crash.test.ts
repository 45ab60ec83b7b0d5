import { readdir, readFile, readlink, stat, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { gradeArgs, gradus, lightClass, readGrades, startGradus, timeless, Workshop } from './gradus.ts';
import { descendants, survivors } from './tree.ts';

// Real processes: on a busy machine they take long, and that is no failure.
vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const SIZE = 12;
/** Where one interruption is enough. */
const SMALL = 6;
/** More of them: GRADUS_KILLS=100 npx vitest run test/cli/crash.test.ts -t killed */
const KILLS = Number(process.env.GRADUS_KILLS ?? 4);
const workshop = new Workshop();
let source = '';
let small = '';
let undisturbed = '';
let undisturbedSmall = '';
let undisturbedMs = 0;
afterAll(() => workshop.clear());

beforeAll(async () => {
  source = await lightClass(workshop, SIZE);
  // What the harness keeps for itself (the worker, the known mistakes) is made before anything is timed.
  const warm = await gradus(gradeArgs(source, await workshop.folder()));
  expect(warm.code, warm.stderr).toBe(0);
  const out = await workshop.folder();
  const started = performance.now();
  const result = await gradus(gradeArgs(source, out));
  undisturbedMs = performance.now() - started;
  expect(result.code, result.stderr).toBe(0);
  undisturbed = await timeless(out);

  small = await lightClass(workshop, SMALL);
  const outSmall = await workshop.folder();
  expect((await gradus(gradeArgs(small, outSmall))).code).toBe(0);
  undisturbedSmall = await timeless(outSmall);
});

/** The observation files: name → what changes when a file is written again. */
async function observed(out: string): Promise<Map<string, string>> {
  const folder = path.join(out, 'observations/mdn-gradients');
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.obs'));
  return new Map(
    await Promise.all(
      names.map(async (name): Promise<[string, string]> => {
        const { ino, mtimeMs } = await stat(path.join(folder, name));
        return [name, `${ino} ${mtimeMs}`];
      }),
    ),
  );
}

async function temporaries(out: string): Promise<string[]> {
  return (await readdir(out, { recursive: true })).filter((name) => /\.tmp$|gradus-lock/.test(name));
}

/** Nothing that was stored before was made again. */
function expectKept(before: Map<string, string>, after: Map<string, string>): void {
  for (const [name, mark] of before) expect(after.get(name), name).toBe(mark);
}

describe('Ctrl-C', () => {
  test.each(['SIGINT', 'SIGTERM'] as const)('%s ends cleanly, and the same command goes on', async (signal) => {
    const out = await workshop.folder();
    const running = startGradus(gradeArgs(small, out));
    await running.said('[2/6]');
    const children = await descendants(running.child.pid!);
    expect(children.length).toBeGreaterThan(0);
    const asked = performance.now();
    running.child.kill(signal);
    const { code, stderr, stdout } = await running.ended;
    // One or two seconds on a quiet machine; tests beside it may take the processors.
    expect(performance.now() - asked).toBeLessThan(6000);
    expect(code, stderr).toBe(130);
    expect(stderr).toContain('Stopping; what is finished stays');
    expect(stdout).toContain('Stopped before the end. Run the same command again to go on.');
    expect(await survivors(children, 1000)).toEqual([]);
    expect(await temporaries(out)).toEqual([]);

    const partly = await readGrades(out);
    expect(partly.submissions.length).toBeGreaterThanOrEqual(2);
    expect(partly.submissions.length).toBeLessThan(SMALL);
    for (const { id } of partly.submissions) await stat(path.join(out, id, 'index.html'));
    const before = await observed(out);

    const again = await gradus(gradeArgs(small, out));
    expect(again.code, again.stderr).toBe(0);
    expectKept(before, await observed(out));
    expect(again.stderr.match(/\(stored\)/g)?.length).toBeGreaterThanOrEqual(partly.submissions.length);
    expect(await timeless(out)).toBe(undisturbedSmall);
  });

  test('a second one ends at once', async () => {
    const out = await workshop.folder();
    const running = startGradus(gradeArgs(small, out));
    await running.said('[1/6]');
    const children = await descendants(running.child.pid!);
    running.child.kill('SIGINT');
    await sleep(400);
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    expect(await survivors(children, 1000)).toEqual([]);
  });

  test('takes no grade away that was there', async () => {
    const out = await workshop.folder();
    expect((await gradus(gradeArgs(small, out))).code).toBe(0);
    const running = startGradus(gradeArgs(small, out, '--fresh'));
    await running.said('[2/6]');
    running.child.kill('SIGINT');
    expect((await running.ended).code).toBe(130);
    expect((await readGrades(out)).submissions).toHaveLength(SMALL);
    // The same command, --fresh and all, does not begin again.
    const before = await observed(out);
    expect(before.size).toBeLessThan(SMALL);
    expect((await gradus(gradeArgs(small, out, '--fresh'))).code).toBe(0);
    expectKept(before, await observed(out));
    expect(await timeless(out)).toBe(undisturbedSmall);
    // And once it has come to its end, it does.
    expect((await gradus(gradeArgs(small, out, '--fresh'))).code).toBe(0);
    const anew = await observed(out);
    expect([...before].filter(([name, mark]) => anew.get(name) === mark)).toEqual([]);
  });
});

test(`killed ${KILLS} times at random moments: nothing torn, nothing twice, nothing left`, async () => {
  const out = await workshop.folder();
  const moments: number[] = [];
  let before = new Map<string, string>();
  for (let i = 0; i < KILLS; i++) {
    const running = startGradus(gradeArgs(source, out));
    // Each starts where the one before it was ended: over all the time that a run takes, and a little beyond.
    const moment = Math.random() * undisturbedMs * 0.8;
    moments.push(Math.round(moment));
    await sleep(moment);
    const children = await descendants(running.child.pid!);
    running.child.kill('SIGKILL');
    await running.ended;
    expect(await survivors(children, 1000), `after ${moments} ms`).toEqual([]);
    const now = await observed(out);
    expectKept(before, now);
    before = now;
    await expectWholeFiles(out);
  }
  const last = await gradus(gradeArgs(source, out));
  expect(last.code, `after ${moments} ms: ${last.stderr}`).toBe(0);
  expectKept(before, await observed(out));
  expect((await observed(out)).size).toBe(SIZE);
  expect(await temporaries(out)).toEqual([]);
  expect(await timeless(out), `after ${moments} ms`).toBe(undisturbed);
});

/** Whatever is there under its own name is whole. */
async function expectWholeFiles(out: string): Promise<void> {
  for (const name of await readdir(out, { recursive: true })) {
    if (path.basename(name).startsWith('.')) continue;
    if (name.endsWith('.json')) JSON.parse(await readFile(path.join(out, name), 'utf8'));
    if (name.endsWith('.html')) expect(await readFile(path.join(out, name), 'utf8'), name).toMatch(/<\/html>\s*$/);
  }
}

describe('two at the same time', () => {
  test('the second one is refused, and the first goes on', async () => {
    const out = await workshop.folder();
    const running = startGradus(gradeArgs(small, out));
    await running.said('[1/6]');
    // Held in the middle of its work, however fast the machine is; a process that stands still keeps its lock.
    running.child.kill('SIGSTOP');
    try {
      for (const args of [gradeArgs(small, out), ['regrade', out]]) {
        const second = await gradus(args);
        expect(second, second.stderr).toMatchObject({ code: 2, stdout: '' });
        expect(second.stderr).toContain(`Another gradus (process ${running.child.pid})`);
        expect(second.stderr).toContain('choose another --out');
      }
    } finally {
      running.child.kill('SIGCONT');
    }
    const first = await running.ended;
    expect(first.code, first.stderr).toBe(0);
    expect(await timeless(out)).toBe(undisturbedSmall);
  });

  test('a lock of a process whose number is used again is taken over', async () => {
    const out = await workshop.folder();
    const boot = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
    const space = `${boot} ${await readlink('/proc/self/ns/pid')}`;
    const holder = { pid: process.pid, start: '1', space, since: '2026-01-01T00:00:00.000Z' };
    await writeFile(path.join(out, '.gradus-lock'), JSON.stringify(holder));
    const result = await gradus(gradeArgs(path.join(small, 's01'), out));
    expect(result.code, result.stderr).toBe(0);
    expect(await temporaries(out)).toEqual([]);
  });
});
