/**
 * Does a grade depend on the seed, or on how busy the machine is? Runs example programs, right and wrong, under many
 * seeds while other processes keep every core busy, and reports each check whose status is not what it must be.
 *   npm run flakiness -- [--runs 200] [--minutes M] [--seed FIRST] [--only EXERCISE,…] [--sample N] [--busy N]
 * Every run takes `--sample` programs of each exercise in turn, so that over the runs all of them come up.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { type CatalogueEntry, loadCatalogue } from '../harness/catalogue.ts';
import { type Example, loadExamples } from '../harness/examples.ts';
import { ExerciseRun } from '../harness/exercise-run.ts';
import { judge } from '../harness/judge.ts';
import type { Status } from '../harness/model/status.ts';
import { ROOT } from '../harness/root.ts';
import { detectLevel } from '../harness/sandbox/level.ts';
import { DEFAULT_LIMITS, WorkerPool } from '../harness/sandbox/pool.ts';
import { stopCompiler } from '../harness/transpile/transpile.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    minutes: { type: 'string' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    sample: { type: 'string', default: '6' },
    busy: { type: 'string', default: String(os.availableParallelism()) },
  },
});
const JOBS = 2;
const OUTPUT_BYTES = 1 << 20;

/** A check whose status is not what it must be. */
interface Deviation {
  seed: number;
  program: string;
  check: string;
  expected: Status;
  got: Status;
  summary: string;
}

interface Tally {
  entry: CatalogueEntry;
  examples: Example[];
  seeds: number;
  programRuns: number;
  seen: Set<string>;
  judged: number;
  inconclusive: number;
  deviations: Deviation[];
  /** Of the reference, which would stop a whole class. */
  broken: string[];
}

const started = performance.now();
const minutesSpent = (): number => (performance.now() - started) / 60_000;
const budget = values.minutes === undefined ? Number.POSITIVE_INFINITY : Number(values.minutes);
const only = values.only?.split(',');
const sample = Number(values.sample);

const tallies: Tally[] = [];
for (const entry of await loadCatalogue()) {
  if (only !== undefined && !only.includes(entry.exercise.id)) continue;
  const examples = mix(await loadExamples(entry));
  if (examples.length === 0) continue;
  const counts = { seeds: 0, programRuns: 0, judged: 0, inconclusive: 0 };
  tallies.push({ entry, examples, ...counts, seen: new Set(), deviations: [], broken: [] });
}
const busy = keepBusy(Number(values.busy));
const { level, missing } = await detectLevel();
const pool = new WorkerPool({ level, limits: DEFAULT_LIMITS, outputBytes: OUTPUT_BYTES, spare: JOBS });
let runs = 0;
try {
  for (; runs < Number(values.runs) && minutesSpent() < budget; runs++) {
    const seed = Number(values.seed) + runs;
    for (const tally of tallies) await runOnce(tally, seed, runs);
    if ((runs + 1) % 10 === 0) console.log(`${runs + 1} runs, ${minutesSpent().toFixed(1)} min, ${count()} deviations`);
  }
} finally {
  for (const child of busy) child.kill('SIGKILL');
  await pool.close();
  await stopCompiler();
}
const report = asMarkdown();
console.log(`\n${report}`);
await writeFile(path.join(ROOT, 'docs/flakiness.md'), report);
process.exitCode = count() > 0 ? 1 : 0;

async function runOnce(tally: Tally, seed: number, run: number): Promise<void> {
  const { entry, examples } = tally;
  let exercise: ExerciseRun;
  try {
    exercise = await ExerciseRun.start({
      ...{ entry, seed, jobs: JOBS, fastBackend: 'wasm' as const },
      sandbox: async () => ({ pool, missing }),
      sandboxLimits: { ...DEFAULT_LIMITS, outputBytes: OUTPUT_BYTES },
    });
  } catch (error) {
    tally.broken.push(`seed ${seed}: ${String(error)}`);
    return;
  }
  tally.seeds += 1;
  const limit = pLimit(JOBS);
  const chosen = Array.from(
    { length: Math.min(sample, examples.length) },
    (_, i) => examples[(run * sample + i) % examples.length]!,
  );
  await Promise.all(chosen.map((example) => limit(() => runProgram(tally, exercise, example, seed))));
}

