import { expect } from 'vitest';

/** A test of a file, as collected. */
export interface CollectedTest {
  name: string;
  run: () => unknown;
}

type Body = (...args: never[]) => unknown;

/**
 * The little of Vitest's interface that the tests of the judge use, so that one file's tests run a thousand times in
 * one process: `describe` and `test` with `each`; `expect` is Vitest's own.
 */
export function collector(): { tests: CollectedTest[]; api: Record<string, unknown> } {
  const tests: CollectedTest[] = [];
  const path: string[] = [];
  const describe = (name: string, body: Body): void => {
    path.push(name);
    body();
    path.pop();
  };
  const test = (name: string, body: Body): void => {
    tests.push({ name: [...path, name].join(' › '), run: body });
  };
  const each =
    (declare: (name: string, body: Body) => void) => (table: readonly unknown[]) => (name: string, body: Body) => {
      for (const [i, row] of table.entries()) {
        const args = (Array.isArray(row) ? row : [row]) as never[];
        declare(`${name} #${i}`, () => body(...args));
      }
    };
  const api = {
    describe: Object.assign(describe, { each: each(describe) }),
    test: Object.assign(test, { each: each(test) }),
    it: Object.assign(test, { each: each(test) }),
    expect,
  };
  return { tests, api };
}
