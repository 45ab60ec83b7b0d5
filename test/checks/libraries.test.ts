import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { declaredIn, librariesCheck } from '../../harness/checks/libraries.ts';
import { importsOf } from '../../harness/transpile/imports.ts';

const check = librariesCheck({ id: 'libraries', title: '', function: 'train', file: 'libraries.txt' });

function judge(imports: Record<string, string[]>, declared?: string) {
  const sources = Object.entries(imports).map(([path, names]) => ({
    ...{ path, characters: 100, longestLine: 40 },
    imports: names,
  }));
  const names = declared === undefined ? {} : { declared: declaredIn(declared) };
  return check.judge({ submission: {}, reference: {}, overrides: {}, sources, ...names });
}

describe('what a program imports', () => {
  test.each([
    ["import * as tf from '@tensorflow/tfjs';", ['@tensorflow/tfjs']],
    ["import { a } from './a.ts'; export * from '../b'; import '/harness/c';", []],
    ["import fp from 'lodash/fp'; export { x } from '@scope/pack/inner';", ['@scope/pack', 'lodash']],
    ["const m = await import('mathjs');", ['mathjs']],
    ['const m = require(\'ndarray\'); const n = require ( "ndarray" );', ['ndarray']],
    ["import fs from 'node:fs'; import x from 'https://esm.sh/x@1';", ['https://esm.sh/x@1', 'node:fs']],
    ["const text = `import x from 'y'`; // import z from 'w'", []],
    ['', []],
  ])('%s', async (code, expected) => {
    expect(await importsOf(code)).toEqual(expected);
  });
});

describe('what a text declares', () => {
  test.each([
    ['none', ['none']],
    ['mathjs\r\nndarray 1.0.2\n', ['mathjs', 'ndarray', '1.0.2']],
    ['- MathJS@12.4.1, @Scope/pack@^2.0', ['mathjs', '@scope/pack']],
    ['"lodash": "4.17.21";', ['lodash', '4.17.21']],
  ])('%s', (text, expected) => {
    expect(declaredIn(text)).toEqual(expected);
  });

  test('a name stands for itself, whatever is around it', () => {
    const word = fc.stringMatching(/^(?:@[a-z][a-z0-9-]{0,8}\/)?[a-z][a-z0-9._-]{0,12}[a-z0-9]$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), fc.constantFrom('\n', ', ', ' ; ', '\r\n- '), (names, between) => {
        for (const name of names) expect(declaredIn(names.join(between))).toContain(name);
      }),
    );
  });
});

describe('the verdict', () => {
  test('tfjs, its parts and built-in modules need no declaration', () => {
    const verdict = judge({ 'abp.ts': ['@tensorflow/tfjs', '@tensorflow/tfjs-core', 'node:path', 'fs'] });
    expect(verdict).toMatchObject({ status: 'accepted', summary: 'The program uses no library beside tfjs.' });
  });

  test('what is declared is accepted', () => {
    const verdict = judge({ 'abp.ts': ['mathjs'], 'help.ts': ['@scope/Pack'] }, '* mathjs 12\n* @scope/pack');
    expect(verdict.status).toBe('accepted');
  });

  test('what is not is named with the files that import it', () => {
    expect(judge({ 'abp.ts': ['mathjs'], 'help.ts': ['mathjs'] })).toMatchObject({
      status: 'wrong-answer',
      share: 0,
      summary: expect.stringContaining(
        'abp.ts and help.ts import mathjs, which is not declared. There is no libraries.txt in the submission.',
      ),
    });
    expect(judge({ 'abp.ts': ['mathjs'] }, 'none').summary).toContain('libraries.txt does not name it.');
    expect(judge({ 'abp.ts': ['mathjs'] }, 'mathjss').summary).toContain('is mathjss meant to be it?');
    expect(judge({ 'abp.ts': ['@tensorflow/tfjs-like', '@tensorflow/tfjsx'] }).status).toBe('wrong-answer');
  });

  test('where there is no program there is nothing to accept', () => {
    expect(judge({}).status).toBe('missing');
  });
});
