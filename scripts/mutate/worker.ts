/**
 * Runs the tests of the judge against one mutant after the other, in a process of its own. Each mutant gets freshly
 * evaluated modules; only packages are shared.
 */
import { createRequire } from 'node:module';
import * as vm from 'node:vm';
import { type CollectedTest, collector } from './suite.ts';

export interface Setup {
  /** Each test file with the harness in it, every mutant behind its switch. */
  bundles: { testFile: string; code: string }[];
}

/** What a test costs and which mutants it reaches when none is active. */
export interface TestFacts {
  name: string;
  ms: number;
  switches: number;
  reaches: number[];
}

export interface FileFacts {
  testFile: string;
  /** Mutants reached while the file is loaded. */
  loading: number[];
  tests: TestFacts[];
}

export type Request =
  | { type: 'setup'; setup: Setup }
  | { type: 'baseline' }
  | { type: 'facts'; facts: FileFacts[] }
  | { type: 'mutant'; id: number };

export type Reply =
  | { type: 'ready' }
  | { type: 'baseline'; facts: FileFacts[] }
  | { type: 'broken'; message: string }
  | { type: 'result'; id: number; status: 'killed' | 'survived' | 'unreached' | 'timeout'; by?: string };

type Script = (require: (name: string) => unknown, module: object, exports: object, m: (id: number) => boolean) => void;

/** Tests that pass more switches than this, such as those with tens of thousands of draws, take too long and are left out. */
const MOST_SWITCHES = 2e7;

/** Thrown where a mutant makes a loop endless. */
class Runaway extends Error {}

const require = createRequire(import.meta.url);
const packages = new Map<string, unknown>();
const scripts = new Map<string, Script>();
let facts: FileFacts[] = [];

let active = 0;
let switches = 0;
let allowed = Number.POSITIVE_INFINITY;
let reached: Set<number> | undefined;

function isActive(id: number): boolean {
  if (++switches > allowed) throw new Runaway('a mutant makes a loop endless');
  reached?.add(id);
  return id === active;
}

async function setUp({ bundles }: Setup): Promise<void> {
  for (const { testFile, code } of bundles) {
    for (const [, name] of code.matchAll(/require\("([^"]+)"\)/g)) await loadPackage(name!);
    const script = vm.compileFunction(code, ['require', 'module', 'exports', '__m'], { filename: testFile }) as Script;
    scripts.set(testFile, script);
  }
}

async function loadPackage(name: string): Promise<void> {
  if (packages.has(name) || name === 'vitest') return;
  if (name.startsWith('node:')) {
    packages.set(name, require(name));
    return;
  }
  const loaded = (await import(name)) as { default?: unknown };
  const { default: main, ...named } = loaded;
  if (name === 'fast-check') {
    // The same draws for every mutant, and no search for the smallest counterexample: one is enough to kill.
    const fc = main as { configureGlobal: (settings: object) => void };
    const settings = { seed: 1, endOnFailure: true };
    fc.configureGlobal(settings);
    packages.set(name, { ...fc, configureGlobal: (more: object) => fc.configureGlobal({ ...settings, ...more }) });
    return;
  }
  packages.set(name, typeof main === 'function' ? main : { ...(main as object | undefined), ...named });
}

/** Evaluates a test file anew and returns its tests. */
function load(testFile: string): CollectedTest[] {
  const { tests, api } = collector();
  const module = { exports: {} };
  scripts.get(testFile)!((name) => (name === 'vitest' ? api : packages.get(name)), module, module.exports, isActive);
  return tests;
}

async function baseline(): Promise<FileFacts[]> {
  const all: FileFacts[] = [];
  for (const testFile of scripts.keys()) {
    reached = new Set();
    const tests = load(testFile);
    const loading = [...reached];
    const file: FileFacts = { testFile, loading, tests: [] };
    for (const { name, run } of tests) {
      reached = new Set();
      switches = 0;
      const started = performance.now();
      try {
        await run();
      } catch (error) {
        throw new Error(`without any mutant, '${name}' of ${testFile} fails: ${(error as Error).message}`);
      }
      const ms = performance.now() - started;
      file.tests.push({ name, ms, switches, reaches: [...reached] });
    }
    all.push(file);
  }
  reached = undefined;
  return all;
}

async function tryMutant(id: number): Promise<Reply> {
  const killed = (by: string, error: unknown): Reply =>
    error instanceof Runaway
      ? { type: 'result', id, status: 'timeout', by }
      : { type: 'result', id, status: 'killed', by };
  active = id;
  let isReached = false;
  // Quick files first: most mutants fall to a test of milliseconds.
  for (const { testFile, loading, tests: known } of facts) {
    const always = loading.includes(id);
    const wanted = known
      .map((test, index) => ({ ...test, index }))
      .filter(({ switches, reaches }) => switches <= MOST_SWITCHES && (always || reaches.includes(id)))
      .sort((a, b) => a.ms - b.ms);
    if (wanted.length === 0) continue;
    isReached = true;
    let tests: CollectedTest[];
    try {
      [switches, allowed] = [0, 1e7];
      tests = load(testFile);
    } catch (error) {
      return killed(`loading ${testFile}`, error);
    }
    for (const { index, name, switches: usual } of wanted) {
      [switches, allowed] = [0, 5 * usual + 1e6];
      try {
        await tests[index]!.run();
      } catch (error) {
        return killed(`${testFile} › ${name}`, error);
      }
      // Thrown away by a `catch` of the code itself.
      if (switches > allowed) return killed(`${testFile} › ${name}`, new Runaway());
    }
  }
  return { type: 'result', id, status: isReached ? 'survived' : 'unreached' };
}

async function answer(request: Request): Promise<Reply> {
  switch (request.type) {
    case 'setup':
      await setUp(request.setup);
      return { type: 'ready' };
    case 'baseline':
      return { type: 'baseline', facts: await baseline() };
    case 'facts': {
      const cost = ({ tests }: FileFacts): number => tests.reduce((sum, { ms }) => sum + ms, 0);
      facts = [...request.facts].sort((a, b) => cost(a) - cost(b));
      return { type: 'ready' };
    }
    case 'mutant':
      return tryMutant(request.id);
  }
}

process.on('message', (request: Request) => {
  answer(request).then(
    (reply) => process.send!(reply),
    (error: unknown) => process.send!({ type: 'broken', message: String((error as Error).stack ?? error) }),
  );
});
