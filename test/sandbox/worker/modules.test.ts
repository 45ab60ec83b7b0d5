import { describe, expect, test } from 'vitest';
import { openSession, usePool, useSession } from '../session/kit.ts';

const pool = usePool({ spare: 1 });

/** The function `f` of each file gives what the file's own comment says, or fails with it. */
const FLAVOURS = [
  '@tensorflow/tfjs',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-layers',
  '@tensorflow/tfjs-node',
  '@tensorflow/tfjs-node-gpu',
  '@tensorflow/tfjs-backend-cpu',
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-backend-webgl',
  '@tensorflow/tfjs-core/dist/ops/ops',
];

const FILES: Record<string, string> = {
  'helper.ts': `export const helper = (x: number): number => x + 1; export default class Helper { n = 7 }; export let counter = 0; export const count = () => ++counter;`,
  'lib/index.ts': `export const inFolder = 5; export { deeper } from './deeper/more';`,
  'lib/deeper/more.ts': `import { helper } from '../../helper'; export const deeper = helper(10);`,
  'without.ts': `import { helper } from './helper'; export const f = () => helper(1);`,
  'with-ts.ts': `import { helper } from './helper.ts'; export const f = () => helper(1);`,
  'with-js.ts': `import { helper } from './helper.js'; export const f = () => helper(1);`,
  'with-mjs.ts': `import { helper } from './helper.mjs'; export const f = () => helper(1);`,
  'folder.ts': `import { inFolder, deeper } from './lib'; export const f = () => [inFolder, deeper];`,
  'folder-slash.ts': `import { inFolder } from './lib/'; export const f = () => inFolder;`,
  'folder-index.ts': `import { inFolder } from './lib/index'; export const f = () => inFolder;`,
  'lib/up.ts': `import { inFolder } from '.'; import { helper } from '..//helper'; export const f = () => helper(inFolder);`,
  'up.ts': `export { f } from './lib/up';`,
  'types-only.ts': `import type { Nothing } from './nowhere'; import * as tf from '@tensorflow/tfjs'; export const f = (x?: Nothing): tf.Tensor => tf.scalar(1);`,
  'cycle-a.ts': `import { b } from './cycle-b'; export const a = () => 1; export const f = () => b() + 1;`,
  'cycle-b.ts': `import { a } from './cycle-a'; export const b = () => a() + 1;`,
  'default-import.ts': `import tf from '@tensorflow/tfjs'; export const f = () => tf.tidy(() => tf.sum([1, 2]));`,
  'both-imports.ts': `import tf, { add } from '@tensorflow/tfjs'; import * as all from '@tensorflow/tfjs-node'; export const f = () => [add(1, 2), tf.add === add, all.add === add];`,
  'side-effect.ts': `import '@tensorflow/tfjs-backend-wasm'; import '@tensorflow/tfjs-node'; export const f = () => 1;`,
  'dynamic.ts': `export const f = async () => { const [a, b] = await Promise.all([import('./helper2'), import('./helper2')]); const tf = await import('@tensorflow/tfjs'); return [a.x, a === b, tf.scalar(3)]; };`,
  'helper2.ts': `export const x = await Promise.resolve(4);`,
  'await-top.ts': `const x = await new Promise((resolve) => setTimeout(() => resolve(3), 5)); export const f = () => x;`,
  'class.ts': `export class Model { #w = 2; call(x: number) { return this.#w * x; } } export const f = () => new Model().call(4);`,
  'renamed.ts': `function g() { return 'g'; } export { g as f };`,
  're-export.ts': `export { helper as f } from './helper';`,
  'export-star.ts': `export * from './renamed';`,
  'export-star-as.ts': `export * as inner from './renamed'; import { inner } from './export-star-as'; export const f = () => inner.f();`,
  'default-helper.ts': `import Helper from './helper'; export const f = () => new Helper();`,
  'once.ts': `import { count } from './helper'; export { f } from './once2'; count();`,
  'once2.ts': `import { count, counter } from './helper'; export const f = () => [count(), counter];`,
  'meta.ts': `export const f = () => import.meta.url;`,
  'harmless.ts': `import * as tf from '@tensorflow/tfjs';
    await tf.setBackend('webgl'); await tf.ready(); tf.enableProdMode();
    export const f = async () => [await tf.setBackend('tensorflow'), tf.getBackend(), await tf.ready(), tf.add(1, 2)];`,
  'plain.js': `export function f() { return 'js'; }`,
  'module.mts': `export function f(): string { return 'mts'; }`,
  ...Object.fromEntries(
    FLAVOURS.map((name, i) => [
      `flavour${i}.ts`,
      `import * as tf from '${name}'; export const f = () => tf.add(1, 2);`,
    ]),
  ),
};

