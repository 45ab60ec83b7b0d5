/**
 * Grades the reference of every exercise as a submission on every backend that a worker can use, and says where it has full
 * marks. Expected results come from float64, as always.
 *   npm run study:backends -- [--only EXERCISE,…] [--seed N] [--backend wasm|cpu|webgpu] [--no-training] [--write]
 * With --backend trainings run on that one only. WebGPU, which `gradus doctor` says how to install, is looked at only where it
 * is asked for: without a GPU it takes minutes for what WebAssembly does in seconds.
 * With --write the table goes into docs/backends.md, too.
 */
import { writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { type CatalogueEntry, loadCatalogue } from '../harness/catalogue.ts';
import { withChecks, withoutTraining } from '../harness/example-verdicts.ts';
import { ExerciseRun, referenceFiles } from '../harness/exercise-run.ts';
import { judge } from '../harness/judge.ts';
import { DEFAULT_OBSERVE_LIMITS, observe } from '../harness/observe.ts';
import { makeProgram } from '../harness/program.ts';
import { ROOT } from '../harness/root.ts';
import { isInstalled } from '../harness/sandbox/bundle.ts';
import { detectLevel } from '../harness/sandbox/level.ts';
import { DEFAULT_LIMITS, WorkerPool } from '../harness/sandbox/pool.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seed: { type: 'string', default: '7' },
    backend: { type: 'string' },
    'no-training': { type: 'boolean' },
    write: { type: 'boolean' },
  },
});
const seed = Number(values.seed);

/** What values and gradients are computed on, and what trainings. The first two are what grades can rest on. */
const COLUMNS = [
  { name: 'float64, training on wasm', values: 'float64', training: 'wasm', graded: true },
  { name: 'float64, training on cpu', values: 'float64', training: 'cpu', graded: true },
  { name: 'float64, training on webgpu', values: 'float64', training: 'webgpu', graded: true },
  { name: 'all on wasm', values: 'wasm', training: 'wasm', graded: false },
  { name: 'all on cpu', values: 'cpu', training: 'cpu', graded: false },
] as const;
const BACKENDS = COLUMNS.filter(({ training, graded }) =>
  values.backend === undefined ? training !== 'webgpu' : graded && training === values.backend,
);
if (BACKENDS.length === 0 || !(await isInstalled(BACKENDS[0]!.training)))
  throw new Error(`There is no backend ${values.backend} here; \`gradus doctor\` says which there are.`);

interface Cell {
  accepted: number;
  checks: number;
  seconds: number;
  /** Checks that were not accepted, with what they said. */
  others: string[];
}

const { level, missing } = await detectLevel();
const outputBytes = 4 << 20;
const limits = { ...DEFAULT_LIMITS, memoryMb: 4096 };
const pool = new WorkerPool({ level, limits, outputBytes, spare: 1 });
const rows: [string, Cell[]][] = [];
try {
  for (const entry of await loadCatalogue()) {
    const { id } = entry.exercise;
    if (values.only?.split(',').includes(id) === false) continue;
    const chosen = values['no-training'] ? withChecks(entry, withoutTraining) : entry;
    const cells: Cell[] = [];
    for (const backend of BACKENDS) cells.push(await gradeReference(chosen, backend));
    rows.push([id, cells]);
    console.log(`${id} · ${cells.map((cell, i) => `${BACKENDS[i]!.name} ${shown(cell)}`).join(' · ')}`);
    for (const line of notesOf(id, cells)) console.log(`    ${line}`);
  }
} finally {
  await pool.close();
}
if (values.write) await writeFile(path.join(ROOT, 'docs/backends.md'), asMarkdown());

async function gradeReference(entry: CatalogueEntry, backend: (typeof COLUMNS)[number]): Promise<Cell> {
  const run = await ExerciseRun.start({
    ...{ entry, seed, fastBackend: backend.training, jobs: 1 },
    sandbox: async () => ({ pool, missing }),
    sandboxLimits: { ...limits, outputBytes },
  });
  const program = await makeProgram(await referenceFiles(entry), entry);
  const started = performance.now();
  const { observation: submission } = await observe({
    ...{ exercise: entry.exercise, checks: run.checks, program, pool, seed, reference: run.reference },
    ...{ harness: run.fingerprint, missingParts: missing, limits: DEFAULT_OBSERVE_LIMITS },
    ...{ fastBackend: backend.training, valuesBackend: backend.values },
  });
  const seconds = (performance.now() - started) / 1000;
  const verdicts = run.checks.map((check) => ({
    id: check.id,
    ...judge({ checks: run.checks, submission, reference: run.reference, mistakes: [] }, check),
  }));
  const others = verdicts.filter(({ status }) => status !== 'accepted');
  return {
    accepted: verdicts.length - others.length,
    checks: verdicts.length,
    seconds,
    others: others.map(({ id, status, summary }) => `${id}: ${status}: ${summary}`),
  };
}

/** What was not accepted where grades could rest on it. */
function notesOf(id: string, cells: readonly Cell[]): string[] {
  return cells.flatMap(({ others }, i) =>
    BACKENDS[i]!.graded ? others.map((text) => `- ${id}, ${BACKENDS[i]!.name}: ${text}`) : [],
  );
}

function shown({ accepted, checks, seconds }: Cell): string {
  return `${accepted === checks ? '✓' : `${accepted} of ${checks}`} (${seconds.toFixed(1)} s)`;
}

function asMarkdown(): string {
  const notes = rows.flatMap(([id, cells]) => notesOf(id, cells));
  return `${[
    '# Backends',
    '',
    `Written by \`npm run study:backends -- --write\` on ${new Date().toISOString().slice(0, 10)}, seed ${seed}. The reference of every exercise was graded as a submission; ✓: every check accepted, else how many. In brackets the time of all its calls with the starts of its processes.${values['no-training'] ? ' The checks that train were left out.' : ''}`,
    '',
    'Grades rest on the first column, with `--backend cpu` on the second: whatever a number decides is computed by tfjs on arrays of doubles, and only trainings run in float32. The last two columns show why: there the same program computes everything in float32, and what float32 cannot hold (coefficients of 1e-300, slopes to nine digits, arguments that come back as they were) cannot be had of it. tfjs-node-gpu and WebGPU are not in the table: a worker in the sandbox has no device. WebGPU computes there on a Vulkan in software, some sixty times slower than WebAssembly (`--backend webgpu`).',
    '',
    `| exercise | ${BACKENDS.map(({ name }) => name).join(' | ')} |`,
    `| --- |${BACKENDS.map(() => ' --- |').join('')}`,
    ...rows.map(([id, cells]) => `| ${id} | ${cells.map(shown).join(' | ')} |`),
    ...(notes.length > 0 ? ['', 'Not accepted:', '', ...notes] : []),
  ].join('\n')}\n`;
}
