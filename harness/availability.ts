import { nearestName } from './intake/nearest.ts';
import type { Call } from './model/call.ts';
import type { Exercise } from './model/exercise.ts';
import type { Failure } from './model/observation.ts';
import type { Program } from './sandbox/program.ts';

/** Why something cannot be called, before it is called: a file or function that is not there, a syntax error. */
export const availability = {
  /** What is wrong with a module's file; undefined when it can be opened. */
  module(program: Program, module: string): Failure | undefined {
    const broken = EXTENSIONS.map((end) => program.broken.get(module + end)).find((message) => message !== undefined);
    if (broken !== undefined) return { status: 'compile-error', message: broken, ms: 0 };
    if (program.modules.some(({ path }) => stem(path) === module)) return undefined;
    const nearest = nearestName(`${module}.ts`, program.files);
    const hint = nearest === undefined ? '' : hintAt(nearest);
    return { status: 'missing', message: `There is no file ${module}.ts in the submission.${hint}`, ms: 0 };
  },

  /** What keeps a call from being made; undefined when it can be. */
  call(
    { program, exercise }: { program: Program; exercise: Exercise },
    opened: Map<string, { exports: string[] } | Failure>,
    call: Call,
  ): Failure | undefined {
    const module = opened.get(call.module);
    // Companions and functions inside results are not the student's exports.
    if (module === undefined) return undefined;
    if (!('exports' in module)) return module;
    if (typeof call.fn !== 'string' || module.exports.includes(call.fn)) return undefined;
    const contract = exercise.functions[call.fn];
    const expected = contract === undefined ? '' : ` Expected: export function ${contract.signature}.`;
    return {
      status: 'missing',
      message: `${call.module}.ts does not export a function ${call.fn}.${hint(program, module.exports, call.module, call.fn)}${expected}`,
      ms: 0,
    };
  },
};

/** What the student may have meant, as a sentence. */
function hint(program: Program, exports: string[], module: string, fn: string): string {
  const code = program.modules.find(({ path }) => stem(path) === module)?.code ?? '';
  if (new RegExp(`\\b(?:function\\*?|const|let|var)\\s+${fn}\\b`).test(code) && !exports.includes('default')) {
    return ' It is there, but without export in front of it.';
  }
  const nearest = nearestName(fn, exports);
  if (nearest !== undefined) return ` There is ${nearest}: is it meant to be ${fn}?`;
  return exports.includes('default')
    ? ` There is a default export: give it its name instead, export function ${fn}.`
    : '';
}

function hintAt(file: string): string {
  return file.endsWith('.py')
    ? ` There is ${file}, but Python programs are not run here: please hand in TypeScript (.ts) or JavaScript (.js).`
    : ` Is ${file} meant to be it? Then rename it.`;
}

const EXTENSIONS = ['.ts', '.mts', '.js', '.mjs'];

function stem(path: string): string {
  return path.replace(/\.m?[jt]s$/, '');
}
