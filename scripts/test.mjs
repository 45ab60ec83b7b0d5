// Sets up what is missing, runs every test, and ends with a plain line that says how many passed.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setUp } from './setup.mjs';

setUp({ tests: true });

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const record = join(root, '.cache/test-results.json');
mkdirSync(dirname(record), { recursive: true });
rmSync(record, { force: true });
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${record}`, ...process.argv.slice(2)],
  { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] },
);
let passed = 0;
let failed = 0;
let skipped = 0;
try {
  const results = JSON.parse(readFileSync(record, 'utf8'));
  passed = results.numPassedTests;
  // A file that cannot be loaded has no tests of its own to fail.
  failed =
    results.numFailedTests +
    results.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  skipped = results.numPendingTests + results.numTodoTests;
} catch {
  console.error('The test runner left no results; see above.');
  failed = 1;
}
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = status === 0 && failed === 0 ? 0 : 1;