async function runProgram(tally: Tally, run: ExerciseRun, example: Example, seed: number): Promise<void> {
  const submission = await run.observe(example.files);
  const program = `${example.kind}/${example.name}`;
  tally.programRuns += 1;
  tally.seen.add(program);
  const { checks, reference } = run;
  for (const check of checks) {
    // The names of mistakes are no part of a grade.
    const { status, summary } = judge({ checks, submission, reference, mistakes: [] }, check);
    const expected = example.expected.get(check.id) ?? 'accepted';
    tally.judged += 1;
    if (status === 'inconclusive') tally.inconclusive += 1;
    // Inconclusive costs nothing, so it is as good as accepted.
    if (status === expected || (expected === 'accepted' && status === 'inconclusive')) continue;
    const deviation = { seed, program, check: check.id, expected, got: status, summary };
    tally.deviations.push(deviation);
    console.log(`✗ ${run.entry.exercise.id} ${JSON.stringify(deviation)}`);
  }
}

/** Right and wrong programs in turn, so that every sample has some of each. */
function mix(examples: Example[]): Example[] {
  const rank = new Map<Example, number>();
  for (const kind of ['right', 'wrong'] as const) {
    const some = examples.filter((example) => example.kind === kind);
    for (const [i, example] of some.entries()) rank.set(example, (i + 0.5) / some.length);
  }
  return [...examples].sort((a, b) => rank.get(a)! - rank.get(b)!);
}

/** Processes that do nothing but compute, until they are killed or this process is gone. */
function keepBusy(processes: number): ChildProcess[] {
  const spin = `const parent = process.ppid; for (let n = 0; ; n++) if (n % 1e8 === 0 && process.ppid !== parent) break;`;
  return Array.from({ length: processes }, () => spawn(process.execPath, ['-e', spin], { stdio: 'ignore' }));
}

function count(): number {
  return tallies.reduce((sum, { deviations, broken }) => sum + deviations.length + broken.length, 0);
}

function asMarkdown(): string {
  const lines = [
    '# Does a grade depend on the seed?',
    '',
    `Written by \`npm run flakiness\`. Example programs, right and wrong, were run through the whole path (sandbox, observation, checks) under ${runs} seeds, ${values.seed} to ${Number(values.seed) + runs - 1}, each with its own inputs, while ${values.busy} other processes kept the ${os.availableParallelism()} cores busy. Each run took ${sample} programs of every exercise in turn. A deviation is a check whose status is not the one that the program's header states; the timing check may also say “inconclusive”, which costs nothing.`,
    '',
    `${new Date().toISOString().slice(0, 10)}, ${minutesSpent().toFixed(0)} minutes, ${os.cpus()[0]?.model.trim() ?? ''}, Node ${process.version}, sandbox level ${level}.`,
    '',
    '| exercise | seeds | programs | program runs | checks judged | inconclusive | deviations |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...tallies.map(
      ({ entry, seeds, seen, examples, programRuns, judged, inconclusive, deviations, broken }) =>
        `| ${entry.exercise.id} | ${seeds} | ${seen.size} of ${examples.length} | ${programRuns} | ${judged} | ${inconclusive} | ${deviations.length + broken.length} |`,
    ),
  ];
  const all = tallies.flatMap(({ entry, deviations }) => deviations.map((one) => ({ ...one, id: entry.exercise.id })));
  if (all.length > 0) {
    lines.push('', '## Deviations', '', '| exercise | seed | program | check | expected | got | what it said |');
    lines.push('| --- | ---: | --- | --- | --- | --- | --- |');
    for (const { id, seed, program, check, expected, got, summary } of all)
      lines.push(
        `| ${id} | ${seed} | ${program} | ${check} | ${expected} | ${got} | ${summary.replaceAll('|', '\\|')} |`,
      );
  }
  for (const { entry, broken } of tallies)
    for (const text of broken) lines.push('', `The reference of ${entry.exercise.id} failed: ${text}`);
  return `${lines.join('\n')}\n`;
}
