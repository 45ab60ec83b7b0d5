import { UsageError } from '../intake/errors.ts';

/** One thing wrong in a rubric; line and column from 1. */
export interface Problem {
  line: number;
  column: number;
  message: string;
}

/** A rubric that cannot be used: every problem found, in the order of the file. */
export class RubricError extends UsageError {
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[]) {
    const sorted = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
    const lines = sorted.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
    super(
      `The rubric has ${problems.length === 1 ? 'an error' : `${problems.length} errors`}`,
      file,
      'Correct it and run again',
    );
    this.name = 'RubricError';
    this.message = lines.join('\n');
    this.problems = sorted;
  }
}
