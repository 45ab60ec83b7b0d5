import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { type CatalogueEntry, loadCatalogue } from '../harness/catalogue.ts';
import { loadExamples } from '../harness/examples.ts';
import { ExerciseRun } from '../harness/exercise-run.ts';
import type { Observation } from '../harness/model/observation.ts';
import { readObservation } from '../harness/observation-file.ts';
import { ROOT } from '../harness/root.ts';
import { detectLevel } from '../harness/sandbox/level.ts';
import { DEFAULT_LIMITS, WorkerPool } from '../harness/sandbox/pool.ts';
import { median, timed } from './measure.ts';

/** The seed of every benchmark: figures of two runs compare the same inputs. */
export const SEED = 7;
export const JOBS = 2;
const OUTPUT_BYTES = 1 << 20;

export async function exerciseEntry(id: string): Promise<CatalogueEntry> {
  const entry = (await loadCatalogue()).find(({ exercise }) => exercise.id === id);
  if (entry === undefined) throw new Error(`there is no exercise ${id}`);
  return entry;
}

/** A pool of workers at this machine's level, closed afterwards. */
export async function withPool<T>(
  spare: number,
  work: (pool: WorkerPool, missing: string[]) => Promise<T>,
): Promise<T> {
  const { level, missing } = await detectLevel();
  const pool = new WorkerPool({ level, limits: DEFAULT_LIMITS, outputBytes: OUTPUT_BYTES, spare });
  try {
    return await work(pool, missing);
  } finally {
    await pool.close();
  }
}

export function startRun(
  entry: CatalogueEntry,
  pool: WorkerPool,
  missing: string[],
  seed = SEED,
): Promise<ExerciseRun> {
  return ExerciseRun.start({
    ...{ entry, seed, jobs: JOBS, fastBackend: 'wasm' as const },
    sandbox: async () => ({ pool, missing }),
    sandboxLimits: { ...DEFAULT_LIMITS, outputBytes: OUTPUT_BYTES },
  });
}

/** The files of an example program. */
export async function exampleFiles(entry: CatalogueEntry, name: string): Promise<Map<string, Uint8Array>> {
  const example = (await loadExamples(entry)).find((one) => one.name === name);
  if (example === undefined) throw new Error(`there is no example ${name}`);
  return example.files;
}

export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'gradus-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A class of `count` submissions that differ in a comment only, made of these programs in turn. */
export async function writeClass(
  folder: string,
  count: number,
  programs: ReadonlyMap<string, Uint8Array>[],
  alike = false,
) {
  for (let i = 0; i < count; i++) {
    const place = path.join(folder, `student-${String(i).padStart(4, '0')}`);
    // A program that was seen before is not run again.
    const marked = (name: string, bytes: Uint8Array): Uint8Array =>
      alike || !name.endsWith('.ts') ? bytes : Buffer.concat([bytes, Buffer.from(`\n// ${i}\n`)]);
    const files = [...programs[i % programs.length]!].map(([name, bytes]) => [name, marked(name, bytes)] as const);
    await writeFiles(place, new Map(files));
  }
}

export async function writeFiles(folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  for (const [name, bytes] of files) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
}

/** Runs the command line as its users do; throws where it fails. */
export async function gradus(args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = { env: { ...process.env, CI: '1' }, maxBuffer: 1 << 28 };
    execFile(process.execPath, [path.join(ROOT, 'bin/gradus.mjs'), ...args], options, (error, stdout, stderr) => {
      if (error) reject(new Error(`gradus ${args[0]} failed: ${stderr.slice(-2000)}`));
      else resolve(stdout);
    });
  });
}

/** Everything that a run observed. */
export async function storedObservations(out: string): Promise<Observation[]> {
  const folder = path.join(out, 'observations');
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.obs'));
  const all = await Promise.all(names.map((name) => readObservation(path.join(folder, name))));
  const whole = all.filter((one) => one !== undefined);
  if (whole.length === 0) throw new Error(`there is no observation in ${folder}`);
  return whole;
}

/** Milliseconds that calls took in the worker, each from request to reply less the empty round trip. */
export function inWorkerMs(observation: Observation): number {
  return Object.values(observation.cases)
    .flatMap((outcomes) => Object.values(outcomes))
    .reduce((sum, outcome) => sum + outcome.ms, 0);
}

/** From nothing to a worker that waits for its first request, no other being started. */
export async function workerStartMs(): Promise<number> {
  const times: number[] = [];
  await withPool(0, async (pool) => {
    for (let i = 0; i < 9; i++) {
      const { ms: took, value } = await timed(async () => {
        const worker = await pool.take('float64');
        await worker.ready;
        return worker;
      });
      times.push(took);
      await value.kill();
    }
  });
  return median(times.slice(1));
}