describe('what works', () => {
  const session = useSession(pool, FILES);

  test.each<[string, unknown]>([
    ['without', 2],
    ['with-ts', 2],
    ['with-js', 2],
    ['with-mjs', 2],
    ['folder', [5, 11]],
    ['folder-slash', 5],
    ['folder-index', 5],
    ['up', 6],
    ['cycle-a', 3],
    ['side-effect', 1],
    ['await-top', 3],
    ['class', 8],
    ['renamed', 'g'],
    ['export-star', 'g'],
    ['export-star-as', 'g'],
    ['meta', 'file:///submission/meta.ts'],
    ['plain', 'js'],
    ['module', 'mts'],
    ['once', [2, 2]],
  ])('%s', async (name, expected) => {
    expect(await session().value(`${name}.f`)).toEqual(expected);
  });

  test('a default export beside others', async () => {
    expect(await session().value('default-helper.f')).toEqual(Object.assign(Object.create(null), { n: 7 }));
    expect(await session().value('re-export.f', [4])).toBe(5);
  });

  test.each(FLAVOURS.map((name, i) => [name, i]))('%s is the one tfjs', async (_, i) => {
    expect(await session().value(`flavour${i}.f`)).toMatchObject({ shape: [], data: Float64Array.of(3) });
  });

  test('tfjs by default, by name and by namespace', async () => {
    expect(await session().value('default-import.f')).toMatchObject({ data: Float64Array.of(3) });
    expect(await session().value('both-imports.f')).toMatchObject([{ data: Float64Array.of(3) }, true, true]);
    expect(await session().value('types-only.f')).toMatchObject({ data: Float64Array.of(1) });
  });

  test('dynamic imports, also of one file twice at once', async () => {
    expect(await session().value('dynamic.f')).toMatchObject([4, true, { data: Float64Array.of(3) }]);
  });

  test('asking for a backend changes nothing', async () => {
    expect(await session().value('harmless.f')).toMatchObject([true, 'cpu', undefined, { data: Float64Array.of(3) }]);
    expect(session().session.output()).toBe('');
  });

  test('the names of the exported functions', async () => {
    expect(await session().session.open('helper')).toEqual({ exports: ['count', 'default', 'helper'] });
    expect(await session().session.open('class')).toEqual({ exports: ['Model', 'f'] });
  });
});

describe('CommonJS', () => {
  const session = useSession(pool, {
    'object.ts': `const tf = require('@tensorflow/tfjs');\nfunction f() { return tf.add(1, 2); }\nmodule.exports = { f, g: () => 2, h() { return 3; } };`,
    'fields.js': `const { f } = require('./object');\nexports.f = f;\nexports.twice = (x) => 2 * x;\nmodule.exports.thrice = (x) => 3 * x;`,
    'mixed.ts': `const tf = require('@tensorflow/tfjs-node');\nconst { twice } = require('./fields.js');\nexport function f() { return [tf.scalar(twice(2)), require('./esm').name]; }`,
    'esm.ts': `export const name = 'esm'; export default 1;`,
    'uses-esm.ts': `const { name } = require('./esm'); exports.f = () => name;`,
    'imports.ts': `import { twice, thrice } from './fields'; import object from './object'; export const f = () => [twice(1), thrice(1), object.g(), object.h()];`,
    'class.ts': `class Model { f() { return 1; } }\nmodule.exports = Model;`,
    'uses-class.ts': `const Model = require('./class'); exports.f = () => new Model().f();`,
    'typescript.ts': `import tf = require('@tensorflow/tfjs');\nfunction f() { return tf.scalar(4); }\nexport = { f };`,
    'throws.ts': `const tf = require('@tensorflow/tfjs');\nexports.f = () => {\n  return tf.matMul([1], [2]);\n};`,
    'fs.ts': `const fs = require('fs'); exports.f = () => fs;`,
    'missing.ts': `const x = require('./not-there'); exports.f = () => x;`,
    'computed.ts': `const load = (name) => require('./' + name); exports.f = () => load('alone').x;`,
    'alone.ts': `export const x = 1;`,
    'half.ts': `import * as tf from '@tensorflow/tfjs';\nfunction f() { return tf.scalar(1); }\nmodule.exports = { f };\nexport const x = 1;`,
    'own-require.ts': `import { createRequire } from 'module'; const require = createRequire(import.meta.url); export const f = () => require('fs');`,
  });

  test.each(['object', 'fields', 'typescript'])('%s: required tfjs, exported functions', async (name) => {
    expect(await session().value(`${name}.f`)).toMatchObject({ shape: [], data: expect.any(Float64Array) });
  });

  test.each<[string, unknown]>([
    ['uses-esm', 'esm'],
    ['uses-class', 1],
    ['imports', [2, 3, 2, 3]],
  ])('%s', async (name, expected) => {
    expect(await session().value(`${name}.f`)).toEqual(expected);
  });

  test('require in an ES module', async () => {
    expect(await session().value('mixed.f')).toMatchObject([{ data: Float64Array.of(4) }, 'esm']);
  });

  test('the exported names are known', async () => {
    expect(await session().session.open('object')).toEqual({ exports: ['f', 'g', 'h'] });
    expect(await session().session.open('fields')).toEqual({ exports: ['f', 'twice', 'thrice'] });
  });

  test.each([
    ['fs', /imports 'fs', which is not available here/],
    ['own-require', /imports 'module', which is not available here/],
    ['missing', /missing\.ts imports '\.\/not-there', but no such file was handed in/],
    ['computed', /under a computed name/],
    ['half', /module belongs to CommonJS.*write export instead/],
  ])('%s fails kindly', async (name, message) => {
    expect(await session().failure(`${name}.f`)).toMatchObject({
      status: 'runtime-error',
      message: expect.stringMatching(message),
    });
  });

  test('lines stay those of the file', async () => {
    expect((await session().failure('throws.f')).location).toBe('throws.ts:3:13');
  });
});

