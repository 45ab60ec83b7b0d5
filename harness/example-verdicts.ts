import pLimit from 'p-limit';
import type { CatalogueEntry } from './catalogue.ts';
import { type Example, loadExamples } from './examples.ts';
import { ExerciseRun } from './exercise-run.ts';
import { judge } from './judge.ts';
import type { Verdict } from './model/verdict.ts';
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
  /** Every verdict in a line. */
  lines: string[];
  ms: number;
}

/** Runs the example programs of an exercise, or the one of a name, and judges them as submissions. */
export async function judgeExamples(
  entry: CatalogueEntry,
  options: { seed: number; jobs: number; name?: string },
): Promise<ExampleVerdict[]> {
  const { level, missing } = await detectLevel();
  const outputBytes = 4 << 20;
  const pool = new WorkerPool({ level, limits: DEFAULT_LIMITS, outputBytes, spare: options.jobs });
  try {
    const { seed, jobs } = options;
    const run = await ExerciseRun.start({
      ...{ entry, seed, fastBackend: 'cpu', jobs },
      sandbox: async () => ({ pool, missing }),
      sandboxLimits: { ...DEFAULT_LIMITS, outputBytes },
    });
    const examples = (await loadExamples(entry)).filter(
      ({ name }) => options.name === undefined || name === options.name,
    );
    const limit = pLimit(jobs);
    return await Promise.all(examples.map((example) => limit(() => judgeExample(run, example))));
  } finally {
    await pool.close();
  }
}

async function judgeExample(run: ExerciseRun, example: Example): Promise<ExampleVerdict> {
  const started = performance.now();
  const submission = await run.observeExample(example);
  const ms = performance.now() - started;
  const mistakes = await run.mistakes();
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
