import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Limits, treeMemoryBytes } from './limits.ts';
import { alive, self } from './owner.ts';

/** A control group for one sandbox: the kernel's account of the whole tree, which no process in it can leave or falsify. */
export interface Cgroup {
  /** Files to which the first process, of one thread, writes 0 (itself) before it becomes anything else. */
  join: string[];
  /** Whether the kernel has killed for memory in it. */
  killedForMemory(): boolean;
  /** Seconds of processor time of the whole tree, or null where it is not counted. */
  cpuSeconds(): number | null;
  kill(): void;
  members(): number[];
  /** Waits until it is empty and removes it. */
  remove(): Promise<void>;
}

/** Where cgroups of sandboxes can be made: one folder a hierarchy in version 1, one folder in version 2. */
export type Home = { version: 1; memory: string; pids: string } | { version: 2; folder: string };

let home: Home | { reason: string } | undefined;

/** @returns the place, or why there is none; found once. */
export function cgroupHome(): Home | { reason: string } {
  home ??= findHome();
  return home;
}

/** @throws Error where no cgroup can be made. */
export function makeCgroup(limits: Limits): Cgroup {
  const place = cgroupHome();
  if ('reason' in place) throw new Error(`no cgroup: ${place.reason}`);
  const owner = self();
  // Owner first, so that leftovers can be swept; the rest cannot be guessed.
  const name = `gradus-${owner.pid}-${owner.start}-${randomBytes(12).toString('hex')}`;
  return place.version === 2 ? makeV2(join(place.folder, name), limits) : makeV1(place, name, limits);
}

function makeV1(place: { memory: string; pids: string }, name: string, limits: Limits): Cgroup {
  const memory = join(place.memory, name);
  const pids = join(place.pids, name);
  const bytes = String(treeMemoryBytes(limits));
  mkdirSync(memory);
  mkdirSync(pids);
  writeFileSync(join(memory, 'memory.limit_in_bytes'), bytes);
  writeIfThere(join(memory, 'memory.memsw.limit_in_bytes'), bytes);
  writeFileSync(join(pids, 'pids.max'), String(limits.processes + OWN_PROCESSES));
  return {
    // Not cgroup.procs: for the writing thread alone the kernel needs no lock over all processes, which costs 5 to 15 ms,
    // and a shell has one thread.
    join: [join(memory, 'tasks'), join(pids, 'tasks')],
    killedForMemory: () => counter(join(memory, 'memory.oom_control'), 'oom_kill') > 0,
    cpuSeconds: () => null,
    kill: () => {
      writeIfThere(join(pids, 'pids.max'), '0'); // nothing new while the old is being killed
      for (const pid of members(pids)) killProcess(pid);
    },
    members: () => members(pids),
    remove: () => removeWhenEmpty([memory, pids]),
  };
}

function makeV2(folder: string, limits: Limits): Cgroup {
  mkdirSync(folder);
  writeFileSync(join(folder, 'memory.max'), String(treeMemoryBytes(limits)));
  writeIfThere(join(folder, 'memory.swap.max'), '0');
  writeIfThere(join(folder, 'memory.oom.group'), '1');
  writeFileSync(join(folder, 'pids.max'), String(limits.processes + OWN_PROCESSES));
  return {
    join: [join(folder, 'cgroup.procs')],
    killedForMemory: () => counter(join(folder, 'memory.events'), 'oom_kill') > 0,
    cpuSeconds: () => counter(join(folder, 'cpu.stat'), 'usage_usec') / 1e6,
    kill: () => {
      if (writeIfThere(join(folder, 'cgroup.kill'), '1')) return;
      writeIfThere(join(folder, 'pids.max'), '0');
      for (const pid of members(folder)) killProcess(pid);
    },
    members: () => members(folder),
    remove: () => removeWhenEmpty([folder]),
  };
}

/** bwrap's monitor and its first process inside. */
const OWN_PROCESSES = 2;

