import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { prlimitOptions, resourceLimits, SHM_MB } from './limits.ts';
import { type Command, type LaunchOptions, nodeArguments } from './options.ts';
import { seccompProgram } from './seccomp.ts';
import { bindable, stage } from './staging.ts';
import { tool } from './tools.ts';
import { giveUidBack, takeUid } from './uid.ts';

/** Where the worker and its Node are inside. */
export const WORKER = '/app/worker.cjs';
const SNAPSHOT = '/app/worker.blob';
const RUNTIME = '/runtime';

const MIB = 1024 * 1024;
const REPOSITORY = resolve(import.meta.dirname, '../../..');

let known: { disableUserns: boolean } | undefined;

/** What this bubblewrap can do. @throws Error that says what to install. */
export function bubblewrapFeatures(): { disableUserns: boolean } {
  if (known) return known;
  const bwrap = tool('bwrap');
  if (!bwrap) throw new Error('bubblewrap is not installed (Debian, Ubuntu, Fedora: package bubblewrap)');
  const help = spawnSync(bwrap, ['--help'], { env: {}, encoding: 'utf8' });
  const text = `${help.stdout}${help.stderr}`;
  if (!/--size\b/.test(text)) throw new Error('this bubblewrap cannot size a tmpfs: version 0.7 or newer is needed');
  known = { disableUserns: /--disable-userns\b/.test(text) };
  return known;
}

/**
 * The command line of levels strong and full. @throws Error where a tool or the filter is missing.
 *
 * @param instead another program with its arguments in place of Node and the worker
 */
export function bubblewrap(options: LaunchOptions, withCgroup: boolean, instead?: string[]): Command {
  const features = bubblewrapFeatures();
  const bwrap = tool('bwrap') as string;
  const prlimit = tool('prlimit');
  if (!prlimit) throw new Error('prlimit is not installed (package util-linux)');
  const seccomp = seccompProgram(true);
  if (!seccomp) throw new Error(`no system call filter for the processor ${process.arch}`);

  const uid = process.getuid?.() === 0 ? takeUid() : null;
  try {
    const drop = uid === null ? [] : dropTo(uid);
    const inside = [
      join(RUNTIME, 'bin/prlimit'),
      ...prlimitOptions(resourceLimits(options.limits, true, withCgroup)), // a user namespace counts its own
      ...[
        '--',
        ...(instead ?? [join(RUNTIME, 'bin/node'), ...nodeArguments(options, options.snapshot && SNAPSHOT), WORKER]),
      ],
    ];
    const [file = bwrap, ...args] = [...drop, bwrap, ...isolation(features), ...files(options, prlimit, uid !== null)];
    return {
      file,
      args: [...args, '--seccomp', '4', '--json-status-fd', '5', '--', ...inside],
      // Not --clearenv alone: the first process inside would keep the grader's in /proc/1/environ.
      env: {},
      seccomp,
      status: 'bwrap',
      cpuSeconds: options.limits.cpuSeconds,
      release: () => uid !== null && giveUidBack(uid),
    };
  } catch (error) {
    if (uid !== null) giveUidBack(uid);
    throw error;
  }
}

/**
 * Root gives its rights up before bwrap starts: with them a sandbox could write to files of root in /proc/sys, and the kernel
 * would not count its processes. @throws Error where setpriv is missing.
 */
export function dropTo(uid: number): string[] {
  const setpriv = tool('setpriv');
  if (!setpriv) throw new Error('setpriv is not installed (package util-linux); root needs it to give its rights up');
  return [setpriv, `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups', '--pdeathsig=KILL', '--no-new-privs'];
}

function isolation({ disableUserns }: { disableUserns: boolean }): string[] {
  return [
    ...['--unshare-all', '--unshare-user', ...(disableUserns ? ['--disable-userns'] : [])],
    ...['--die-with-parent', '--new-session', '--clearenv', '--cap-drop', 'ALL', '--hostname', 'box'],
    ...['--setenv', 'PATH', join(RUNTIME, 'bin'), '--setenv', 'HOME', '/tmp', '--setenv', 'TZ', 'UTC'],
  ];
}

function files(options: LaunchOptions, prlimit: string, otherUser: boolean): string[] {
  const bind = (from: string, to: string) => ['--ro-bind', bindable(from, otherUser), to];
  return [
    ...libraries(),
    ...bind(prlimit, join(RUNTIME, 'bin/prlimit')),
    ...node(bind),
    ...['--proc', '/proc', '--dev', '/dev'],
    ...tmpfs(SHM_MB, '/dev/shm'),
    ...tmpfs(options.limits.tmpMb, '/tmp'),
    ...['--ro-bind', stage(options.script), WORKER],
    ...(options.snapshot === undefined ? [] : ['--ro-bind', stage(options.snapshot), SNAPSHOT]),
    ...options.readOnly.flatMap(({ from, to }) => bind(from, to)),
    ...['--chdir', '/app', '--remount-ro', '/dev', '--remount-ro', '/'],
  ];
}

function tmpfs(mb: number, path: string): string[] {
  return ['--size', String(mb * MIB), '--tmpfs', path];
}

let libraryOptions: string[] | undefined;

/**
 * Shared libraries only, of /usr as of an unmerged /lib: no programs, no /usr/local, no /etc but the loader's cache.
 * Should the grader itself be installed among them, an empty folder hides it with its reference solutions.
 */
function libraries(): string[] {
  libraryOptions ??= [
    ...['/usr/lib', '/usr/lib64', '/lib', '/lib64'].flatMap(asItIs),
    ...['--ro-bind-try', '/etc/ld.so.cache', '/etc/ld.so.cache'],
    ...(/^\/(usr\/)?lib(64)?\//.test(REPOSITORY) ? ['--tmpfs', REPOSITORY] : []),
  ];
  return libraryOptions;
}

function asItIs(path: string): string[] {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat) return [];
  return stat.isSymbolicLink() ? ['--symlink', readlinkSync(path), path] : ['--ro-bind', path, path];
}

/** The Node that runs the grader, alone; a build with a shared libnode finds it by its path from the program. */
function node(bind: (from: string, to: string) => string[]): string[] {
  const program = realpathSync(process.execPath);
  const beside = join(dirname(program), '../lib');
  const shared = /^\/(usr\/)?lib/.test(beside) || !existsSync(beside) ? [] : readdirSync(beside);
  return [
    ...bind(program, join(RUNTIME, 'bin/node')),
    ...shared
      .filter((name) => /^libnode\.(so|dylib)/.test(name))
      .flatMap((name) => bind(join(beside, name), join(RUNTIME, 'lib', name))),
  ];
}
