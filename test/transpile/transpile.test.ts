import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { TRANSPILE_LIMITS } from '../../harness/transpile/limits.ts';
import { mapLocation, stopCompiler, transpile } from '../../harness/transpile/transpile.ts';

afterAll(() => stopCompiler());

const run = (files: Record<string, string | Uint8Array>, limits = TRANSPILE_LIMITS) =>
  transpile(new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text as string)])), limits);

async function only(text: string | Uint8Array, path = 'question2.ts', limits = TRANSPILE_LIMITS) {
  const { modules, errors } = await run({ [path]: text }, limits);
  expect(modules.length + errors.length).toBe(1);
  return { module: modules[0]!, error: errors[0]! };
}

/** Evaluates the module as Node does. */
async function evaluate(code: string): Promise<Record<string, unknown>> {
  return import(`data:text/javascript,${encodeURIComponent(code)}`);
}

describe('transpile', () => {
  it('strips types and keeps an ES module', async () => {
    const { modules, errors } = await run({
      'question2.ts': `
        import type { Tensor } from '@tensorflow/tfjs';
        import { helper } from './lib/utils';
        interface Options { rate: number }
        enum Kind { A = 3 }
        export function f<T extends number>(x: T, options?: Options): number { return (x as number) + Kind.A; }
        export const keep = () => helper;`,
      'lib/utils.mts': 'export const helper = 1 satisfies number;',
      'plain.js': 'export default 1;',
      'also.mjs': 'export const top = await Promise.resolve(1);',
      'answers.md': '# no program',
      'view.tsx': 'export const x = <a />;',
      'script.py': 'print(1)',
    });
    expect(errors).toEqual([]);
    expect(modules.map(({ path }) => path)).toEqual(['also.mjs', 'lib/utils.mts', 'plain.js', 'question2.ts']);
    const code = modules[3]!.code;
    expect(code).toContain('from "./lib/utils"');
    expect(code).not.toMatch(/Tensor|interface|Options/);
    const { f } = await evaluate(code.replace(/^import.*$/m, 'const helper = 0;'));
    expect((f as (x: number) => number)(2)).toBe(5);
  });

  it('keeps a byte order mark, strange letters and line ends from doing harm', async () => {
    const { module } = await only('\ufeffexport const größe: string = "日本😀";\r\nexport const b = größe.length;\r\n');
    expect(await evaluate(module.code)).toMatchObject({ größe: '日本😀', b: 4 });
  });

  it('reads no settings of the student or of the grader', async () => {
    const { module } = await only('/** @jsx evil */\nexport class A { x = 1 }\nexport const y = new A().x;');
    expect(await evaluate(module.code)).toMatchObject({ y: 1 });
  });

  it.each([
    ['let a = ;', 1, 9],
    ['const a = 1;\nconst b = a b;\n', 2, 13],
    ['let é = "日本" + ;', 1, 16],
    ['let 😀 = 1;', 1, 5],
    ['\n\n  return = 3;', 3, 10],
    ['const a = "open', 1, 16],
    ['export const a = 1;\nexport const a = 2;', 2, 14],
  ])('says where %j goes wrong', async (code, line, column) => {
    const { error } = await only(code);
    expect(error).toMatchObject({ file: 'question2.ts', line, column });
    expect(error.message).toMatch(new RegExp(`^question2\\.ts, line ${line}, column ${column}: .+\\.$`));
    expect(error.excerpt).toBe(code.split('\n')[line - 1]);
  });

  it('lets the other files run when one is broken', async () => {
    const { modules, errors } = await run({
      'a.ts': 'export const a = 1;',
      'b.ts': 'let b = ;',
      'c.ts': 'let c: number;',
    });
    expect(modules.map(({ path }) => path)).toEqual(['a.ts', 'c.ts']);
    expect(errors.map(({ file }) => file)).toEqual(['b.ts']);
  });

  it.each([
    ['UTF-16', Buffer.from('\ufefflet a = 1;', 'utf16le'), 'UTF-16'],
    ['UTF-16 without a mark', Buffer.from('let a = 1;', 'utf16le'), 'not a text file'],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0]), 'not a text file'],
    ['Latin-1', Buffer.from('let größe = 1;', 'latin1'), 'not valid UTF-8'],
  ])('refuses %s kindly', async (_, bytes, words) => {
    const { error } = await only(bytes);
    expect(error.message).toContain(words);
    expect(error.line).toBeUndefined();
  });

  it('takes nothing beyond its limits, and drops the largest files first', async () => {
    const limits = { ...TRANSPILE_LIMITS, fileBytes: 100, totalBytes: 150, files: 3 };
    const text = (length: number) => `//${'x'.repeat(length - 2)}`;
    const { modules, errors } = await run(
      { 'a.ts': text(101), 'b.ts': text(100), 'c.ts': text(60), 'd.ts': text(50), 'e.ts': text(10) },
      limits,
    );
    expect(modules.map(({ path }) => path)).toEqual(['c.ts', 'd.ts', 'e.ts']);
    expect(errors.map(({ file }) => file)).toEqual(['a.ts', 'b.ts']);
    const four = await run({ 'a.ts': '1', 'b.ts': '1', 'c.ts': '1', 'd.ts': '1' }, limits);
    expect(four.errors).toHaveLength(1);
  });

  it('takes a large ordinary program', async () => {
    const line =
      'export const NAME: number[] = [1, 2, 3].map((x) => x * 2).filter((x): boolean => x > (1 + (2 - 3)));\n';
    const text = Array.from({ length: 2_500 }, (_, i) => line.replace('NAME', `v${i}`)).join('');
    expect(text.length).toBeGreaterThan(240_000);
    expect((await only(text)).module.code).toContain('v2499');
  });

  it('takes nesting that people write', async () => {
    let text = '1';
    for (let depth = 0; depth < 50; depth++)
      text = `((x) => [{ a: x${depth % 3 ? '' : `, b: \`\${x}\``} }, ${text}])(1)`;
    const { module, error } = await only(`export const a = ${text};`);
    expect(error).toBeUndefined();
    expect(module.code).toBeTruthy();
    const chain = Array.from({ length: 600 }, (_, i) => `if (x === ${i}) y = ${i};`).join(' else ');
    expect((await only(`let x = 1, y = 0; ${chain}`)).error).toBeUndefined();
  });

  it.each([
    ['parentheses', '('.repeat(200_000)],
    ['braces', '{'.repeat(130_000) + '}'.repeat(130_000)],
    ['functions', 'function f(){'.repeat(8_000) + '}'.repeat(8_000)],
    ['arrows', `let a = ${'a=>'.repeat(50_000)}1`],
    ['signs', `let a = ${'!'.repeat(250_000)}1`],
  ])('refuses extreme nesting of %s before the compiler sees it', async (_, code) => {
    const start = performance.now();
    const { error } = await only(code);
    expect(error.message).toMatch(/nested more than 256 levels|KiB at most/);
    expect(performance.now() - start).toBeLessThan(2_000); // takes some 5 ms; the compiler would need minutes
  });

  it('stops the compiler when it does not end, and only that file is to blame', async () => {
    const hostile = `let a = ${'a<'.repeat(60_000)}1`;
    const limits = { ...TRANSPILE_LIMITS, timeoutMs: 600 };
    const [first, second] = await Promise.all([
      run({ 'a.ts': hostile, 'b.ts': 'export const b: number = 1;' }, limits),
      run({ 'c.ts': 'let c: number;' }),
    ]);
    expect(first.errors.map(({ file }) => file)).toEqual(['a.ts']);
    expect(first.errors[0]!.message).toContain('takes too long to compile');
    expect(first.modules.map(({ path }) => path)).toEqual(['b.ts']);
    expect(second.modules).toHaveLength(1);
    expect((await run({ 'd.ts': 'let d: number;' })).modules).toHaveLength(1);
  });

  it('works on after the compiler was killed', async () => {
    await run({ 'a.ts': 'let a: number;' });
    await stopCompiler();
    expect((await run({ 'a.ts': 'let a: number;' })).modules).toHaveLength(1);
  });

  it('lets programs end', async () => {
    const url = new URL('../../harness/transpile/transpile.ts', import.meta.url).href;
    const program = `import('${url}').then(async ({ transpile }) => console.log((await transpile(new Map([['a.ts', Buffer.from('let a: number')]]))).modules.length))`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', '--eval', program], {
      timeout: 30_000,
    });
    expect(stdout.trim()).toBe('1');
  });
});

it('programs that grow when they are compiled are left out, the longest first', async () => {
  const nested = (lines: number) => `${'{'.repeat(200)}${'a\n'.repeat(lines)}${'}'.repeat(200)}`;
  const files = new Map<string, Uint8Array>(
    [...Array(12).keys()].map((i) => [`f${i}.ts`, Buffer.from(nested(1500 + i))] as const),
  );
  files.set('exercise1.ts', Buffer.from('export const a = 1;'));
  const limits = { ...TRANSPILE_LIMITS, totalOutputLength: 4 * 1024 * 1024 };
  const { modules, errors } = await transpile(files, limits);
  expect(modules.map(({ path }) => path)).toContain('exercise1.ts');
  expect(modules.reduce((sum, { code }) => sum + code.length, 0)).toBeLessThanOrEqual(limits.totalOutputLength);
  expect(errors.length + modules.length).toBe(13);
  expect(errors.map(({ file }) => file)).toContain('f11.ts');
  expect(errors[0]!.message).toMatch(
    /^f\d+\.ts was left out: when compiled, all program files together grow beyond 4096 KiB/,
  );
});

describe('mapLocation', () => {
  it('leads from a stack trace to the student’s own line and column', async () => {
    const source = [
      'import type { Tensor } from "@tensorflow/tfjs";',
      '',
      'interface Options {',
      '  rate: number;',
      '}',
      '// a comment',
      'export function f(a: number, options?: Options): number {',
      '',
      '  const b: number = a;',
      '  if (b > 0) throw new Error("here");',
      '  return b;',
      '}',
    ].join('\n');
    const { module } = await only(source);
    const { f } = await evaluate(module.code);
    let stack = '';
    try {
      (f as (a: number) => number)(1);
    } catch (error) {
      stack = (error as Error).stack!;
    }
    const [, line, column] = /:(\d+):(\d+)\)?$/m.exec(stack)!;
    expect(Number(line)).not.toBe(10);
    expect(mapLocation(module, Number(line), Number(column))).toEqual({
      line: 10,
      column: source.split('\n')[9]!.indexOf('new Error') + 1,
    });
  });

  it('agrees with the source at every identifier of a real file', async () => {
    const source = await readFile(new URL('../../harness/transpile/transpile.ts', import.meta.url), 'utf8');
    const { module } = await only(source);
    const sourceLines = source.split('\n');
    let compared = 0;
    module.code.split('\n').forEach((text, index) => {
      const match = /^\s*(?:async )?function (\w+)/.exec(text);
      if (!match) return;
      const column = text.indexOf(match[1]!) + 1;
      const place = mapLocation(module, index + 1, column);
      expect(sourceLines[place.line - 1]!.slice(place.column - 1)).toContain(match[1]);
      compared++;
    });
    expect(compared).toBeGreaterThan(5);
  });

  it('gives back what it cannot map', () => {
    expect(mapLocation({ map: 'not json' }, 3, 4)).toEqual({ line: 3, column: 4 });
    expect(mapLocation({ map: '{"version":3,"sources":[],"names":[],"mappings":""}' }, 3, 4)).toEqual({
      line: 3,
      column: 4,
    });
  });
});
