import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeEach, describe, expect, test } from 'vitest';
import { cgroupHome } from '../../../harness/sandbox/launch/cgroup-home.ts';
import { launch } from '../../../harness/sandbox/launch/launch.ts';
import { descendants, fixture, LIMITS, needs, open, running, within } from './sandbox.ts';

describe.each(['full', 'strong', 'partial', 'none'] as const)('level %s', (level) => {
  beforeEach((context) => needs(context, level));

  test('kill leaves nothing of a busy program that ignores every signal', async () => {
    const sandbox = open(level, 'busy-deaf.cjs');
    await once(sandbox.channel, 'data');
    const tree = [sandbox.pid, ...descendants(sandbox.pid)];
    expect(tree.filter(running)).toEqual(tree);
    await sandbox.kill();
    expect(tree.filter(running)).toEqual([]);
    expect(await sandbox.exit).toMatchObject({
      code: null,
      signal: 'SIGKILL',
      started: true,
      memory: false,
      cpu: false,
    });
    await sandbox.kill();
  });

  test('kill at once, and twice at once, comes to an end', async () => {
    const sandbox = open(level, 'busy.cjs');
    await Promise.all([sandbox.kill(), sandbox.kill()]);
    expect(running(sandbox.pid)).toBe(false);
    expect(descendants(process.pid).filter((pid) => running(pid))).not.toContain(sandbox.pid);
  });

  test('a killed grader leaves nothing alive', async () => {
    const grader = spawn(process.execPath, ['--import', 'tsx', fixture('grader.ts'), level, fixture('busy-deaf.cjs')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: grader.stdout });
    await once(lines, 'line');
    const tree = descendants(grader.pid!).filter((pid) => !commandOf(pid).includes('esbuild'));
    expect(tree.length).toBeGreaterThan(0);
    if (level === 'full') for (const pid of tree) expect(cgroupsOf(pid)).toContain(`gradus-${grader.pid}-`);
    grader.kill('SIGKILL');
    const dead = await within(3000, () => !tree.some(running));
    for (const pid of tree.filter(running)) process.kill(pid, 'SIGKILL');
    expect(dead).toBe(true);
    expect(leftovers(grader.pid!).length).toBe(level === 'full' ? 1 : 0);

    // The next grader removes what this one could not.
    if (level === 'full') {
      const next = spawn(process.execPath, ['--import', 'tsx', fixture('grader.ts'), level, fixture('busy-deaf.cjs')], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(createInterface({ input: next.stdout }), 'line');
      expect(leftovers(grader.pid!)).toEqual([]);
      next.kill('SIGTERM');
      await once(next, 'exit');
    }
  });
});

const cgroupsOf = (pid: number) => readFileSync(`/proc/${pid}/cgroup`, 'utf8');
const commandOf = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, 'utf8');

test('what the grader was itself handed does not reach the sandbox', async (context) => {
  needs(context, 'strong');
  const handed = openSync(fixture('echo.cjs'), 'r');
  const stdio = ['ignore', 'pipe', 'inherit', ...Array(37).fill('ignore'), handed] as const;
  const args = ['--import', 'tsx', fixture('grader.ts'), 'strong', fixture('descriptors.cjs')];
  const grader = spawn(process.execPath, args, { stdio: [...stdio] });
  closeSync(handed);
  const [line] = await once(createInterface({ input: grader.stdout! }), 'line');
  const ended = once(grader, 'exit');
  grader.kill('SIGTERM');
  await ended;
  const open = new Map(JSON.parse(line) as [number, string][]);
  expect(open.get(40)).toBe('/dev/null');
  expect([...open.values()].join()).not.toContain('echo.cjs');
});

/** cgroups that a process has made and not removed */
function leftovers(pid: number): string[] {
  const home = cgroupHome();
  if ('reason' in home) return [];
  const folder = home.version === 2 ? home.folder : home.memory;
  return readdirSync(folder).filter((name) => name.startsWith(`gradus-${pid}-`));
}

test('level none kills the children of a program, too', async () => {
  const sandbox = open('none', 'children.cjs');
  const [chunk] = await once(sandbox.channel, 'data');
  const pids = JSON.parse(String(chunk)) as number[];
  expect(pids.filter(running)).toEqual(pids);
  await sandbox.kill();
  expect(pids.filter(running)).toEqual([]);
});

describe.each(['full', 'strong'] as const)('level %s', (level) => {
  beforeEach((context) => needs(context, level));

  test('a sandbox that fails by itself is told from a program that fails', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'launch-test-'));
    try {
      const gone = join(folder, 'gone');
      writeFileSync(gone, '');
      const options = { level, script: fixture('echo.cjs'), nodeArgs: [], limits: LIMITS };
      // A file cannot be bound below another file.
      const failing = launch({ ...options, readOnly: [{ from: gone, to: '/app/worker.cjs/below' }] });
      let said = '';
      failing.stderr.on('data', (text) => {
        said += text;
      });
      const exit = await failing.exit;
      expect(exit).toMatchObject({ code: 1, started: false, memory: false, cpu: false });
      expect(exit.detail).toMatch(/before the worker ran/);
      expect(said).toMatch(/^bwrap: /);

      const crash = join(folder, 'crash.cjs');
      writeFileSync(crash, 'process.exit(1)');
      const crashing = launch({ ...options, script: crash, readOnly: [] });
      expect(await crashing.exit).toMatchObject({ code: 1, started: true });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

test('staged files go with their process, at the latest when the next one starts', async (context) => {
  needs(context, 'strong');
  const ownerOf = (name: string) => {
    const file = join(tmpdir(), name, 'owner');
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')).pid as number) : null;
  };
  const staging = () => readdirSync(tmpdir()).filter((name) => /^gradus-[A-Za-z0-9]{6}$/.test(name));
  const kill = async (signal: 'SIGKILL' | 'SIGTERM') => {
    const args = ['--import', 'tsx', fixture('grader.ts'), 'strong', fixture('busy-deaf.cjs')];
    const grader = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(createInterface({ input: grader.stdout }), 'line');
    const mine = staging().filter((name) => ownerOf(name) === grader.pid);
    expect(mine).toHaveLength(1);
    const ended = once(grader, 'exit');
    grader.kill(signal);
    await ended;
    return mine[0]!;
  };
  const killed = await kill('SIGKILL');
  expect(staging()).toContain(killed);
  const asked = await kill('SIGTERM');
  expect(staging()).not.toContain(killed);
  expect(staging()).not.toContain(asked);
});
