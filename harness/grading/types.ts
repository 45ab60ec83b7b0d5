import type { Grades, SubmissionGrade } from '../model/grade.ts';
import type { SandboxLevel } from '../model/observation.ts';
import type { WorkerBackend } from '../sandbox/bundle.ts';

export interface RegradeOptions {
  jobs: number;
  backend: WorkerBackend;
  /** A rubric file in place of the assignment's own. */
  rubric?: string;
}

export interface GradeOptions extends RegradeOptions {
  assignment?: string;
  out?: string;
  seed?: number;
  only?: string[];
  /** How long networks are trained; as in an earlier run in the folder where absent, else the usual time. */
  training?: 'usual' | 'long';
  fresh: boolean;
  /** Grade other people's work although the sandbox is weaker than it should be. */
  unsafe: boolean;
  /** What the source is, where its files leave that open. */
  as?: 'class' | 'submission';
}

/** What happens while a class is graded, for whoever shows it. */
export type Progress =
  | {
      kind: 'start';
      total: number;
      assignment: string;
      seed: number;
      out: string;
      /** Absent where nothing has been run yet. */
      sandbox?: { level: SandboxLevel; missing: string[] };
    }
  | { kind: 'reference'; exercise: string }
  | { kind: 'done'; id: string; grade: SubmissionGrade; ms: number; stored: boolean }
  /** Something that whoever grades should know; it ends nothing. */
  | { kind: 'note'; text: string }
  | { kind: 'writing' };

export type Report = (progress: Progress) => void;

export interface GradeResult {
  out: string;
  grades: Grades;
  /** What the grader itself failed at beside grades, for staff. */
  faults: string[];
  /** True when it was stopped before every submission was graded. */
  stopped: boolean;
}
