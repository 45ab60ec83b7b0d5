import { FriendlyError } from './friendly-error.ts';

export interface ErrorReport {
  kind: FriendlyError['kind'];
  friendly: boolean;
  /** The process is of no use after it. */
  fatal: boolean;
  name: string;
  message: string;
  stack: string;
}

const MAX_TEXT = 4096;

/** What a thrown value says about itself, as short strings. The value may be anything, also something that throws. */
export function describeError(error: unknown, fatal = false): ErrorReport {
  const name = textOf(error, 'name');
  const report = { fatal, name, stack: textOf(error, 'stack') };
  if (isFriendly(error)) return { ...report, kind: error.kind, friendly: true, message: error.message };
  return { ...report, kind: 'runtime-error', friendly: false, message: textOf(error, 'message') || asText(error) };
}

function isFriendly(error: unknown): error is FriendlyError {
  try {
    return error instanceof FriendlyError;
  } catch {
    return false; // a proxy that throws when it is asked for its prototype
  }
}

function textOf(error: unknown, key: 'name' | 'message' | 'stack'): string {
  try {
    const text = (error as Record<string, unknown> | null | undefined)?.[key];
    return typeof text === 'string' ? text.slice(0, MAX_TEXT) : '';
  } catch {
    return '';
  }
}

/** For values that are no errors: `throw 'too small'`. */
function asText(error: unknown): string {
  try {
    if (typeof error === 'object' && error !== null && Object.keys(error).length === 0) return '';
    return (typeof error === 'object' ? JSON.stringify(error) : String(error)).slice(0, MAX_TEXT);
  } catch {
    return 'a value that cannot be shown';
  }
}
