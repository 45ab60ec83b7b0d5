/**
 * The program was asked for something that cannot be: no such folder, nothing in it, a typo in a rubric.
 * The command line prints it without a stack and ends with exit code 2.
 */
export class UsageError extends Error {
  /** What is wrong, one sentence without a full stop. */
  readonly what: string;
  /** The file or folder concerned. */
  readonly where: string;
  /** What to do about it, one sentence without a full stop. */
  readonly todo: string;

  constructor(what: string, where: string, todo: string) {
    super(`${what}: ${where}. ${todo}.`);
    this.name = 'UsageError';
    this.what = what;
    this.where = where;
    this.todo = todo;
  }
}

/** One hand-in cannot be taken in; the others of its class can. `message` is for the student, `detail` for staff. */
export class RejectedError extends Error {
  readonly detail: string;
  constructor(message: string, detail: string = message) {
    super(message);
    this.name = 'RejectedError';
    this.detail = detail;
  }
}

/** The system's code of an error (`ENOENT`, …), or an empty string. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
