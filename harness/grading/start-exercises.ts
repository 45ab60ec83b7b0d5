import { type CatalogueEntry, inProfile } from '../catalogue.ts';
import { ExerciseRun } from '../exercise-run.ts';
import type { Profile } from '../model/exercise.ts';
import type { Rubric } from '../rubric/schema.ts';
import type { WorkerBackend } from '../sandbox/bundle.ts';
import { limitsOf, observeLimits, sandboxLimits } from './limits.ts';
import type { Sandboxes } from './sandboxes.ts';
import { untilStopped } from './stop.ts';
import type { Report } from './types.ts';

/** The exercises of a run that have checks in the rubric. */
export interface Exercises {
  started: ReadonlyMap<string, ExerciseRun>;
  /** Those whose reference failed, with the reason for staff: nobody can be graded in them, and nobody loses points. */
  broken: ReadonlyMap<string, string>;
}

/** Checks of an exercise that no criterion shows to students. */
function hiddenChecks({ criteria }: Rubric, exercise: string): Set<string> {
  const automatic = criteria
    .filter((criterion) => !criterion.manual)
    .filter((criterion) => criterion.exercise === exercise);
  const shown = new Set(automatic.filter(({ visibility }) => visibility === 'visible').map(({ check }) => check));
  return new Set(automatic.map(({ check }) => check).filter((check) => !shown.has(check)));
}

/** Starts every exercise that the rubric checks. One whose reference fails does not keep the others from being graded. */
export async function startExercises(
  entries: readonly CatalogueEntry[],
  rubric: Rubric,
  sandboxes: Sandboxes,
  options: { seed: number; profile: Profile; jobs: number; backend: WorkerBackend },
  report: Report,
  stop: AbortSignal,
): Promise<Exercises> {
  const started = new Map<string, ExerciseRun>();
  const broken = new Map<string, string>();
  const checked = new Set(rubric.criteria.filter(({ manual }) => !manual).map(({ exercise }) => exercise));
  for (const one of entries) {
    const entry = inProfile(one, options.profile);
    const { id } = entry.exercise;
    if (!checked.has(id)) continue;
    report({ kind: 'reference', exercise: id });
    const limits = limitsOf(rubric, id);
    const inSandbox = sandboxLimits(limits);
    const work = ExerciseRun.start({
      ...{ entry, seed: options.seed, jobs: options.jobs, fastBackend: options.backend },
      hidden: hiddenChecks(rubric, id),
      ...{ limits: observeLimits(limits), sandboxLimits: inSandbox, sandbox: () => sandboxes.get(inSandbox) },
    });
    try {
      started.set(id, await untilStopped(stop, work));
    } catch (error) {
      if (stop.aborted) throw error;
      const why = error instanceof Error ? error.message : String(error);
      broken.set(id, `The reference of ${id} could not be run, so nobody can be graded in it: ${why}`);
      report({ kind: 'note', text: `${broken.get(id)}\nIts points stay open; the other exercises are graded.` });
    }
  }
  return { started, broken };
}
