import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { constants, devNull } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Cgroup } from './cgroup.ts';
import { inheritedDescriptors } from './inherited.ts';
import type { Command, Exit, Launched } from './options.ts';
import { stagingFolder } from './staging.ts';
import { readStatus, type StatusRecord } from './status.ts';
import { tool } from './tools.ts';
import { type Ended, ended, gone, groupGone, killGroup, killInside } from './tree.ts';

const NOTHING: StatusRecord = { inner: null, exitCode: null, confined: false };

/** Starts a command and looks after its whole tree until nothing of it is left. */
export function start(command: Command, cgroup: Cgroup | null): Launched {
  const child = spawnCommand(command, cgroup);
  const [, stdout, stderr, channel, , records] = child.stdio as unknown as [
    null,
    Readable,
    Readable,
    Socket,
    null,
    Readable,
  ];
  const status = readStatus(command.status ? records : null);
  channel.on('error', () => {}); // a reset when the worker dies; `exit` tells of its end
  const outerEnd = ended(child);
  let killing = false;

  const exit = (async (): Promise<Exit> => {
    const outer = await outerEnd;
    cgroup?.kill(); // nothing is left but where bwrap itself was killed
    const record = outer.error ? NOTHING : await status.done; // without a process no end of a stream is certain
    if (record.inner) await gone(record.inner);
    if (command.status !== 'bwrap') await groupGone(child);
    const seen = judge(outer, record, command, cgroup, channel.bytesRead > 0);
    await cgroup?.remove();
    command.release();
    return seen;
  })();

  return {
    pid: child.pid ?? -1,
    channel,
    stdout,
    stderr,
    exit,
    async kill() {
      if (!killing && child.exitCode === null && child.signalCode === null) {
        killing = true;
        if (command.status === 'bwrap') await killInside(child, status);
        else killGroup(child);
      }
      await exit;
    },
  };
}

/**
 * Descriptors: 0 empty, 1 and 2 pipes, 3 the channel (a socket pair), 4 the filter, 5 the status; all others that this process
 * was itself handed are covered by /dev/null. A session of its own, so that Ctrl-C at the terminal ends the grader in its own
 * order instead of killing the sandboxes under it.
 */
function spawnCommand(command: Command, cgroup: Cgroup | null): ChildProcess {
  const filter = command.seccomp ? openFilter(command.seccomp) : null;
  const nothing = openSync(devNull, 'r+');
  const stdio: ('ignore' | 'pipe' | number)[] = ['ignore', 'pipe', 'pipe', 'pipe'];
  stdio.push(filter ?? nothing, command.status ? 'pipe' : nothing);
  // Above the standard three 'ignore' means "leave it as it is", not "close it".
  const inherited = inheritedDescriptors().filter((fd) => fd >= stdio.length);
  for (let fd = stdio.length; fd <= Math.max(...inherited); fd++)
    stdio.push(inherited.includes(fd) ? nothing : 'ignore');
  try {
    const [file, args] = cgroup ? joining(cgroup, command) : [command.file, command.args];
    return spawn(file, args, { env: command.env, cwd: '/', stdio, detached: true, windowsHide: true });
  } finally {
    closeSync(nothing);
    if (filter !== null) closeSync(filter);
  }
}

/** A shell puts itself into the cgroup and then becomes the command, so that no process of the sandbox was ever outside. */
function joining(cgroup: Cgroup, { file, args }: Command): [string, string[]] {
  const sh = tool('sh');
  if (!sh) throw new Error('there is no /bin/sh to enter the cgroup with');
  const enter = cgroup.join.map((_, i) => `echo 0 >"$${i + 1}" || exit 125`).join('; ');
  return [sh, ['-c', `${enter}; shift ${cgroup.join.length}; exec "$@"`, 'sh', ...cgroup.join, file, ...args]];
}

const filterFiles = new Map<string, string>();

/** The reader starts at the descriptor's position, so each sandbox gets one of its own. */
function openFilter(program: Buffer): number {
  const key = program.toString('base64');
  let path = filterFiles.get(key);
  if (!path) {
    path = join(stagingFolder(), `filter${filterFiles.size}`);
    writeFileSync(path, program, { mode: 0o400 });
    filterFiles.set(key, path);
  }
  return openSync(path, 'r');
}

function judge(outer: Ended, record: StatusRecord, command: Command, cgroup: Cgroup | null, spoke: boolean): Exit {
  const memory = cgroup?.killedForMemory() ?? false;
  // bwrap ends with 1 for a failure of its own as for one of the worker: only its record tells them apart. A kill for
  // memory may strike bwrap, too, and then leaves no record; a worker that spoke has started in any case.
  const told = { bwrap: record.exitCode !== null || memory, confine: record.confined, none: outer.error === null };
  const started = spoke || told[command.status ?? 'none'];
  const { code, signal } = command.status === 'bwrap' ? shellStyle(record.exitCode ?? outer.code, outer.signal) : outer;
  const seconds = cgroup?.cpuSeconds() ?? null;
  const cpu = signal === 'SIGXCPU' || (signal === 'SIGKILL' && seconds !== null && seconds >= command.cpuSeconds);
  return { code, signal, memory, cpu, started, detail: describe({ code, signal, memory, cpu, started, outer }) };
}

/** bwrap hands a signal on as 128 + its number. */
function shellStyle(code: number | null, signal: string | null): { code: number | null; signal: string | null } {
  const name = Object.entries(constants.signals).find(([, number]) => code === 128 + number)?.[0];
  return name ? { code: null, signal: name } : { code, signal };
}

function describe({ code, signal, memory, cpu, started, outer }: Omit<Exit, 'detail'> & { outer: Ended }): string {
  if (outer.error) return `the sandbox could not be started: ${outer.error.message}`;
  if (!started) return `the sandbox failed before the worker ran (exit code ${code ?? signal}); see stderr`;
  if (memory) return 'the kernel killed it: memory limit of the cgroup';
  if (cpu) return 'the kernel ended it: limit of processor time';
  return signal ? `ended by ${signal}` : `exit code ${code}`;
}
