import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxLevel } from '../../model/observation.ts';
import { bubblewrap } from './bubblewrap.ts';
import { confined } from './confined.ts';
import { direct } from './direct.ts';
import { launch } from './launch.ts';
import type { Limits } from './limits.ts';
import type { Command, Exit, Launched, LaunchOptions } from './options.ts';
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
const PATIENCE_MS = 15_000; // on a busy machine; a quiet one answers in 0.2 s

/**
 * Tries to leave a sandbox of this level in every way that it should hold against: five sandboxes at once, about 0.3 s.
 * @throws Error where this machine lacks a program that the level needs.
 */
export async function tryEscapes(level: SandboxLevel): Promise<Escapes> {
  const folder = newFolder(0o755);
  const secret = join(folder, 'secret');
  writeFileSync(secret, 'untouched');
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  let reached = false;
  server.on('connection', () => {
    reached = true;
  });
  const inside = ['/gradus-probe', '/usr/lib/gradus-probe', '/app/gradus-probe', '/dev/gradus-probe'];
  // Where nothing holds, nothing but the probe's own folder is put at risk.
  const targets = [secret, join(folder, 'new'), ...(level === 'none' ? [] : inside)];
  const attempts = ['read', 'list', 'write', 'connect', 'datagram', 'signal', 'see', 'environment', 'fork', 'fill'];
  const { port } = server.address() as AddressInfo;
  try {
    const [main, threads, memory, namespace, kill] = await Promise.all([
      ask(level, LIMITS, { attempts, secret, folder, targets, port, pid: process.pid, tmpMb: 2 * LIMITS.tmpMb }),
      ask(
        level,
        { ...LIMITS, processes: FEW_PROCESSES, memoryMb: 1024 },
        { attempts: ['threads'], threads: FEW_PROCESSES },
      ),
      ask(level, LIMITS, { attempts: ['memory'], memoryMb: 4 * LIMITS.memoryMb }),
      unshare(level),
      killIdle(level),
    ]);
    const said = main.answers ?? {};
    const intact =
      readFileSync(secret, 'utf8') === 'untouched' && !targets.slice(1).some((target) => existsSync(target));
    const writes = Array.isArray(said.write) ? said.write : [null];
    return {
      start: main.answers ? held('the probe ran') : failed(main.exit.detail, main.errors),
      read: both(attempt(said.read), attempt(said.list)),
      write: intact ? writes.map((one) => attempt(one)).reduce(both) : failed('a file of the host was changed'),
      network: reached ? failed('a server on this machine was reached') : attempt(said.connect),
      filter: attempt(said.datagram, ['EPERM']),
      signal: attempt(said.signal),
      see: attempt(said.see),
      environment: attempt(said.environment),
      fork: attempt(said.fork),
      tmp: attempt(said.fill, ['ENOSPC']),
      namespace,
      threads: overLimit(threads, 'threads'),
      memory: overLimit(memory, 'memory'),
      cgroup: memory.exit.memory ? held(memory.exit.detail) : failed('the kernel did not report a kill for memory'),
      kill,
    };
  } finally {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Asked {
  answers: Record<string, unknown> | null;
  /** False when it was killed because it took too long. */
  patient: boolean;
  exit: Exit;
  errors: string;
}

/** One probe with its own plan. No answer within the patience, or an end before it: `answers` is null. */
async function ask(level: SandboxLevel, limits: Limits, plan: object): Promise<Asked> {
  const probe = launch(options(level, limits));
  const errors = collect(probe);
  let patient = true;
  const timer = setTimeout(() => {
    patient = false;
    void probe.kill();
  }, PATIENCE_MS);
  let text = '';
  probe.channel.on('data', (chunk: Buffer) => {
    text += chunk;
  });
  probe.channel.write(`${JSON.stringify(plan)}\n`);
  const exit = await probe.exit;
  clearTimeout(timer);
  return { answers: text.endsWith('\n') ? JSON.parse(text) : null, patient, exit, errors: errors() };
}

function options(level: SandboxLevel, limits: Limits): LaunchOptions {
  return { level, script: PROBE, nodeArgs: [], readOnly: [], limits };
}

function collect(probe: Launched): () => string {
  let text = '';
  probe.stdout.resume();
  probe.stderr.on('data', (chunk: Buffer) => {
    if (text.length < 4096) text += chunk;
  });
  return () => text.trim();
}

/** unshare(1) in place of Node: only a program of its own makes that system call. */
async function unshare(level: SandboxLevel): Promise<Attempt> {
  const program = tool('unshare');
  if (!program) return failed('not tried: unshare is not installed (package util-linux)');
  const path = level === 'full' || level === 'strong' ? '/tmp/unshare' : program;
  const plan = { ...options(level, LIMITS), readOnly: [{ from: program, to: path }] };
  const line = [path, '--user', '--map-root-user', path, '--version'];
  const probe = start(described(plan, line), null);
  const errors = collect(probe);
  const { code, started } = await probe.exit;
  if (!started) return failed(`not tried: ${errors()}`);
  return code !== 0 && /unshare failed/.test(errors())
    ? held(errors())
    : failed(`unshare ended with ${code} ${errors()}`);
}

function described(plan: LaunchOptions, instead: string[]): Command {
  if (plan.level === 'none') return direct(plan, instead);
  return plan.level === 'partial' ? confined(plan, instead) : bubblewrap(plan, false, instead);
}

async function killIdle(level: SandboxLevel): Promise<Attempt> {
  const probe = launch(options(level, LIMITS));
  collect(probe);
  await sleep(50);
  const ended = await Promise.race([probe.kill(), sleep(PATIENCE_MS, 'late', { ref: false })]);
  return ended === 'late' ? failed('something was still alive after 15 s') : held('nothing left alive');
}

const held = (detail: string): Attempt => ({ held: true, detail });
const failed = (...detail: string[]): Attempt => ({ held: false, detail: detail.filter(Boolean).join(': ') });

/** @param answer the code of the refusal; null for an attempt that succeeded; undefined for one that never came to an end */
function attempt(answer: unknown, expected?: string[]): Attempt {
  if (typeof answer !== 'string') return failed(answer === null ? 'the attempt succeeded' : 'the probe gave no answer');
  return expected && !expected.includes(answer) ? failed(`refused by ${answer} only`) : held(`refused: ${answer}`);
}

/** Node seldom survives a refused thread or page long enough to tell: an end without an answer is a limit that held. */
function overLimit({ answers, patient, exit, errors }: Asked, name: string): Attempt {
  if (answers) return attempt(answers[name]);
  return exit.started && patient ? held(exit.detail) : failed(exit.detail, errors);
}

function both(one: Attempt, other: Attempt): Attempt {
  return one.held ? other : one;
}
