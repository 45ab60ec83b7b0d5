import type { Failure } from '../model/observation.ts';
import type { Program } from './program.ts';
import type { ErrorReport } from './worker/errors.ts';

/** Turns an error that a student's code threw into a failure with a place in the student's own file. */
export function explain(error: ErrorReport, ms: number, program: Program): Failure {
  const location = locationOf(error.stack, program);
  const message = error.friendly ? error.message : sentence(error);
  const status = /allocation failed/i.test(error.message) ? 'memory-limit-exceeded' : error.kind;
  return { status, message, ...(location === undefined ? {} : { location }), ms };
}

function sentence({ name, message }: ErrorReport): string {
  const text = message.split('\n')[0]!.trim();
  // What tfjs says where no gradient flows is true, but not in words that help.
  if (/Cannot compute gradient of y=f\(x\)/.test(text)) {
    return 'The result does not depend on this argument through tfjs operations, so there is no gradient with respect to it.';
  }
  const missing = /gradient function not found for (\w+)/.exec(text);
  if (missing) return `There is no gradient for the operation ${missing[1]}.`;
  if (/Tensor is disposed/.test(text)) return 'A tensor was used after it had been disposed of.';
  return `The program stopped with ${name || 'an error'}: ${text || 'no message'}`;
}

/** The topmost place of the stack that lies in one of the student's files. */
function locationOf(stack: string, program: Program): string | undefined {
  for (const line of stack.split('\n')) {
    const match = /\(?([\w./ -]+\.(?:m?[jt]s)):(\d+):(\d+)\)?$/.exec(line.trim().replace(/^at /, ''));
    if (match === null) continue;
    const file = match[1]!.split(' (').at(-1)!.replace(/^\(/, '');
    if (!program.modules.some((module) => module.path === file)) continue;
    const place = program.locate(file, Number(match[2]), Number(match[3]));
    return place === undefined ? file : `${file}:${place.line}:${place.column}`;
  }
  return undefined;
}
