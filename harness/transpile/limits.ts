/** Sizes in bytes. Far above anything a person writes for these exercises, far below what hurts the grader. */
export interface TranspileLimits {
  fileBytes: number;
  totalBytes: number;
  files: number;
  /** Deepest nesting of brackets and arrows (`a => b => …`), and longest run of prefix operators. */
  nesting: number;
  /** UTF-16 units of emitted code: every level of nesting indents each of its lines. */
  outputLength: number;
  /** The same of all files together: it is handed to the worker in one piece. */
  totalOutputLength: number;
  /** After this long the compiler is stopped; a program of 256 KiB takes about 50 ms. */
  timeoutMs: number;
}

export const TRANSPILE_LIMITS: TranspileLimits = {
  fileBytes: 256 * 1024,
  totalBytes: 1024 * 1024,
  files: 200,
  nesting: 256,
  outputLength: 2 * 1024 * 1024,
  totalOutputLength: 8 * 1024 * 1024,
  timeoutMs: 5_000,
};
