/** A text shortened for a page: its start and its end, and how many characters were left out between (0: none). */
export interface Capped {
  start: string;
  leftOut: number;
  end: string;
}

/**
 * Keeps the first three quarters of `limit` characters and the last quarter: an error at the end of a long output
 * matters as much as its beginning.
 */
export function cap(text: string, limit: number): Capped {
  if (text.length <= limit) return { start: text, leftOut: 0, end: '' };
  const head = Math.floor((limit * 3) / 4);
  const tail = limit - head;
  const start = text.slice(0, head);
  const end = text.slice(text.length - tail);
  return { start, leftOut: text.length - start.length - end.length, end };
}

/** One line, at most `limit` characters; an ellipsis stands for the rest. */
export function capLine(text: string, limit = 300): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}
