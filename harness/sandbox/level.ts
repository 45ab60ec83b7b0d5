import { readFileSync } from 'node:fs';
import type { SandboxLevel } from '../model/observation.ts';
import { cgroupHome } from './launch/cgroup-home.ts';
import { type Escape, type Escapes, tryEscapes } from './launch/probe.ts';

export interface LevelReport {
  level: SandboxLevel;
  /** What level full would have beside this, in plain words; empty at full. */
  missing: string[];
  parts: Part[];
}

export interface Part {
  name: string;
  ok: boolean;
  /** What was tried and what came of it. */
  detail: string;
  /** What follows where it does not hold; empty where it does. */
  consequence: string;
  /** What to do about it; empty where it holds. */
  mend: string;
}

interface Guard {
  name: string;
  escapes: Escape[];
  consequence: string;
}

const GUARDS: Guard[] = [
  { name: 'start', escapes: ['start'], consequence: 'Programs cannot be run in this sandbox.' },
  { name: 'files are hidden', escapes: ['read'], consequence: 'A submission can read files of this machine.' },
  { name: 'files are read-only', escapes: ['write'], consequence: 'A submission can change files of this machine.' },
  { name: 'no network', escapes: ['network'], consequence: 'A submission can reach the network.' },
  {
    name: 'system calls are filtered',
    escapes: ['filter', 'namespace'],
    consequence: 'A submission can use parts of the kernel that it has no need of.',
  },
  {
    name: 'other processes are out of reach',
    escapes: ['signal', 'see', 'fork'],
    consequence: 'A submission can see, signal or start processes.',
  },
  {
    name: 'the environment is empty',
    escapes: ['environment'],
    consequence: 'A submission can read environment variables.',
  },
  {
    name: 'memory is limited',
    escapes: ['memory'],
    consequence: 'A submission can use up the memory of this machine.',
  },
  { name: 'killing leaves nothing', escapes: ['kill'], consequence: 'A submission can go on running after its time.' },
];

/** What Landlock has nothing for. */
const ISOLATED: Guard[] = [
  ...GUARDS,
  {
    name: 'temporary files are limited',
    escapes: ['tmp'],
    consequence: 'A submission can fill the disk, file by file.',
  },
  {
    name: 'threads are limited',
    escapes: ['threads'],
    consequence: 'A submission can keep this machine busy with threads.',
  },
];

const MEMORY_ACCOUNT: Guard = {
  name: 'cgroup',
  escapes: ['cgroup'],
  consequence:
    'Memory is limited by what is mapped, and a program that runs out of it is reported as crashed, not as out of memory.',
};

/**
 * The best level of which every part held against a real attempt to break it. Starts five small sandboxes for each
 * level tried, the best first; about 0.4 s where that one holds.
 */
export async function detectLevel(): Promise<LevelReport> {
  if (process.platform !== 'linux')
    return nothing(`${process.platform} has no sandbox that Gradus can use; Linux has.`);
  const place = cgroupHome();
  const noCgroup = 'reason' in place ? place.reason : null;
  const isolated = await attemptLevel(noCgroup === null ? 'full' : 'strong', ISOLATED, bubblewrapMend);
  if (isolated.every((part) => part.ok)) return withCgroup(isolated, noCgroup);

  // A cgroup that cannot be used must not cost the level below it.
  const again = noCgroup === null ? await attemptLevel('strong', ISOLATED, bubblewrapMend) : isolated;
  if (again.every((part) => part.ok)) return withCgroup(again, failures(isolated));

  const bubblewrap = summary('bubblewrap', again, bubblewrapMend());
  const confined = await attemptLevel('partial', GUARDS, landlockMend);
  if (confined.every((part) => part.ok)) {
    const missing = ['bubblewrap (private file system, processes and limited temporary files)', 'cgroup'];
    return { level: 'partial', missing, parts: [bubblewrap, ...confined] };
  }
  return nothing('neither of the sandboxes holds', [bubblewrap, summary('Landlock', confined, landlockMend())]);
}

