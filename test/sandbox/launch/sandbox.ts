import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, vi } from 'vitest';
import type { SandboxLevel } from '../../../harness/model/observation.ts';
import { type Exit, type Launched, type Limits, launch } from '../../../harness/sandbox/launch/launch.ts';
import { lacking } from './lacking.ts';

export { lacking } from './lacking.ts';

// Real processes on a busy machine; none of the tests measures time.
vi.setConfig({ testTimeout: 60_000 });

export const LIMITS: Limits = {
  memoryMb: 512,
  cpuSeconds: 20,
  processes: 64,
  fileMb: 8,
  openFiles: 128,
  tmpMb: 12,
};

export const fixture = (name: string) => join(import.meta.dirname, 'fixtures', name);

export interface Run {
  answer: unknown;
  exit: Exit;
  stdout: string;
  stderr: string;
}

export interface Settings {
  limits?: Partial<Limits>;
  readOnly?: { from: string; to: string }[];
  nodeArgs?: string[];
}

export function open(
  level: SandboxLevel,
  name: string,
  { limits, readOnly = [], nodeArgs = [] }: Settings = {},
): Launched {
  return launch({ level, script: fixture(name), nodeArgs, readOnly, limits: { ...LIMITS, ...limits } });
}

/** Runs a fixture to its end: `plan` goes in, one JSON document comes back. Killed after 15 s. */
export async function run(level: SandboxLevel, name: string, plan?: unknown, settings?: Settings): Promise<Run> {
  const sandbox = open(level, name, settings);
  const [stdout, stderr, answer] = [sandbox.stdout, sandbox.stderr, sandbox.channel].map((stream) => {
    let text = '';
    stream.on('data', (chunk: Buffer) => {
      text += chunk;
    });
    return () => text;
  });
  if (plan !== undefined) sandbox.channel.write(JSON.stringify(plan));
  const timer = setTimeout(() => void sandbox.kill(), 15_000);
  const exit = await sandbox.exit;
  clearTimeout(timer);
  const said = answer!();
  return { answer: said === '' ? undefined : JSON.parse(said), exit, stdout: stdout!(), stderr: stderr!() };
}

/** Skips the test, saying why, where the level cannot be had. */
export function needs(context: TestContext, level: SandboxLevel): void {
  const reason = lacking(level);
  context.skip(reason !== null, `level ${level} cannot be had here: ${reason}`);
}

/** Descendants of a process now, itself not counted. */
export function descendants(root: number): number[] {
  const parents = new Map(
    readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), stat(Number(name))?.[1]] as const),
  );
  const found = [root];
  for (let i = 0; i < found.length; i++) {
    for (const [pid, parent] of parents) if (Number(parent) === found[i]) found.push(pid);
  }
  return found.slice(1);
}

/** Whether a process exists and is not merely waiting to be reaped. */
export function running(pid: number): boolean {
  const state = stat(pid)?.[0];
  return state !== undefined && state !== 'Z' && state !== 'X';
}

function stat(pid: number): string[] | null {
  if (!existsSync(`/proc/${pid}`)) return null;
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/** Waits until the condition holds; false when it has not within the time. */
export async function within(ms: number, condition: () => boolean): Promise<boolean> {
  const end = performance.now() + ms;
  while (!condition()) {
    if (performance.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return true;
}
