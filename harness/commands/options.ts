import * as os from 'node:os';
import { InvalidArgumentError, Option } from 'commander';
import type { WorkerBackend } from '../sandbox/bundle.ts';

/** A whole number of at least `least`, for option parsers. */
export function integer(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`a whole number of at least ${least} is needed.`);
  };
}

export function jobsOption(): Option {
  return new Option('--jobs <n>', 'programs that run at the same time')
    .argParser(integer(1))
    .default(os.availableParallelism(), 'one for each processor');
}

/** Backends that long training runs can use; what a number decides is computed in doubles whatever is chosen. */
export const FAST_BACKENDS: WorkerBackend[] = ['wasm', 'cpu'];

export function backendOption(): Option {
  return new Option(
    '--backend <name>',
    'backend for long training runs; values and gradients are always judged in float64',
  )
    .choices(FAST_BACKENDS)
    .default('wasm');
}

export function rubricOption(): Option {
  return new Option('--rubric <file>', "rubric in place of the assignment's own, rubrics/<assignment>.yaml");
}

/** Several may be given, with commas or by naming the option again. */
export function onlyOption(): Option {
  return new Option(
    '--only <exercises...>',
    'grade these exercises only: names with spaces or commas between, or given again',
  ).argParser((text: string, before: string[] | undefined) => {
    const names = text
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '');
    if (names.length === 0) throw new InvalidArgumentError('the name of an exercise is needed.');
    return [...new Set([...(before ?? []), ...names])];
  });
}