async function attemptLevel(level: SandboxLevel, guards: Guard[], mend: () => string): Promise<Part[]> {
  const all = level === 'full' ? [...guards, MEMORY_ACCOUNT] : guards;
  try {
    const escapes = await tryEscapes(level);
    return all.map((guard) => judge(guard, escapes, mend));
  } catch (error) {
    const [first] = guards;
    return first ? [part(first, false, (error as Error).message, mend)] : [];
  }
}

function judge(guard: Guard, escapes: Escapes, mend: () => string): Part {
  const attempts = guard.escapes.map((name) => ({ name, ...escapes[name] }));
  const broken = attempts.filter((attempt) => !attempt.held);
  const shown = (broken.length > 0 ? broken : attempts).map(({ name, detail }) => `${name}: ${detail}`);
  return part(guard, broken.length === 0, shown.join('; '), mend);
}

function part({ name, consequence }: Guard, ok: boolean, detail: string, mend: () => string): Part {
  return { name, ok, detail, consequence: ok ? '' : consequence, mend: ok ? '' : mend() };
}

/** @param reason why there is no cgroup, or null where the parts were tried in one */
function withCgroup(parts: Part[], reason: string | null): LevelReport {
  if (reason === null) return { level: 'full', missing: [], parts };
  const cgroup = part(MEMORY_ACCOUNT, false, reason, cgroupMend);
  return { level: 'strong', missing: [`cgroup (${reason})`], parts: [...parts, cgroup] };
}

function failures(parts: Part[]): string {
  return parts
    .filter((one) => !one.ok)
    .map((one) => `${one.name}: ${one.detail}`)
    .join('; ');
}

function summary(name: string, parts: Part[], mend: string): Part {
  const consequence = 'Without it a submission can see more of this machine than its own files.';
  return { name, ok: false, detail: failures(parts), consequence, mend };
}

function nothing(why: string, parts: Part[] = []): LevelReport {
  const sandbox: Part = {
    name: 'sandbox',
    ok: false,
    detail: why,
    consequence: 'A submission runs with all rights of this user. Fit for checking your own work only.',
    mend: 'Grade other people’s work on Linux with bubblewrap installed.',
  };
  return { level: 'none', missing: ['every part of the sandbox'], parts: [sandbox, ...parts] };
}

function bubblewrapMend(): string {
  const setting = (path: string) => {
    try {
      return readFileSync(`/proc/sys/${path}`, 'utf8').trim();
    } catch {
      return null;
    }
  };
  if (setting('kernel/apparmor_restrict_unprivileged_userns') === '1')
    return (
      'AppArmor keeps programs from user namespaces on this system. Allow it for bubblewrap with a profile in ' +
      '/etc/apparmor.d/bwrap (profile bwrap /usr/bin/bwrap flags=(unconfined) { userns, }, then apparmor_parser -r on it), ' +
      'or for all programs with: sysctl kernel.apparmor_restrict_unprivileged_userns=0'
    );
  if (setting('kernel/unprivileged_userns_clone') === '0')
    return 'Allow user namespaces: sysctl kernel.unprivileged_userns_clone=1';
  if (setting('user/max_user_namespaces') === '0')
    return 'Allow user namespaces: sysctl user.max_user_namespaces=10000';
  return (
    'Install bubblewrap 0.7 or newer and util-linux (Debian, Ubuntu: apt-get install bubblewrap; Fedora: dnf install bubblewrap). ' +
    'In a container: start it so that user namespaces are allowed, with Docker for example --security-opt seccomp=unconfined ' +
    '--security-opt apparmor=unconfined --security-opt systempaths=unconfined.'
  );
}

function landlockMend(): string {
  return 'Landlock needs Linux 6.2 or newer, started with it (lsm=landlock,… on the kernel command line), and python3.';
}

function cgroupMend(): string {
  return (
    'Run Gradus as root, or in a cgroup of its own that it may manage: systemd-run --user --scope -p Delegate=yes npx gradus …. ' +
    'In a container, mount /sys/fs/cgroup writable.'
  );
}
