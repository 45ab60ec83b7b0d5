import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxLevel } from '../../model/observation.ts';
import { bubblewrap } from './bubblewrap.ts';
import { confined } from './confined.ts';
import { launch } from './launch.ts';
import type { Limits } from './limits.ts';
import type { Exit, Launched, LaunchOptions } from './options.ts';
import { newFolder } from './staging.ts';
import { start } from './start.ts';
import { tool } from './tools.ts';

/** What became of one attempt to leave a sandbox. */
export interface Attempt {
  held: boolean;
  detail: string;
}

export type Escape =
  | 'start'
  | 'read'
  | 'write'
  | 'network'
  | 'filter'
  | 'signal'
  | 'see'
  | 'environment'
  | 'fork'
  | 'tmp'
  | 'namespace'
  | 'threads'
  | 'memory'
  | 'cgroup'
  | 'kill';

export type Escapes = Record<Escape, Attempt>;

const PROBE = join(import.meta.dirname, 'probe.cjs');
const LIMITS: Limits = { memoryMb: 192, cpuSeconds: 5, processes: 64, fileMb: 16, openFiles: 128, tmpMb: 4 };
/** Node itself has about a dozen threads, so a few more must fail. */
const FEW_PROCESSES = 20;
const PATIENCE_MS = 5000;

/**
 * Tries to leave a sandbox of this level in every way that it should hold against: four sandboxes at once, about 0.3 s.
 * @returns null where one cannot even be described, with the reason thrown as an Error by `launch`.
 */
export async function tryEscapes(level: Exclude<SandboxLevel, 'none'>): Promise<Escapes> {
  const folder = newFolder(0o755);
  const secret = join(folder, 'secret');
  writeFileSync(secret, 'untouched');
  const mark = `mark-of-${folder}`;
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  let reached = false;
  server.on('connection', () => {
    reached = true;
  });
  process.env.GRADUS_PROBE = mark;
  const targets = [secret, join(folder, 'new'), '/gradus-probe', '/usr/lib/gradus-probe', '/app/gradus-probe', '/dev/gradus-probe'];
  const attempts = ['read', 'list', 'write', 'connect', 'datagram', 'signal', 'see', 'environment', 'fork', 'fill'];
  const { port } = server.address() as AddressInfo;
  try {
    const [main, threads, memory, namespace] = await Promise.all([
      ask(level, LIMITS, { attempts, secret, folder, targets, port, pid: process.pid, mark, tmpMb: 2 * LIMITS.tmpMb }),
      ask(level, { ...LIMITS, processes: FEW_PROCESSES }, { attempts: ['threads'], threads: FEW_PROCESSES }),
      ask(level, LIMITS, { attempts: ['memory'], memoryMb: 4 * LIMITS.memoryMb }),
      unshare(level),
    ]);
    const said = main.answers ?? {};
    const intact = readFileSync(secret, 'utf8') === 'untouched' && !targets.slice(1).some((target) => existsSync(target));
    const writes = Array.isArray(said.write) ? said.write : [null];
    return {
      start: main.answers ? held('the probe ran') : failed(main.exit.detail, main.errors),
      read: both(attempt(said.read), attempt(said.list)),
      write: intact ? writes.map(attempt).reduce(both) : failed('a file of the host was changed'),
      network: reached ? failed('a server on this machine was reached') : attempt(said.connect),
      filter: attempt(said.datagram, ['EPERM']),
      signal: attempt(said.signal),
      see: attempt(said.see),
      environment: attempt(said.environment),
      fork: attempt(said.fork),
      tmp: attempt(said.fill, ['ENOSPC']),
      namespace,
      threads: threads.answers ? attempt(threads.answers.threads) : held(threads.exit.detail),
      memory: memory.answers ? attempt(memory.answers.memory) : held(memory.exit.detail),
      cgroup: memory.exit.memory ? held(memory.exit.detail) : failed('the kernel did not report a kill for memory'),
      kill: main.killed,
    };
  } finally {
    delete process.env.GRADUS_PROBE;
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
