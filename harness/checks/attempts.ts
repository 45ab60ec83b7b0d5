import type { Ask, CaseOutcomes } from '../model/exercise.ts';
import type { Outcome } from '../model/observation.ts';

/** The calls of the first attempt have plain names, those of later ones begin with this. */
const prefix = (attempt: number): string => (attempt === 0 ? '' : `again-${attempt}/`);

/**
 * Makes the calls of a training, and makes them again while what came may be a right program's bad luck (`once` says so), at most
 * `most` times in all. Later attempts have the first one's deadlines.
 */
export async function inAttempts(
  ask: Ask,
  most: number,
  once: (ask: Ask, attempt: number) => Promise<boolean>,
): Promise<void> {
  const asking =
    (attempt: number): Ask =>
    (id, call) =>
      ask(prefix(attempt) + id, attempt === 0 ? call : { ...call, deadlineLike: id });
  for (let attempt = 0; attempt < most; attempt++) if (!(await once(asking(attempt), attempt))) return;
}

/**
 * The outcomes of the last attempt in which `train` ended well, else of the first, under plain names; and how many attempts
 * there were. Pure.
 */
export function lastAttempt(outcomes: CaseOutcomes, train: string): { outcomes: CaseOutcomes; attempts: number } {
  let attempts = 0;
  let judged = 0;
  for (; outcomes[prefix(attempts) + train] !== undefined; attempts++)
    if (outcomes[prefix(attempts) + train]!.status === 'ok') judged = attempts;
  const plain = Object.entries(outcomes).flatMap(([id, outcome]): [string, Outcome][] => {
    const [, before = '', name = id] = /^(again-\d+\/)?(.*)$/s.exec(id) ?? [];
    return before === prefix(judged) ? [[name, outcome]] : [];
  });
  return { outcomes: Object.fromEntries(plain), attempts };
}
