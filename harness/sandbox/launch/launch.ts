import { bubblewrap } from './bubblewrap.ts';
import { makeCgroup } from './cgroup.ts';
import { confined } from './confined.ts';
import { direct } from './direct.ts';
import type { Launched, LaunchOptions } from './options.ts';
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
    case 'full': {
      const command = bubblewrap(options, true);
      try {
        return start(command, makeCgroup(options.limits));
      } catch (error) {
        command.release();
        throw error;
      }
    }
  }
}
