// Sets up what is missing and grades the demo class.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setUp } from './setup.mjs';

setUp();

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const classes = join(root, 'submissions/demo');
const reports = [];
let failed = false;
for (const assignment of readdirSync(classes).sort()) {
  const out = join(root, 'reports/out/demo', assignment);
  const args = ['grade', join(classes, assignment), '--assignment', assignment, '--out', out, '--seed', '7'];
  console.log(
    `\n$ npx gradus grade submissions/demo/${assignment} --assignment ${assignment} --out reports/out/demo/${assignment} --seed 7\n`,
  );
  const { status } = spawnSync(process.execPath, [join(root, 'bin/gradus.mjs'), ...args, ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  failed ||= status !== 0;
  if (existsSync(join(out, 'index.html'))) reports.push(join(out, 'index.html'));
}
console.log('\nThe reports lie here; open them in a browser:');
for (const report of reports) console.log(`  ${report}`);
process.exitCode = failed ? 1 : 0;
