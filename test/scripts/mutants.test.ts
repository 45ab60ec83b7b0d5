import { transformSync } from 'esbuild';
import { describe, expect, test } from 'vitest';
import { instrument } from '../../scripts/mutate/instrument.ts';
import { mutantsOf } from '../../scripts/mutate/mutants.ts';
import { wilson } from '../../scripts/mutate/report.ts';

const changes = (source: string): string[] =>
  mutantsOf('a.ts', source, 1).map(({ original, replacement }) => `${original} → ${replacement}`);

describe('changes', () => {
  test.each<[string, string[]]>([
    ['f(a < b)', ['a < b → a <= b', 'a < b → a >= b', 'f(a < b) → ;']],
    ['const x = a === b', ['a === b → a !== b']],
    ['const x = (a + b) * c', ['(a + b) * c → (a + b) / c', 'a + b → a - b']],
    ['const x = a ** b', ['a ** b → a * b']],
    ['const x = -a', ['-a → (a)']],
    ['const x = a && b', ['a && b → a || b']],
    ['const x = a ?? b', ['a ?? b → (a) && (b)']],
    ['const x = true', ['true → false']],
    ['const x = 5', ['5 → 6']],
    ['const x = 1', ['1 → 0', '1 → 2']],
    ['const x = 1e-8', ['1e-8 → 1e-7', '1e-8 → 1e-9']],
    ['const x = Math.max(a, b)', ['Math.max(a, b) → Math.min(a, b)']],
    ['const x = Math.abs(a)', ['Math.abs(a) → (a)']],
    ['const x = a.every(f)', ['a.every(f) → a.some(f)']],
    ["const x = 'accepted'", ["'accepted' → 'wrong-answer'"]],
    ['const x = ok ? a : b', ['ok → !(ok)']],
    ['function f() { if (a) return b; return c; }', ['a → !(a)', 'return b; → ;']],
    ['type T = 5; interface I { a: true } let x: 3', []],
    ["import a from 'accepted'", []],
    ['const x = { 5: a }', []],
    ['const x = a as 5', []],
    ['const x = (a - b)!', ['a - b → a + b']],
  ])('%s', (source, expected) => {
    expect(changes(source).sort()).toEqual([...expected].sort());
  });

  test('know their line', () => {
    expect(mutantsOf('a.ts', '\n  f(2);', 7)).toMatchObject([
      { id: 7, line: 2, context: 'f(2);', file: 'a.ts' },
      { id: 8 },
    ]);
  });
});

describe('the instrumented source', () => {
  const source = `
    function f(x: number): string {
      if (x < 0 && x !== -3) return 'negative';
      let sum = 0;
      for (let i = 0; i < 3; i++) sum += x * (i + 1);
      return sum >= 12 ? 'large' : (sum as number) > 5 ? 'medium' : 'small';
    }
    return [-3, -1, 0, 1, 2].map((x) => f(x)).join();`;
  const mutants = mutantsOf('a.ts', `async function outer() {${source}}`, 1);
  const run = (active: number): string => {
    const wrapped = instrument(`async function outer() {${source}}`, mutants).replace(
      /^async function outer\(\) \{|\}$/g,
      '',
    );
    const { code } = transformSync(`function body() {${wrapped}}`, { loader: 'ts' });
    let switches = 0;
    const isActive = (id: number): boolean => {
      if (++switches > 1000) throw new Error('endless');
      return id === active;
    };
    return new Function('__m', `${code}; return body();`)(isActive);
  };

  test('does as before where none is active', () => {
    expect(run(0)).toBe('small,negative,small,medium,large');
  });

  test('does something else where most are', () => {
    const same = mutants.filter(({ id }) => {
      try {
        return run(id) === run(0);
      } catch {
        return false;
      }
    });
    expect(mutants.length).toBeGreaterThan(20);
    expect(same.length).toBeLessThan(mutants.length / 2);
  });
});

test('the interval of a share', () => {
  const [low, high] = wilson(90, 100);
  expect([low, high]).toEqual([expect.closeTo(82.56, 2), expect.closeTo(94.48, 2)]);
});
