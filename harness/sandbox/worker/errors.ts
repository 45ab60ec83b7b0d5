import { FriendlyError } from './friendly-error.ts';

export interface ErrorReport {
  kind: 'runtime-error' | 'missing' | 'compile-error';
  friendly: boolean;
  name: string;
  message: string;
  stack: string;
}

const MAX_TEXT = 4096;

/** What a thrown value says about itself, as short strings. The value may be anything, also something that throws. */
export function describeError(error: unknown): ErrorReport {
  const read = (key: 'name' | 'message' | 'stack'): string => {
    try {
      return String((error as Record<string, unknown>)?.[key] ?? '').slice(0, MAX_TEXT);
    } catch {
      return '';
    }
  };
  const friendly = error instanceof FriendlyError;
  let message = read('message');
  if (message === '' && !(error instanceof Error)) {
    try {
      message = String(error).slice(0, MAX_TEXT);
    } catch {
      message = 'a value that cannot be shown';
    }
  }
  const name = read('name');
  const kind = friendly ? error.kind : name === 'SyntaxError' ? 'compile-error' : 'runtime-error';
  return { kind, friendly, name, message, stack: read('stack') };
}
