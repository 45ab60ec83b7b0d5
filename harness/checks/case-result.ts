import type { Failure } from '../model/observation.ts';
import { type Status, worstStatus } from '../model/status.ts';
import type { Cell, Evidence, Verdict } from '../model/verdict.ts';

/** What a check found on one of its inputs. */
export interface CaseResult {
  /** "a nilpotent matrix" */
  title: string;
  status: Status;
  /** One plain sentence; empty when accepted. */
  statement: string;
  /** Greatest error in units of its bound, where that is how the case is judged. */
  ratio?: number;
  /** For the table of inputs: a short figure such as "error 3e-16". */
  figure?: string;
  evidence?: Evidence[];
  files?: Record<string, Uint8Array>;
  remark?: string;
  /** What was done wrong, where the result itself says so. `partly`: its message where other inputs fail without showing it. */
  mistake?: { id: string; message: string; hint?: string; partly?: string };
}

/**
 * One verdict from the results on all inputs: accepted only when every input is. Evidence comes from the first input
 * that failed most severely, because one clear example helps more than ten: the first of them, or `telling` where that is
 * one of them.
 */
export function combine(results: CaseResult[], praise: string, telling?: CaseResult): Verdict {
  const status = worstStatus(results.map((result) => result.status));
  const remark = results.find((result) => result.remark !== undefined)?.remark;
  const table = inputTable(results);
  if (status === 'accepted' || status === 'inconclusive') {
    const statement = results.find((result) => result.status === 'inconclusive')?.statement;
    const shown = results.find((result) => result.files !== undefined);
    return {
      status,
      share: 1,
      summary: [statement ?? praise, remark].filter(Boolean).join(' '),
      evidence: [...table, ...(shown?.evidence ?? [])],
      ...(shown?.files === undefined ? {} : { files: shown.files }),
    };
  }
  const failed = results.filter((result) => result.status !== 'accepted' && result.status !== 'inconclusive');
  const worst = failed.filter((result) => result.status === status);
  const first = worst.find((result) => result === telling) ?? worst[0]!;
  const others = failed.length - 1;
  // What cannot be called at all has no inputs to count.
  const called = status !== 'missing' && status !== 'compile-error';
  const more = called && others > 0 ? ` ${others} more of ${results.length} inputs failed, too.` : '';
  return {
    status,
    share: 0,
    summary: `${first.statement}${more}`,
    evidence: [...(first.evidence ?? []), ...(called ? table : [])],
    ...sharedMistake(failed),
    ...(first.files === undefined ? {} : { files: first.files }),
  };
}

/** The mistake that every failed input shows; what only some of them show may be chance, unless it says itself that it shows in parts. */
function sharedMistake(failed: CaseResult[]): Pick<Verdict, 'mistake'> {
  const shown = failed.flatMap(({ mistake }) => mistake ?? []);
  const [first] = shown;
  if (first === undefined || shown.some(({ message }) => message !== first.message)) return {};
  const { partly, ...mistake } = first;
  if (shown.length === failed.length) return { mistake };
  const answered = failed.every(({ status }) => status === 'wrong-answer');
  return partly === undefined || !answered ? {} : { mistake: { ...mistake, message: partly } };
}

function inputTable(results: CaseResult[]): Evidence[] {
  if (results.length < 2) return [];
  const rows: Cell[][] = results.map((result) => [result.title, result.status, result.figure ?? '']);
  return [{ kind: 'table', title: 'Inputs', columns: ['input', 'outcome', 'figure'], rows }];
}

/** The result of a case whose call did not come back with a value. */
export function failedCall(title: string, fn: string, failure: Failure): CaseResult {
  const where = failure.location === undefined ? '' : ` (${failure.location})`;
  const intro = failure.status === 'missing' || failure.status === 'compile-error' ? '' : `${fn} on ${title}: `;
  return {
    title,
    status: failure.status,
    statement: `${intro}${failure.message}${where}`,
    figure: failure.status,
  };
}
