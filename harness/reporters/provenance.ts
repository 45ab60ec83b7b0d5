import type { Grades } from '../model/grade.ts';
import { showDate } from './people.ts';

/** Where grades come from and how to get them again: at the foot of every page. */
export interface Provenance {
  seed: number;
  version: string;
  commit: string;
  rubricVersion: string;
  backend: string;
  /** How long networks were trained, where that is not the usual time. */
  training: string | null;
  node: string;
  platform: string;
  startedAt: string;
  finishedAt: string;
  sandboxLevel: string;
  sandboxMissing: string | null;
  command: string;
}

export function provenance(grades: Grades): Provenance {
  const { harness, environment } = grades;
  return {
    seed: grades.seed,
    version: harness.version,
    commit: harness.commit.slice(0, 12),
    rubricVersion: grades.rubricVersion,
    backend: environment.backend,
    training: environment.training === 'long' ? 'as long as the sheets ask for' : null,
    node: environment.node,
    platform: environment.platform,
    startedAt: showDate(grades.startedAt),
    finishedAt: showDate(grades.finishedAt),
    sandboxLevel: environment.sandbox.level,
    sandboxMissing: environment.sandbox.missing.length === 0 ? null : environment.sandbox.missing.join(', '),
    command: `npx gradus grade YOUR-FOLDER --assignment ${grades.assignment} --seed ${grades.seed}${environment.training === undefined ? '' : ` --training ${environment.training}`}`,
  };
}
