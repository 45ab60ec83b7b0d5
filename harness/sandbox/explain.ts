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

const COMPARISON = /^(Greater|GreaterEqual|Less|LessEqual|Equal|NotEqual|Logical\w+)$/;

function sentence({ name, message, stack }: ErrorReport): string {
  const text = message.split('\n')[0]!.trim();
  // What tfjs says where no gradient flows is true, but not in words that help.
  if (/Cannot compute gradient of y=f\(x\)/.test(text)) {
    return 'The result does not depend on this argument through tfjs operations, so there is no gradient with respect to it.';
  }
  const missing = /gradient function not found for (\w+)/.exec(text);
  if (missing) {
    const other = COMPARISON.test(missing[1]!)
      ? ' tfjs does not differentiate through comparisons: tf.relu, tf.maximum, tf.abs or a product with tf.step(x) say the same.'
      : '';
    return `There is no gradient for the operation ${missing[1]}.${other}`;
  }
  // The gradient of unstack stacks what came back for each part, and for a single one that is not a list.
  if (/^Argument tensors passed to stack must be/.test(text) && /backpropagateGradients/.test(stack)) {
    return 'tfjs cannot differentiate tf.unstack where it gives a single tensor; slice, squeeze or reshape does the same there.';
  }
  if (/^Cannot read properties of undefined \(reading 'backend'\)/.test(text)) {
    return `The program stopped with ${name}: ${text}. tfjs says so where an operation gets a tensor that has been disposed of.`;
  }
  if (/Tensor is disposed/.test(text)) return 'A tensor was used after it had been disposed of.';
  if (/^(module|exports|__dirname|__filename) is not defined/.test(text)) {
    return `${text.split(' ')[0]} belongs to CommonJS and is not there in a file that uses import or export; write export instead.`;
  }
  if (/Maximum call stack size exceeded/.test(text)) {
    return 'The program stopped with RangeError: Maximum call stack size exceeded. Is there a recursion that never ends?';
  }
  if (name === '') return `The program threw ${text === '' ? 'something that is not an error' : `“${text}”`}.`;
  return `The program stopped with ${name}: ${text || 'no message'}`;
}

const MAX_LINE = 600;

/** The topmost place of the stack that lies in one of the student's files: `at fn (file.ts:1:2)` or `file.ts:1`. */
function locationOf(stack: string, program: Program): string | undefined {
  const files = new Set(program.modules.map((module) => module.path));
  for (const line of stack.split('\n')) {
    // No place is that long, and the pattern takes the square of the length for some.
    if (line.length > MAX_LINE) continue;
    const match = /^(?:at (?:.*\()?(?:async )?)?(.+?\.m?[jt]s):(\d+)(?::(\d+))?\)?$/.exec(line.trim());
    if (match === null || !files.has(match[1]!)) continue;
    const file = match[1]!;
    const place = program.locate(file, Number(match[2]), Number(match[3] ?? 1));
    return place === undefined ? file : `${file}:${place.line}:${place.column}`;
  }
  return undefined;
}