/** A line `name number` of a cgroup file; 0 where there is none. */
function counter(file: string, name: string): number {
  try {
    return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(readFileSync(file, 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

function members(folder: string): number[] {
  try {
    return readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // gone already
  }
}

function writeIfThere(file: string, text: string): boolean {
  try {
    writeFileSync(file, text);
    return true;
  } catch {
    return false;
  }
}

/** A dead process stays a member until it is reaped; five seconds is far beyond what that takes. */
async function removeWhenEmpty(folders: string[]): Promise<void> {
  let left = folders;
  for (let wait = 1; left.length > 0 && wait < 2500; wait *= 2) {
    left = left.filter((folder) => !removed(folder));
    if (left.length > 0) await sleep(wait);
  }
}

function removed(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

function findHome(): Home | { reason: string } {
  if (process.platform !== 'linux') return { reason: 'only Linux has cgroups' };
  const mounts = mountTable();
  const own = ownCgroups();
  const memory = mounts.find((mount) => mount.type === 'cgroup' && mount.options.includes('memory'));
  const pids = mounts.find((mount) => mount.type === 'cgroup' && mount.options.includes('pids'));
  if (memory && pids) return homeV1(memory, pids, own);
  const unified = mounts.find((mount) => mount.type === 'cgroup2');
  if (unified) return homeV2(unified, own.get('') ?? '/');
  return { reason: 'no cgroup file system is mounted under /sys/fs/cgroup' };
}

/** Below the grader's own cgroups, so that what limits the grader limits the sandboxes. */
function homeV1(memory: Mount, pids: Mount, own: Map<string, string>): Home | { reason: string } {
  const places = [memory, pids].map((mount, i) => {
    const path = own.get(i === 0 ? 'memory' : 'pids') ?? '/';
    return [join(mount.point, path), mount.point].find(writable);
  });
  const [memoryFolder, pidsFolder] = places;
  if (!memoryFolder || !pidsFolder)
    return { reason: `${memory.point} and ${pids.point} are not writable for this user` };
  sweep(memoryFolder);
  sweep(pidsFolder);
  return { version: 1, memory: memoryFolder, pids: pidsFolder };
}

/**
 * In version 2 a cgroup with processes in it hands no controllers down, so the grader's own cannot be the parent. The
 * nearest one above it that hands down memory and pids, or can be made to, becomes the home.
 */
function homeV2(mount: Mount, own: string): Home | { reason: string } {
  const tried: string[] = [];
  for (let path = own; ; path = dirname(path)) {
    const folder = join(mount.point, path);
    tried.push(folder);
    if (handsDown(folder) && writable(folder) && mayMove(folder)) {
      sweep(folder);
      return { version: 2, folder };
    }
    if (path === '/' || path === '.') break;
  }
  return { reason: `none of ${tried.join(', ')} is writable and hands down the controllers memory and pids` };
}

function handsDown(folder: string): boolean {
  const control = join(folder, 'cgroup.subtree_control');
  const both = () => {
    const names = readFileSync(control, 'utf8').trim().split(' ');
    return names.includes('memory') && names.includes('pids');
  };
  try {
    return both() || (writeIfThere(control, '+memory +pids') && both());
  } catch {
    return false;
  }
}

/** Moving a process needs the right to write the common ancestor's list. Tried without moving anything: opening is judged. */
function mayMove(folder: string): boolean {
  try {
    writeFileSync(join(folder, 'cgroup.procs'), '', { flag: 'r+' });
    return true;
  } catch (error) {
    return !['EACCES', 'EPERM', 'EROFS', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '');
  }
}

function writable(folder: string): boolean {
  const trial = join(folder, `gradus-${self().pid}-${self().start}-${randomBytes(12).toString('hex')}`);
  try {
    mkdirSync(trial);
    rmdirSync(trial);
    return true;
  } catch {
    return false;
  }
}

/** Ends and removes sandboxes whose grader was killed. */
function sweep(folder: string): void {
  for (const name of readdirSync(folder)) {
    const [, pid, start] = /^gradus-(\d+)-(\d+)-[0-9a-f]{24}$/.exec(name) ?? [];
    if (!pid || !start || alive({ pid: Number(pid), start })) continue;
    const left = join(folder, name);
    if (!writeIfThere(join(left, 'cgroup.kill'), '1')) for (const member of members(left)) killProcess(member);
    void removeWhenEmpty([left]);
  }
}

interface Mount {
  point: string;
  type: string;
  options: string[];
}

/** proc(5): id parent major:minor root point options optional* - type source superoptions */
function mountTable(): Mount[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [before = '', after = ''] = line.split(' - ');
      const [type = '', , options = ''] = after.split(' ');
      return { point: before.split(' ')[4] ?? '', type, options: options.split(',') };
    });
}

/** controller → path; the unified hierarchy under ''. */
function ownCgroups(): Map<string, string> {
  const own = new Map<string, string>();
  for (const line of readFileSync('/proc/self/cgroup', 'utf8').split('\n').filter(Boolean)) {
    const [, controllers = '', path = '/'] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    for (const controller of controllers.split(',')) own.set(controller, path);
  }
  return own;
}
