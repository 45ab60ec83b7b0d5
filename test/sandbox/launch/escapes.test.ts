import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fixture, needs, run } from './sandbox.ts';

const REPOSITORY = resolve(import.meta.dirname, '../../..');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'launch-test-'));
  chmodSync(folder, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Refused by whatever error: every answer is a code, none is null. */
const refused = (answer: unknown) => {
  const codes = (answer as unknown[]).flat();
  expect(codes.length).toBeGreaterThan(0);
  for (const code of codes) expect(code).toMatch(/^E[A-Z_]+$/);
};

describe.each(['full', 'strong', 'partial'] as const)('level %s', (level) => {
  beforeEach((context) => needs(context, level));

  test('hides the files of the host', async () => {
    const paths = [
      '/etc/passwd',
      '/etc/shadow',
      '/root',
      '/home',
      '/var',
      REPOSITORY,
      join(REPOSITORY, 'package.json'),
    ];
    const { answer, exit } = await run(level, 'host-files.cjs', [...paths, `/proc/${process.pid}/environ`, folder]);
    expect(exit).toMatchObject({ code: 0, started: true });
    refused(answer);
  });

  test('lets nothing outside be written, removed or changed', async () => {
    const mine = join(folder, `kept-${level}`);
    writeFileSync(mine, 'kept', { mode: 0o666 });
    const places = ['/', '/usr', '/usr/lib', '/app', '/runtime', '/dev', '/etc', '/proc/sys/kernel', '/proc', folder];
    const paths = [mine, ...places.map((place) => join(place, 'gradus-test'))];
    const { answer } = await run(level, 'writes.cjs', paths);
    refused(answer);
    expect(readFileSync(mine, 'utf8')).toBe('kept');
    for (const path of paths.slice(1))
      for (const tail of ['', '-folder', '-link']) expect(existsSync(path + tail)).toBe(false);
  });

  test('lets the worker itself and what is bound beside it be read and not written', async () => {
    const beside = join(folder, `beside-${level}`);
    writeFileSync(beside, 'data', { mode: 0o666 });
    const inside = level === 'partial' ? beside : '/app/data/beside';
    const worker = level === 'partial' ? fixture('writes.cjs') : '/app/worker.cjs';
    const settings = { readOnly: [{ from: beside, to: inside }] };
    const reads = await run(level, 'host-files.cjs', [inside], settings);
    expect((reads.answer as unknown[][])[0]![0]).toBeNull();
    const writes = await run(level, 'writes.cjs', [inside, worker], settings);
    refused((writes.answer as unknown[][]).map((codes) => codes.slice(0, 5)));
    expect(readFileSync(beside, 'utf8')).toBe('data');
  });

  test('shows no environment and no process of the host', async () => {
    const { answer } = await run(level, 'environment.cjs');
    const { own, others, pids } = answer as { own: Record<string, string>; others: string; pids: string[] };
    const given = ['PATH', 'HOME', 'TZ', 'PWD', 'TMPDIR', 'OPENSSL_CONF'];
    expect(Object.keys(own).filter((name) => !given.includes(name))).toEqual([]);
    expect(own.PATH).not.toBe(process.env.PATH);
    expect(others).not.toContain('vitest');
    expect(others).not.toContain(REPOSITORY);
    expect(pids).not.toContain(String(process.pid));
    expect(pids.length).toBeLessThan(5);
  });

  test('reaches no network', async () => {
    let reached = 0;
    const server = createServer(() => reached++).listen(0, '127.0.0.1');
    await new Promise((done) => server.once('listening', done));
    const { answer } = await run(level, 'network.cjs', { port: (server.address() as AddressInfo).port });
    server.close();
    refused(answer);
    expect(reached).toBe(0);
  });

  test('signals nobody', async () => {
    let signalled = false;
    const note = () => {
      signalled = true;
    };
    process.on('SIGTERM', note);
    const { answer } = await run(level, 'signals.cjs', { pids: [process.pid, process.ppid, -process.pid] });
    process.off('SIGTERM', note);
    refused(answer);
    expect(signalled).toBe(false);
  });

  test('hands on no descriptor but its own', async (context) => {
    context.skip(level === 'partial', 'without /proc they cannot be listed');
    const { answer } = await run(level, 'descriptors.cjs');
    const open = new Map(answer as [number, string][]);
    expect(open.get(3)).toMatch(/^socket:/);
    for (const [fd, target] of open) {
      if (fd > 3) expect(target, String(fd)).toMatch(/^(anon_inode:|pipe:|\/dev\/null$|\/proc\/)/);
    }
  });

  test('refuses every call of machine code that it has no need of', async (context) => {
    const library = build('syscalls.c');
    context.skip(library === null, 'no C compiler (cc) is installed');
    const inside = level === 'partial' ? library! : '/app/attack.so';
    const { answer, stdout } = await run(
      level,
      'native.cjs',
      { library: inside },
      { readOnly: [{ from: library!, to: inside }] },
    );
    expect(answer).toBe('alive');
    const outcomes = new Map(
      stdout
        .trim()
        .split('\n')
        .map((line) => line.split(' ') as [string, string]),
    );
    expect(outcomes.size).toBeGreaterThan(38);
    const worked = [...outcomes].filter(([, errno]) => errno === '0').map(([name]) => name);
    expect(worked).toEqual(['socketpair-unix']);
    for (const name of ['clone3', 'io_uring_setup', 'unknown']) expect(outcomes.get(name), name).toBe('38');
    for (const name of ['ptrace', 'unshare', 'mount', 'bpf', 'keyctl', 'clone', 'socket-inet', 'mmap-shared']) {
      expect(outcomes.get(name), name).toBe('1');
    }
  });

  test('filters and disarms every process inside', async (context) => {
    context.skip(level === 'partial', 'without /proc this cannot be read');
    const { answer } = await run(level, 'status.cjs');
    const all = answer as string[];
    expect(all.length).toBeGreaterThan(1);
    for (const status of all) {
      expect(status).toMatch(/^Seccomp:\t2$/m);
      expect(status).toMatch(/^NoNewPrivs:\t1$/m);
      expect(status).toMatch(/^CapEff:\t0+$/m);
      expect(status).toMatch(/^CapBnd:\t0+$/m);
      expect(status).not.toMatch(/^Uid:\t0\t/m);
    }
  });

  test('kills a call by the 32-bit door', async (context) => {
    context.skip(process.arch !== 'x64', 'only x86_64 has one');
    const library = build('foreign.c');
    context.skip(library === null, 'no C compiler (cc) is installed');
    const inside = level === 'partial' ? library! : '/app/attack.so';
    const { answer, exit } = await run(
      level,
      'native.cjs',
      { library: inside },
      { readOnly: [{ from: library!, to: inside }] },
    );
    expect(answer).toBeUndefined();
    expect(exit.signal).toBe('SIGSYS');
  });
});

/** A shared library from a C fixture; null where there is no compiler. */
function build(source: string): string | null {
  const target = join(folder, `${source}.so`);
  if (existsSync(target)) return target;
  const built = spawnSync('cc', ['-shared', '-fPIC', '-O1', '-o', target, fixture(source)], { encoding: 'utf8' });
  if (built.error) return null;
  if (built.status !== 0) throw new Error(built.stderr);
  return target;
}
