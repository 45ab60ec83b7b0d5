import { tmpdir } from 'node:os';
import { prlimitOptions, resourceLimits } from './limits.ts';
import { type Command, type LaunchOptions, nodeArguments } from './options.ts';
import { tool } from './tools.ts';

/**
 * Level none: an ordinary process with an empty environment and, where prlimit(1) is, limits. It may read and write what
 * the user may and reach the network: fit for one's own program only.
 *
 * @param instead another program with its arguments in place of Node and the worker
 */
export function direct(options: LaunchOptions, instead?: string[]): Command {
  const node = instead ?? [process.execPath, ...nodeArguments(options, options.snapshot), options.script];
  const linux = process.platform === 'linux';
  const prlimit = linux ? tool('prlimit') : null;
  const setpriv = linux ? tool('setpriv') : null;
  // The kernel counts processes by user: with the user's own among them a small limit would strike at once.
  const limits = prlimitOptions(resourceLimits(options.limits, false));
  const [file = process.execPath, ...args] = [
    ...(setpriv ? [setpriv, '--pdeathsig=KILL'] : []),
    ...(prlimit ? [prlimit, ...limits, '--'] : []),
    ...node,
  ];
  return {
    file,
    args,
    env: environment(),
    seccomp: null,
    status: null,
    cpuSeconds: options.limits.cpuSeconds,
    release: () => {},
  };
}

/** Nothing of the grader's own. Windows cannot start Node without SystemRoot. */
function environment(): Record<string, string> {
  const root = process.env.SystemRoot;
  const base = { PATH: '/usr/bin:/bin', HOME: tmpdir(), TMPDIR: tmpdir(), TZ: 'UTC' };
  return process.platform === 'win32' && root ? { ...base, SystemRoot: root } : base;
}
