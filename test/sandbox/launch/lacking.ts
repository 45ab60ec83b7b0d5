import { spawnSync } from 'node:child_process';
import type { SandboxLevel } from '../../../harness/model/observation.ts';
import { cgroupHome } from '../../../harness/sandbox/launch/cgroup-home.ts';

let reasons: Record<SandboxLevel, string | null> | undefined;

/** Why a level cannot be had here, asked of the system and not of the code under test; null where it can. */
export function lacking(level: SandboxLevel): string | null {
  reasons ??= find();
  return reasons[level];
}

function find(): Record<SandboxLevel, string | null> {
  const linux = process.platform === 'linux' ? null : 'not Linux';
  const bwrap = spawnSync('bwrap', ['--unshare-all', '--ro-bind', '/', '/', '--', '/bin/true'], { encoding: 'utf8' });
  const strong = linux ?? (bwrap.status === 0 ? null : `bwrap: ${bwrap.error?.message ?? bwrap.stderr.trim()}`);
  const home = cgroupHome();
  const version = spawnSync('python3', ['-c', 'import ctypes; print(ctypes.CDLL(None).syscall(444, None, 0, 1))'], {
    encoding: 'utf8',
  });
  const landlock = Number(version.stdout ?? -1) >= 3 ? null : 'Landlock of Linux 6.2 or python3 is missing';
  return {
    full: strong ?? ('reason' in home ? home.reason : null),
    strong,
    partial: linux ?? landlock,
    none: null,
  };
}
