import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { counter, killProcess, members, removeWhenEmpty, writeIfThere } from './cgroup-files.ts';
import { cgroupHome, newName } from './cgroup-home.ts';
import { type Limits, treeMemoryBytes } from './limits.ts';

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

/** @throws Error where no cgroup can be made. */
export function makeCgroup(limits: Limits): Cgroup {
  const place = cgroupHome();
  if ('reason' in place) throw new Error(`no cgroup: ${place.reason}`);
  const name = newName();
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
