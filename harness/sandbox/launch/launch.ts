import { bubblewrap } from './bubblewrap.ts';
import { type Cgroup, makeCgroup } from './cgroup.ts';
import { confined } from './confined.ts';
import { direct } from './direct.ts';
import type { Limits } from './limits.ts';
import type { Command, Launched, LaunchOptions } from './options.ts';
import { start } from './start.ts';

export type { Limits } from './limits.ts';
export type { Exit, Launched, LaunchOptions } from './options.ts';

/**
 * Starts one Node process in a sandbox.
 *
 * @throws Error when this machine lacks what the level needs (a program, a cgroup): `detectLevel` tells beforehand. A sandbox
 * that fails while starting does not throw; its `exit` has `started: false`.
 */
export function launch(options: LaunchOptions): Launched {
  switch (options.level) {
    case 'none':
      return start(direct(options), null);
    case 'partial':
      return start(confined(options), null);
    case 'strong':
      return start(bubblewrap(options, false), null);
    case 'full':
      return inCgroup(bubblewrap(options, true), options.limits);
  }
}

function inCgroup(command: Command, limits: Limits): Launched {
  let cgroup: Cgroup | null = null;
  try {
    cgroup = makeCgroup(limits);
    return start(command, cgroup);
  } catch (error) {
    void cgroup?.remove();
    command.release();
    throw error;
  }
}
