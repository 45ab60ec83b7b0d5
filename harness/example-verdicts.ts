import { createHash } from 'node:crypto';
import pLimit from 'p-limit';
import { type CatalogueEntry, inProfile } from './catalogue.ts';
import { type Example, loadExamples } from './examples.ts';
import { ExerciseRun } from './exercise-run.ts';
import { judge } from './judge.ts';
import type { Check, Profile } from './model/exercise.ts';
import type { Observation } from './model/observation.ts';
import type { Verdict } from './model/verdict.ts';
import type { KnownMistake } from './name-mistake.ts';
import { detectLevel } from './sandbox/level.ts';
import { DEFAULT_LIMITS, WorkerPool } from './sandbox/pool.ts';

export interface ExampleVerdict {
  name: string;
  kind: Example['kind'];
  /** Every check accepted; or inconclusive, which costs nothing, where it was to be accepted. */
  accepted: boolean;
  /** Every wrong answer that one could know by its result was given its name. */
  named: boolean;
  /** Where the verdicts are not what the header states. */
  deviations: string[];
  /** By check. */
  verdicts: ReadonlyMap<string, Verdict>;
  /** Every verdict in a line. */
  lines: string[];
  ms: number;
}

export interface ExampleOptions {
  seed: number;
  jobs: number;
  /** Only the program of this name, or the programs of this kind. */
  name?: string;
  kind?: Example['kind'];
  /**
   * Which checks are judged; all where absent. What a header states of the others is left aside, and a wrong program that
   * fails in none but those is left out.
   */
  checks?: (check: Check) => boolean;
  /** Which cases are drawn; those that grades rest on where absent. */
  profile?: Profile;
  /** So many programs of a kind at most, always the same ones; only they are known as mistakes then. All where absent. */
  sample?: Record<Example['kind'], number>;
  /** Wrong programs that fail in none of the chosen checks, too: to see how those judge them. */
  everyProgram?: boolean;
}

/** All but those that train: a training takes as long as all other checks of an exercise together. */
export const withoutTraining = ({ kind }: Check): boolean => kind !== 'training';

/** Runs the example programs of an exercise, or the one of a name, and judges them as submissions. */
export async function judgeExamples(any: CatalogueEntry, options: ExampleOptions): Promise<ExampleVerdict[]> {
  const whole = inProfile(any, options.profile ?? 'full');
  const { level, missing } = await detectLevel();
  const outputBytes = 4 << 20;
  // Thousands of pictures need room.
  const limits = { ...DEFAULT_LIMITS, ...(options.profile === 'long' ? { memoryMb: 4096 } : {}) };
  const pool = new WorkerPool({ level, limits, outputBytes, spare: options.jobs });
  try {
    const { seed, jobs, checks = () => true } = options;
    const known = new Set(whole.exercise.checks(seed).map(({ id }) => id));
    const entry = withChecks(whole, checks);
    const run = await ExerciseRun.start({
      ...{ entry, seed, fastBackend: 'wasm', jobs },
      sandbox: async () => ({ pool, missing }),
      sandboxLimits: { ...limits, outputBytes },
    });
    const chosen = sampleOf(await loadExamples(entry), options.sample);
    const examples = chosen
      .filter(({ name, kind }) => (options.name ?? name) === name && (options.kind ?? kind) === kind)
      .map((example) => ({ ...example, expected: statedOf(example, known, run.checks) }))
      .filter(({ kind, expected }) => kind === 'right' || expected.size > 0 || options.everyProgram);
    const limit = pLimit(jobs);
    const seen = await Promise.all(examples.map((example) => limit(() => observeExample(run, example))));
    // Afterwards: what was seen of the wrong programs then need not be seen again to name mistakes.
    // Right programs have no mistake to be named.
    const mistakes = options.kind === 'right' ? [] : await run.mistakesOf(chosen);
    return seen.map((one) => judgeExample(run, mistakes, one));
  } finally {
    await pool.close();
  }
}

/** Spread by a hash of the names, so that a further program changes the choice by one at most. */
function sampleOf(examples: Example[], sizes: ExampleOptions['sample']): Example[] {
  return (['right', 'wrong'] as const).flatMap((kind) =>
    examples
      .filter((example) => example.kind === kind)
      .map((example) => ({ example, rank: createHash('sha256').update(example.name).digest('hex') }))
      .sort((a, b) => (a.rank < b.rank ? -1 : 1))
      .slice(0, sizes?.[kind])
      .map(({ example }) => example),
  );
}

/** What a header states of the checks that are judged, and of such as do not exist: those are told as deviations. */
function statedOf({ expected }: Example, known: ReadonlySet<string>, judged: readonly Check[]): Example['expected'] {
  const ids = new Set(judged.map(({ id }) => id));
  return new Map([...expected].filter(([id]) => ids.has(id) || !known.has(id)));
}

/** The exercise with some of its checks only. */
export function withChecks(entry: CatalogueEntry, chosen: (check: Check) => boolean): CatalogueEntry {
  const { exercise } = entry;
  const some = (seed: number): Check[] => exercise.checks(seed).filter(chosen);
  return { ...entry, exercise: { ...exercise, checks: some } };
}

interface Seen {
  example: Example;
  submission: Observation;
  ms: number;
}

async function observeExample(run: ExerciseRun, example: Example): Promise<Seen> {
  const started = performance.now();
  const submission = await run.observeExample(example);
  return { example, submission, ms: performance.now() - started };
}

function judgeExample(run: ExerciseRun, mistakes: KnownMistake[], { example, submission, ms }: Seen): ExampleVerdict {
  const { checks, reference } = run;
  const verdicts = new Map<string, Verdict>();
  for (const check of checks) verdicts.set(check.id, judge({ checks, submission, reference, mistakes }, check));
  const passed = ({ status }: Verdict): boolean => status === 'accepted' || status === 'inconclusive';
  const failed = [...verdicts.values()].filter((verdict) => !passed(verdict));
  const wrong = failed.filter(({ status }) => status === 'wrong-answer');
  // A slow program that the clock could not convict on a busy machine was not accepted either.
  const undecided = [...example.expected.keys()].some((id) => verdicts.get(id)?.status === 'inconclusive');
  return {
    name: example.name,
    kind: example.kind,
    accepted: failed.length === 0 && !undecided,
    named: failed.length > 0 && (wrong.length === 0 || wrong.some(({ mistake }) => mistake !== undefined)),
    deviations: deviations(example, verdicts, passed),
    verdicts,
    lines: [...verdicts].map(
      ([id, { status, summary, mistake }]) => `${id}: ${status}: ${summary}${mistake ? ` [${mistake.id}]` : ''}`,
    ),
    ms,
  };
}

function deviations(example: Example, verdicts: Map<string, Verdict>, passed: (verdict: Verdict) => boolean): string[] {
  const unknown = [...example.expected.keys()]
    .filter((id) => !verdicts.has(id))
    .map((id) => `${id}: there is no such check`);
  const differing = [...verdicts].flatMap(([id, verdict]) => {
    const stated = example.expected.get(id);
    // Only timing can be inconclusive, and then for the load of the machine.
    if (verdict.status === 'inconclusive') return [];
    if (stated === undefined ? passed(verdict) : verdict.status === stated) return [];
    return [`${id}: stated ${stated ?? 'accepted'}, got ${verdict.status}: ${verdict.summary}`];
  });
  return [...unknown, ...differing];
}
