import { chownSync, existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { resourceLimits } from './limits.ts';
import { type Command, type LaunchOptions, nodeArguments } from './options.ts';
import { removeTree } from './remove-tree.ts';
import { seccompProgram } from './seccomp.ts';
import { newFolder, reachable } from './staging.ts';
import { tool } from './tools.ts';
import { giveUidBack, takeUid } from './uid.ts';

const HELPER = join(import.meta.dirname, 'confine.py');
const LIBRARIES = ['/usr/lib', '/usr/lib64', '/lib', '/lib64', '/etc/ld.so.cache'];

/**
 * Level partial: Landlock guards the files, seccomp refuses network, signals and new processes; the host's process table and
 * the names and sizes of files stay visible. @throws Error where a tool or the filter is missing.
 *
 * @param instead another program with its arguments in place of Node and the worker
 */
export function confined(options: LaunchOptions, instead?: string[]): Command {
  const python = tool('python3');
  if (!python)
    throw new Error('python3 is not installed; level partial needs it to make the Landlock calls that Node cannot');
  const seccomp = seccompProgram(false);
  if (!seccomp) throw new Error(`no system call filter for the processor ${process.arch}`);

  const node = realpathSync(process.execPath);
  const script = realpathSync(options.script);
  const shared = join(dirname(node), '../lib');
  const snapshot = options.snapshot === undefined ? undefined : realpathSync(options.snapshot);
  const own = [
    node,
    script,
    ...(snapshot === undefined ? [] : [snapshot]),
    ...options.readOnly.map(({ from }) => from),
  ];
  const read = [...own, ...LIBRARIES, ...(existsSync(join(shared, 'libnode.so')) ? [shared] : [])].filter(existsSync);
  // Real paths, so a user id of its own can only be had where every user may read them.
  const root = process.getuid?.() === 0;
  const uid = root && own.filter(existsSync).every((path) => reachable(realpathSync(path))) ? takeUid() : null;
  const tmp = newFolder(0o700);
  if (uid !== null) chownSync(tmp, uid, uid);

  const plan = {
    read,
    write: [tmp],
    uid,
    limits: resourceLimits(options.limits, uid !== null),
    // OpenSSL takes a configuration that is there but must not be read for an error.
    env: { PATH: '/nonexistent', HOME: tmp, TMPDIR: tmp, TZ: 'UTC', OPENSSL_CONF: '/dev/null' },
    command: instead ?? [node, ...nodeArguments(options, snapshot), script],
  };
  const [file = python, ...args] = [
    ...(root && uid === null ? powerless() : []),
    python,
    '-I',
    '-S',
    HELPER,
    JSON.stringify(plan),
  ];
  return {
    file,
    args,
    env: {},
    seccomp,
    status: 'confine',
    cpuSeconds: options.limits.cpuSeconds,
    release() {
      removeTree(tmp);
      if (uid !== null) giveUidBack(uid);
    },
  };
}

/** Root that must stay root to reach the files keeps the name but none of the rights. */
function powerless(): string[] {
  const setpriv = tool('setpriv');
  if (!setpriv) throw new Error('setpriv is not installed (package util-linux); root needs it to give its rights up');
  return [setpriv, '--bounding-set=-all', '--inh-caps=-all', '--no-new-privs'];
}