describe('what does not work says why', () => {
  const session = useSession(pool, {
    'missing-name.ts': `import * as tf from '@tensorflow/tfjs';\nimport { matmul } from '@tensorflow/tfjs';\nexport const f = () => matmul;`,
    'missing-local.ts': `import { helper } from './helper'; export const f = helper;`,
    'missing-default.ts': `import helper from './helper'; export const f = helper;`,
    'helper.ts': `export const help = 1;`,
    'fs.ts': `import { readFileSync } from 'fs'; export const f = () => readFileSync('/etc/passwd');`,
    'node-fs.ts': `import * as fs from 'node:fs'; export const f = () => fs;`,
    'lodash.ts': `import _ from 'lodash'; export const f = () => _;`,
    'dynamic-fs.ts': `export const f = async () => (await import('node:fs')).readFileSync('/etc/passwd');`,
    'absent.ts': `import { x } from './helpr'; export const f = x;`,
    'outside.ts': `import { x } from '../../elsewhere'; export const f = x;`,
    'absolute.ts': `import { x } from '/etc/passwd'; export const f = x;`,
    'url.ts': `import x from 'https://example.org/x.js'; export const f = x;`,
    'json.ts': `import data from './data.json'; export const f = () => data;`,
    'imports-broken.ts': `import { x } from './broken'; export const f = () => x;`,
    'broken.ts': `export const x = ;`,
    'throws.ts': `\n\nthrow new Error('at the top');\nexport const f = 1;`,
    'rejects.ts': `await Promise.reject(new TypeError('no'));\nexport const f = () => 1;`,
    'not-function.ts': `export const f = 3; export const g = [1]; export const h = null;`,
    'early.ts': `export const f = () => x; f(); const x = 1;`,
    'class.ts': `export class f { }`,
    'regexp.ts': `export const f = 1;\nexport const g = () => /(/;`,
    'fine.ts': `export const f = () => 'fine';`,
  });

  test.each([
    ['missing-name', 'runtime-error', /'@tensorflow\/tfjs' exports no matmul\. Is matMul meant\?/],
    ['missing-local', 'runtime-error', /'\.\/helper' exports no helper/],
    ['missing-default', 'runtime-error', /'\.\/helper' has no default export/],
    ['fs', 'runtime-error', /^fs\.ts imports 'fs', which is not available here: only tfjs and the files/],
    ['node-fs', 'runtime-error', /'node:fs', which is not available here/],
    ['lodash', 'runtime-error', /'lodash', which is not available here/],
    ['dynamic-fs', 'runtime-error', /'node:fs', which is not available here/],
    ['absent', 'runtime-error', /'\.\/helpr', but no such file was handed in.*is helper meant/],
    ['outside', 'runtime-error', /lies outside of the submission/],
    ['absolute', 'runtime-error', /'\/etc\/passwd', which is not available here/],
    ['url', 'runtime-error', /not available here/],
    ['json', 'runtime-error', /'\.\/data\.json', but no such file/],
    [
      'imports-broken',
      'compile-error',
      /^imports-broken\.ts imports broken\.ts, which does not compile: broken\.ts, line 1, column 18/,
    ],
    ['throws', 'runtime-error', /Error: at the top/],
    ['rejects', 'runtime-error', /TypeError: no/],
    ['not-function', 'missing', /^f is a number, not a function in not-function\.ts/],
    ['early', 'runtime-error', /ReferenceError: Cannot access 'x' before initialization/],
    ['class', 'runtime-error', /Class constructor f cannot be invoked without 'new'/],
    ['regexp', 'compile-error', /^regexp\.ts does not compile: Invalid regular expression/],
    ['nowhere', 'missing', /no file nowhere\.ts/],
  ])('%s: %s', async (name, status, message) => {
    const first = await session().failure(`${name}.f`);
    expect(first).toMatchObject({ status, message: expect.stringMatching(message) });
    // Loading fails the same way each time.
    expect(await session().failure(`${name}.f`)).toMatchObject({ status, message: first.message });
  });

  test('the place is that of the import', async () => {
    expect((await session().failure('missing-name.f')).location).toMatch(/^missing-name\.ts:2:/);
    expect((await session().failure('throws.f')).location).toBe('throws.ts:3:7');
  });

  test('other files are not harmed', async () => {
    expect(await session().value('fine.f')).toBe('fine');
  });
});

test('a program without any file', async () => {
  const { session, failure } = await openSession(pool(), {});
  expect(await failure('question.f')).toMatchObject({ status: 'missing' });
  await session.close();
});
