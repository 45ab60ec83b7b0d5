import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { killProcess, members, removeWhenEmpty, writeIfThere } from './cgroup-files.ts';
import { alive, self } from './owner.ts';

/** Where cgroups of sandboxes can be made: one folder a hierarchy in version 1, one folder in version 2. */
export type Home = { version: 1; memory: string; pids: string } | { version: 2; folder: string };

let home: Home | { reason: string } | undefined;

/** @returns the place, or why there is none; found once. */
export function cgroupHome(): Home | { reason: string } {
  home ??= findHome();
  return home;
}

/** Owner first, so that leftovers can be swept; the rest cannot be guessed. */
export function newName(): string {
  const owner = self();
  return `gradus-${owner.pid}-${owner.start}-${randomBytes(12).toString('hex')}`;
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
  const trial = join(folder, newName());
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
