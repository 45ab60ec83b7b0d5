/**
 * Tests the tests: makes small mistakes in the code that judges and scores, one at a time, and counts those that the
 * unit tests notice. The method and the last figures are in docs/mutation.md.
 *   npm run mutate -- [--only PATH] [--limit N] [--seed N] [--jobs N] [--report FILE]
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { derive } from '../harness/numerics/random.ts';
import { bundle } from './mutate/bundle.ts';
import { exclusionOf, loadExclusions } from './mutate/exclusions.ts';
import { type Mutant, mutantsOf } from './mutate/mutants.ts';
import { type Result, Worker } from './mutate/pool.ts';
import { page, type RunRecord, summary, survivorLines } from './mutate/report.ts';
import type { Setup } from './mutate/worker.ts';

const SOURCES = [
  'harness/checks',
  'harness/numerics',
  'harness/score.ts',
  'harness/judge.ts',
  'harness/name-mistake.ts',
];
const TESTS = ['test/checks', 'test/numerics', 'test/score.test.ts', 'test/judge.test.ts', 'test/name-mistake.test.ts'];

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    limit: { type: 'string' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '2' },
    report: { type: 'string' },
  },
});
const root = fileURLToPath(new URL('..', import.meta.url));

/** The files of these paths and folders that end like this, relative to the root. */
function list(paths: string[], ending: string): string[] {
  return paths.flatMap((one) => {
    if (statSync(path.join(root, one)).isFile()) return [one];
    const inside = readdirSync(path.join(root, one), { recursive: true, encoding: 'utf8' });
    return inside
      .filter((name) => name.endsWith(ending))
      .map((name) => `${one}/${name.split(path.sep).join('/')}`)
      .sort();
  });
}

const started = performance.now();
const mutants: Mutant[] = [];
for (const file of list(SOURCES, '.ts')) {
  mutants.push(...mutantsOf(file, readFileSync(path.join(root, file), 'utf8'), mutants.length + 1));
}
const exclusions = loadExclusions(path.join(root, 'scripts/mutate/equivalent.yaml'));
const candidates = mutants.filter(({ file }) => values.only === undefined || file.startsWith(values.only));
const limit = values.limit === undefined ? candidates.length : Number(values.limit);
const isSample = limit < candidates.length;
const order = derive(Number(values.seed), 'mutants').permutation(candidates.length);
const chosen = order.slice(0, limit).map((i) => candidates[i]!);

const bundles: Setup['bundles'] = [];
for (const testFile of list(TESTS, '.test.ts')) bundles.push({ testFile, code: await bundle(root, testFile, mutants) });
const setup: Setup = { bundles };
const workers = Array.from({ length: Number(values.jobs) }, () => new Worker(setup));
process.on('exit', () => {
  for (const worker of workers) worker.stop();
});
const facts = await workers[0]!.baseline();
for (const worker of workers) await worker.useFacts(facts);
const tests = facts.reduce((sum, file) => sum + file.tests.length, 0);
console.log(`${mutants.length} mutants, ${tests} tests; trying ${chosen.length}.`);

const results = new Map<number, Result>();
let next = 0;
let told = performance.now();
await Promise.all(
  workers.map(async (worker) => {
    while (next < chosen.length) {
      const result = await worker.judge(chosen[next++]!.id);
      results.set(result.id, result);
      if (performance.now() - told > 15_000) {
        told = performance.now();
        console.log(`${results.size} of ${chosen.length}`);
      }
    }
  }),
);
for (const worker of workers) worker.stop();

// Only what survives can be excused: a change that a test notices is not equivalent, whatever the list says.
const excluded = new Map(
  chosen.flatMap((mutant) => {
    const { status } = results.get(mutant.id)!;
    const exclusion = status === 'survived' || status === 'unreached' ? exclusionOf(mutant, exclusions) : undefined;
    return exclusion === undefined ? [] : [[mutant.id, exclusion] as const];
  }),
);
const record: RunRecord = {
  mutants,
  excluded,
  results,
  sample: isSample ? { size: chosen.length, of: candidates.length, seed: Number(values.seed) } : undefined,
  tests,
  seconds: (performance.now() - started) / 1000,
};
for (const line of survivorLines(record)) console.log(line);
console.log(`${summary(record)}.`);
const report = values.report ?? (values.only === undefined ? 'docs/mutation.md' : undefined);
if (report !== undefined) writeFileSync(path.resolve(root, report), page(record));

const idle = exclusions.filter((one) => ![...excluded.values()].includes(one));
if (!isSample && values.only === undefined && idle.length > 0) {
  console.error('These entries of scripts/mutate/equivalent.yaml excuse nothing any more; mend or remove them:');
  for (const { file, context } of idle) console.error(`  ${file}: ${context}`);
  process.exitCode = 1;
}
