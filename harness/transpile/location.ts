import { SourceMap } from 'node:module';

export interface Position {
  /** From 1. */
  line: number;
  /** From 1, in UTF-16 code units, as in stack traces. */
  column: number;
}

/**
 * Where a place in the emitted JavaScript lies in the student's own file. `map` is the module's source map (JSON).
 * A place that the map does not know, or a broken map, gives the position as it was handed over.
 */
export function mapLocation(module: { map: string }, line: number, column: number): Position {
  try {
    const found = mapOf(module).findEntry(line - 1, column - 1);
    if ('originalLine' in found && Number.isInteger(found.originalLine)) {
      return { line: found.originalLine + 1, column: found.originalColumn + 1 };
    }
  } catch {
    // Worse than no better position is no report of the error at all.
  }
  return { line, column };
}

const read = new WeakMap<object, SourceMap>();

/** Read once: that of a long file takes tens of milliseconds, and a program may throw in every call. */
function mapOf(module: { map: string }): SourceMap {
  let map = read.get(module);
  if (map === undefined) {
    map = new SourceMap(JSON.parse(module.map));
    read.set(module, map);
  }
  return map;
}
