import type { Duplex, Readable } from 'node:stream';
import type { SandboxLevel } from '../../model/observation.ts';
import type { Limits } from './limits.ts';

export interface LaunchOptions {
  level: SandboxLevel;
  /** Absolute path of the bundled worker, one .cjs file. */
  script: string;
  /** Absolute path of a start-up snapshot that Node starts from instead of running the script. */
  snapshot?: string | undefined;
  /** Node's own flags, before the script. */
  nodeArgs: string[];
  /** Further read-only files and folders. `to` is the path inside; at levels partial and none the worker sees `from`. */
  readOnly: { from: string; to: string }[];
  limits: Limits;
}

export interface Launched {
  /** On the host: the outermost process. */
  pid: number;
  /** Descriptor 3 of the worker, both directions. */
  channel: Duplex;
  /** The student's. Nothing is buffered beyond a pipe: whoever writes more waits until the caller reads. */
  stdout: Readable;
  stderr: Readable;
  /** Resolves once the whole tree is gone; never rejects. */
  exit: Promise<Exit>;
  /** Kills the whole tree; resolves when nothing of it is alive. May be called any number of times. */
  kill(): Promise<void>;
}

export interface Exit {
  code: number | null;
  signal: string | null;
  /** The kernel killed for memory: the cgroup's own count, hence only at level full. */
  memory: boolean;
  /** The limit of processor time was reached: SIGXCPU, or the cgroup's own account. */
  cpu: boolean;
  /** False when the sandbox itself failed, so that no line of the worker ran. */
  started: boolean;
  /** One line for staff. */
  detail: string;
}

/** How one sandbox is started: made by the levels, run by `start`. */
export interface Command {
  file: string;
  args: string[];
  env: Record<string, string>;
  /** Bytes that the command reads from descriptor 4. */
  seccomp: Buffer | null;
  /** Whose records the command writes to descriptor 5: those of bwrap, of confine.py, or none. */
  status: 'bwrap' | 'confine' | null;
  /** The limit, to compare the account of a cgroup with. */
  cpuSeconds: number;
  /** Called when everything is gone. */
  release(): void;
}

/** Node's arguments before the script, `snapshot` as the process sees it. */
export function nodeArguments({ nodeArgs }: LaunchOptions, snapshot: string | undefined): string[] {
  return snapshot === undefined ? nodeArgs : [...nodeArgs, '--snapshot-blob', snapshot];
}
