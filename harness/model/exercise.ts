import type { Call, Path } from './call.ts';
import type { Outcome, SourceFacts } from './observation.ts';
import type { Verdict } from './verdict.ts';

/**
 * Asks the program under test for one call; the outcome is recorded under `id`. Calls that do not depend on each
 * other may be asked for at the same time: they are made in the order of asking.
 */
export type Ask = (id: string, call: Call) => Promise<Outcome>;

/** The worker that a case needs. Cases of the same kind share one process. */
export interface WorkerMode {
  /**
   * Which kernels keep their gradients: `all`; `shape-only` (reshape, slice, concat …: plain automatic
   * differentiation has nothing to work with, an own backward rule still works); `none` (no tape at all).
   */
  gradients: 'all' | 'shape-only' | 'none';
  /** Backend: `float64` where a number decides, `fast` for long training runs. */
  precision: 'float64' | 'fast';
}

/** Something a program is made to do. The plan is the same for the reference, submissions and known mistakes. */
export interface Case {
  /** Unique in the exercise. */
  id: string;
  /** For students: what input this is, e.g. "a nilpotent matrix". */
  title: string;
  worker?: Partial<WorkerMode>;
  /** Makes the calls. May look at outcomes to decide on more calls, and at nothing else. Must be deterministic. */
  plan(ask: Ask): Promise<void>;
}

/** call id → outcome, of one case. */
export type CaseOutcomes = Record<string, Outcome>;

export interface JudgeContext {
  /** Outcomes of the submission and of the reference, by case id. */
  submission: Record<string, CaseOutcomes>;
  reference: Record<string, CaseOutcomes>;
  /** The submission's files, for checks that look at their size and shape; what they do is seen by running them. */
  sources?: readonly SourceFacts[];
  /** Libraries that the submission declares; absent where it has no file that does. */
  declared?: readonly string[];
  /** Tolerances and other numbers that the rubric sets for this criterion. */
  overrides: Record<string, number>;
}

/** One question that a check answers about a submission. */
export interface Check {
  /** Unique in the exercise, named by rubrics: `values`, `gradient-reference`, … */
  id: string;
  kind: 'values' | 'gradient' | 'property' | 'picture' | 'timing' | 'rule' | 'statistical' | 'training' | 'purity';
  title: string;
  /** The function under test, for messages and for `missing`. */
  function: string;
  /** Names and defaults of the numbers that a rubric may override. */
  parameters?: Record<string, number>;
  cases: Case[];
  /** Ids of the calls that tell one mistake from another; all of them where absent. */
  telling?: string[];
  /**
   * Ids of the cases that tell one mistake from another, where the others are too dear to run every known mistake on; all of
   * them where absent. A mistake that shows on none of these is not named.
   */
  tellingCases?: string[];
  /** Paths to the parts of each result that are judged, where it is not the whole: of these alone a mistake is named. */
  judged?: Path[];
  /** Pure. Called only when every call of its cases that the plan needs has an outcome. */
  judge(context: JudgeContext): Verdict;
}

export interface FunctionContract {
  /** File without extension. */
  module: string;
  /** As students read it, e.g. `matrixExp(C: Tensor[3,3]): Tensor[3,3]`. */
  signature: string;
}

/**
 * Which cases an exercise draws. `full` is what grades rest on. `quick` leaves out cases that take long and show hardly a
 * mistake that the others do not: for tests of many programs, never for grades. `long` is `full` with networks trained as
 * long, and on as much, as the sheets ask for: minutes a program.
 */
export type Profile = 'full' | 'quick' | 'long';

export interface Exercise {
  id: string;
  assignment: string;
  title: string;
  functions: Record<string, FunctionContract>;
  /**
   * Programs of the harness's own that run beside the student's: module name → file in the exercise's folder. A name
   * begins with a slash: no import of a submission resolves to such a path, so students cannot hand in our code.
   */
  companions?: Record<string, string>;
  /**
   * All checks with inputs drawn from the seed. Pure: same seed and profile, same inputs. Which checks there are depends on
   * neither.
   */
  checks(seed: number, profile?: Profile): Check[];
}

/** Gives `exercise.ts` files their type, and draws the checks of a seed once however often they are asked for. */
export function defineExercise(exercise: Exercise): Exercise {
  let last: { seed: number; profile: Profile; checks: Check[] } | undefined;
  return {
    ...exercise,
    checks(seed, profile = 'full') {
      if (last?.seed !== seed || last.profile !== profile) {
        last = { seed, profile, checks: exercise.checks(seed, profile) };
      }
      return last.checks;
    },
  };
}
