import { spawnSync } from 'node:child_process';
import type { SandboxLevel } from '../../harness/model/observation.ts';
import { lacking } from '../sandbox/launch/lacking.ts';

/** Nobody's on any machine. */
export const ANOTHER_USER = 54_321;

/**
 * What starts a program in surroundings in which a sandbox of this level, and no better one, can be had; `unprivileged`: as
 * a user without rights, who cannot have the level full.
 */
export function startAt(level: SandboxLevel, unprivileged = false): string[] {
  const user = String(ANOTHER_USER);
  const as = unprivileged ? ['setpriv', '--reuid', user, '--regid', user, '--clear-groups'] : [];
  if (level === 'strong') return [...mounted('mount -t tmpfs none /sys/fs/cgroup'), ...as];
  if (level === 'partial') return [...mounted('mount --bind /dev/null "$(command -v bwrap)"'), ...as];
  return as;
}

/** In a mount namespace of its own, after this command. */
function mounted(command: string): string[] {
  return ['unshare', '-m', 'sh', '-c', `${command} && exec "$@"`, 'sh'];
}

let canMount: boolean | undefined;

/** Why attacks cannot be made at a level on this machine; undefined where they can. */
export function whyNot(level: SandboxLevel, unprivileged = false): string | undefined {
  if (unprivileged && process.getuid?.() !== 0) return 'only root can start programs as another user';
  const reason = lacking(level);
  if (reason !== null) return reason;
  const better = level === 'strong' ? lacking('full') === null : level === 'partial' && lacking('strong') === null;
  if (!better) return undefined;
  canMount ??= spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'x', '/mnt'], { stdio: 'ignore' }).status === 0;
  return canMount ? undefined : 'a better sandbox can be had, and only who may mount can take it away';
}
