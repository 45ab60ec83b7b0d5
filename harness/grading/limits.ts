import type { ObserveLimits } from '../observe.ts';
import type { Rubric, Limits as RubricLimits } from '../rubric/schema.ts';
import type { Limits } from '../sandbox/launch/launch.ts';
import { DEFAULT_LIMITS } from '../sandbox/pool.ts';

/**
 * The limits of an exercise. Its criteria are all answered by the same processes, so where they differ the most generous
 * holds: a criterion can ask for more than the rubric gives, never take from another.
 */
export function limitsOf(rubric: Rubric, exercise: string): RubricLimits {
  const own = rubric.criteria.flatMap((criterion) =>
    !criterion.manual && criterion.exercise === exercise ? [criterion.limits] : [],
  );
  const keys = Object.keys(rubric.limits) as (keyof RubricLimits)[];
  return Object.fromEntries(
    keys.map((key) => [key, own.length === 0 ? rubric.limits[key] : Math.max(...own.map((limits) => limits[key]))]),
  ) as RubricLimits;
}

export type SandboxLimits = Limits & { outputBytes: number };

/** What the kernel and the parent keep for each process. */
export function sandboxLimits(limits: RubricLimits): SandboxLimits {
  const { memoryMb, cpuSeconds, processes, fileMb, openFiles, outputKb } = limits;
  return {
    ...{ memoryMb, cpuSeconds, processes, fileMb, openFiles, tmpMb: DEFAULT_LIMITS.tmpMb },
    outputBytes: outputKb * 1024,
  };
}

/** How long calls may take. */
export function observeLimits(limits: RubricLimits): ObserveLimits {
  const { deadlineFactor, deadlineFloorMs, deadlineCeilingMs, wallSeconds } = limits;
  return { deadlineFactor, deadlineFloorMs, deadlineCeilingMs, totalMs: wallSeconds * 1000 };
}
