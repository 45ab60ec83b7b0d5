import { type Attack, all, atImport, EARNED, own, RIGHT } from '../attack.ts';

const BROKEN = all('compile-error');
const SLOW = all('compile-error', 'runtime-error', 'accepted', 'missing');

const source = (text: string | Uint8Array) => ({ 'exercise1.ts': text });
const beside = (more: Record<string, string | Uint8Array>) => ({ 'exercise1.ts': RIGHT, ...more });
const imports = (specifier: string) =>
  atImport(
    `try { const m = await import(${JSON.stringify(specifier)}); escaped('imported ' + ${JSON.stringify(specifier)} + ' ' + Object.keys(m)); } catch {}`,
  );
const importsAtOnce = (specifier: string) =>
  source(`import * as x from ${JSON.stringify(specifier)};\n${RIGHT}\nconsole.log(x);`);

/** Files that are hard to read, and files that want to be read for others. */
export const sources: Attack[] = [
  {
    name: 'grows',
    tries: 'has 180 files that grow two hundredfold when they are compiled, more than the worker can be handed',
    content: {
      'exercise1.ts': RIGHT,
      ...Object.fromEntries(
        Array.from({ length: 180 }, (_, i) => [
          `g${i}.ts`,
          `${'{'.repeat(250)}${'a\n'.repeat(2000)}${'}'.repeat(250)}`,
        ]),
      ),
    },
    outcome: EARNED,
    quick: true,
  },
  {
    name: 'long-and-throwing',
    tries: 'throws in every call of a file of 250 KB, whose source map is read to find the place',
    content: source(
      `${RIGHT.replace(/export function (\w+)\([^{]*\{/g, "$& throw new Error('$1');")}\n${'0;'.repeat(80_000)}`,
    ),
    outcome: all('runtime-error'),
  },
  {
    name: 'parentheses',
    tries: 'has 200,000 nested parentheses',
    content: source(`export const a = ${'('.repeat(100_000)}1${')'.repeat(100_000)};`),
    outcome: BROKEN,
    quick: true,
  },
  {
    name: 'functions',
    tries: 'has functions in functions, 2,000 deep',
    content: source(`${'function f(){'.repeat(2000)}${'}'.repeat(2000)}`),
    outcome: BROKEN,
  },
  {
    name: 'prefixes',
    tries: 'has 100,000 minus signs in a row',
    content: source(`export const a = ${'- '.repeat(100_000)}1;`),
    outcome: BROKEN,
  },
  {
    name: 'assignments',
    tries: 'has 60,000 assignments in one expression',
    content: source(`let a;\na${'=a'.repeat(60_000)};\n${RIGHT}`),
    outcome: BROKEN,
    quick: true,
  },
  {
    name: 'conditionals',
    tries: 'has 60,000 conditionals in one expression',
    content: source(`let a;\na=${'a?a:'.repeat(40_000)}a;\n${RIGHT}`),
    outcome: BROKEN,
  },
  {
    name: 'else-if',
    tries: 'has 10,000 branches of one if',
    content: source(`let a;\n${'if(a);else '.repeat(15_000)};\n${RIGHT}`),
    outcome: SLOW,
  },
  {
    name: 'labels',
    tries: 'has 20,000 labels before one statement',
    content: source(`${Array.from({ length: 20_000 }, (_, i) => `a${i}:`).join('')};\n${RIGHT}`),
    outcome: BROKEN,
  },
  {
    name: 'powers',
    tries: 'has 60,000 powers in one expression',
    content: source(`let a = 1;\na=${'a**'.repeat(60_000)}a;\n${RIGHT}`),
    outcome: BROKEN,
  },
  {
    name: 'sums',
    tries: 'has 100,000 sums in one expression',
    content: source(`let a = 1;\na=${'a+'.repeat(100_000)}a;\n${RIGHT}`),
    outcome: SLOW,
  },
  {
    name: 'members',
    tries: 'has 60,000 member accesses in a row',
    content: source(`let a: any = {};\nif (0) a${'.a'.repeat(60_000)};\n${RIGHT}`),
    outcome: BROKEN,
  },
  {
    name: 'statements-without-braces',
    tries: 'has 20,000 loops, each the body of the one before',
    content: source(`${'while(0)'.repeat(20_000)};\n${RIGHT}`),
    outcome: SLOW,
  },
  {
    name: 'types',
    tries: 'has a type of 40,000 levels',
    content: source(`type A = ${'keyof '.repeat(40_000)}any;\n${RIGHT}`),
    outcome: SLOW,
  },
  {
    name: 'type-conditionals',
    tries: 'has 10,000 conditional types in one',
    content: source(`type A<T> = ${'T extends 1 ? 1 : '.repeat(10_000)}1;\n${RIGHT}`),
    outcome: SLOW,
  },
  {
    name: 'generics',
    tries: 'has angle brackets 10,000 deep',
    content: source(`let a: ${'Array<'.repeat(10_000)}any${'>'.repeat(10_000)};\n${RIGHT}`),
    outcome: SLOW,
  },
  {
    name: 'templates',
    tries: 'has templates in templates, 5,000 deep',
    content: source(`const a = ${'`${'.repeat(5000)}1${'}`'.repeat(5000)};`),
    outcome: BROKEN,
  },
  {
    name: 'decorators',
    tries: 'has 20,000 decorators on one class',
    content: source(`const d = (x: any) => x;\n${'@d '.repeat(20_000)}class A {}\n${RIGHT}`),
    outcome: SLOW,
  },
  {
    name: 'yields',
    tries: 'has 30,000 arrows in a row',
    content: source(`export const a = ${'b=>'.repeat(30_000)}1;`),
    outcome: BROKEN,
  },
  {
    name: 'declarations',
    tries: 'declares 30,000 names',
    content: source(`${Array.from({ length: 20_000 }, (_, i) => `let v${i}=${i};`).join('')}\n${RIGHT}`),
    outcome: SLOW,
  },
  { name: 'long-line', tries: 'is one line of 15 MB', content: source(`// ${'x'.repeat(15 << 20)}`), outcome: BROKEN },
  {
    name: 'too-long',
    tries: 'is one line of 50 MB',
    content: source(new Uint8Array(50 << 20).fill(0x20)),
    outcome: { rejected: /too large/ },
  },
  { name: 'empty', tries: 'is empty', content: source(''), outcome: all('missing') },
  {
    name: 'binary',
    tries: 'is a program of the machine',
    content: source(new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0xff, 0xfe])),
    outcome: BROKEN,
    quick: true,
  },
  {
    name: 'byte-order-mark',
    tries: 'begins with a byte order mark',
    content: source(`\ufeff${RIGHT}`),
    outcome: EARNED,
  },
  {
    name: 'utf-16',
    tries: 'is saved as UTF-16',
    content: source(Buffer.from(`\ufeff${RIGHT}`, 'utf16le')),
    outcome: BROKEN,
  },
  {
    name: 'latin-1',
    tries: 'is not UTF-8',
    content: source(Buffer.concat([Buffer.from(RIGHT), Buffer.from([0x2f, 0x2f, 0xe9, 0xff])])),
    outcome: BROKEN,
  },
  { name: 'nul-bytes', tries: 'has NUL bytes in it', content: source(`${RIGHT}\n// \0`), outcome: BROKEN },
  {
    name: 'hidden-direction',
    tries: 'hides code behind marks that turn the text around',
    content: source(`/* \u202e */ const hidden = '\u2066'; \n${RIGHT}`),
    outcome: EARNED,
  },
  {
    name: 'source-map',
    tries: 'names a source map of its own, of a file of the machine',
    content: source(`${RIGHT}\n//# sourceMappingURL=file:///etc/passwd\n//# sourceURL=file:///etc/passwd`),
    outcome: EARNED,
  },
  {
    name: 'html-comments',
    tries: 'uses comments that only old scripts have',
    content: source(`<!-- x\n${RIGHT}\n--> y`),
    outcome: all('compile-error', 'runtime-error'),
  },
  {
    name: 'hash-bang',
    tries: 'says which program is to run it',
    content: source(`#!/bin/sh\n${RIGHT}`),
    outcome: EARNED,
  },
  {
    name: 'imports-the-host',
    tries: 'imports a file of the machine',
    content: imports('/etc/passwd'),
    outcome: EARNED,
    quick: true,
  },
  {
    name: 'imports-the-reference',
    tries: 'imports the reference',
    content: imports('%ROOT%/reference/tub-sheet10/mdn-gradients/solution.ts'),
    outcome: EARNED,
    quick: true,
  },
  {
    name: 'imports-by-url',
    tries: 'imports by a file URL',
    content: imports('file:///app/worker.cjs'),
    outcome: EARNED,
  },
  {
    name: 'imports-data',
    tries: 'imports code from a data: URL',
    content: imports('data:text/javascript,export const a = 1'),
    outcome: EARNED,
  },
  {
    name: 'imports-the-web',
    tries: 'imports code from the web',
    content: imports('https://example.com/x.js'),
    outcome: EARNED,
  },
  { name: 'imports-node', tries: 'imports modules of Node', content: imports('node:fs'), outcome: EARNED },
  {
    name: 'imports-a-neighbour',
    tries: 'imports a file of another submission',
    content: imports('../e-honest/exercise1.ts'),
    outcome: EARNED,
  },
  { name: 'imports-an-addon', tries: 'imports a native addon', content: imports('./x.node'), outcome: EARNED },
  {
    name: 'imports-packages',
    tries: 'imports packages that the grader itself uses',
    content: imports('esbuild'),
    outcome: EARNED,
  },
  {
    name: 'imports-fs-at-once',
    tries: 'imports the file system by a declaration',
    content: importsAtOnce('fs'),
    outcome: all('runtime-error'),
  },
  {
    name: 'imports-json',
    tries: 'imports a JSON file by an assertion',
    content: source(`import x from '/etc/hostname' with { type: 'json' };\n${RIGHT}\nconsole.log(x);`),
    outcome: all('runtime-error', 'compile-error'),
  },
  {
    name: 'imports-itself',
    tries: 'imports itself in a circle',
    content: {
      'exercise1.ts': `import './a';\n${RIGHT}`,
      'a.ts': "import './exercise1'; import './b';",
      'b.ts': "import './a';",
    },
    outcome: EARNED,
  },
  {
    name: 'imports-500',
    tries: 'imports 180 files in a chain',
    content: {
      'exercise1.ts': `import './m0';\n${RIGHT}`,
      ...Object.fromEntries(
        Array.from({ length: 180 }, (_, i) => [`m${i}.ts`, i < 179 ? `import './m${i + 1}';` : 'export {};']),
      ),
    },
    outcome: all('accepted', 'compile-error', 'missing'),
  },
  {
    name: 'settings',
    tries: 'brings settings and libraries of its own',
    content: beside({
      'package.json':
        '{"type":"commonjs","scripts":{"preinstall":"touch %TOKEN%","install":"touch %TOKEN%"},"main":"x"}',
      'tsconfig.json': '{"compilerOptions":{"jsx":"react","paths":{"*":["/etc/*"]}},"extends":"/etc/passwd"}',
      '.npmrc': 'registry=http://127.0.0.1/',
      'node_modules/@tensorflow/tfjs/index.js': 'throw 1',
      'node_modules/@tensorflow/tfjs/package.json': '{"main":"index.js"}',
      '.env': 'X=1',
      'biome.json': '{}',
      'vitest.config.ts': 'process.exit(1)',
    }),
    outcome: EARNED,
    quick: true,
  },
  {
    name: 'shadows',
    tries: 'brings files with the names of libraries and of Node’s modules',
    content: beside({
      'fs.ts': 'throw 1',
      'torch.py': 'x',
      'sitecustomize.py': 'x',
      '@tensorflow/tfjs.ts': 'throw 1',
      'worker.cjs': 'x',
      'process.ts': 'throw 1',
    }),
    outcome: EARNED,
  },
  {
    name: 'two-of-a-name',
    tries: 'has its program in two files of one name',
    content: { 'exercise1.ts': RIGHT, 'exercise1.js': 'export const mdnError = () => 0;', 'exercise1.mjs': 'throw 1;' },
    outcome: EARNED,
  },
  {
    name: 'case',
    tries: 'has its program under two names that differ in case',
    content: { 'exercise1.ts': RIGHT, 'Exercise1.ts': 'throw 1' },
    outcome: { rejected: /same name on many systems/ },
  },
  {
    name: 'link-to-the-host',
    tries: 'hands in a link to a file of the machine as its program',
    content: { 'exercise1.ts': { link: '/etc/passwd' }, 'x.md': 'x' },
    outcome: all('missing'),
    quick: true,
  },
  {
    name: 'link-to-a-neighbour',
    tries: 'hands in a link to a neighbour’s program',
    content: { 'exercise1.ts': { link: '../e-honest/exercise1.ts' }, 'x.md': 'x' },
    outcome: all('missing'),
  },
  {
    name: 'link-to-a-folder',
    tries: 'hands in links to folders, in a circle',
    content: beside({}) && { 'exercise1.ts': RIGHT, 'lib/loop': { link: '..' }, host: { link: '/' } },
    outcome: EARNED,
  },
  {
    name: 'pipe',
    tries: 'hands in a named pipe as its program',
    content: { 'exercise1.ts': { fifo: true }, 'x.md': 'x' },
    outcome: all('missing'),
    quick: true,
  },
  {
    name: 'socket',
    tries: 'hands in a socket as its program',
    content: { 'exercise1.ts': { socket: true }, 'x.md': 'x' },
    outcome: all('missing'),
  },
  {
    name: 'folder-as-program',
    tries: 'hands in a folder with the name of its program',
    content: { 'exercise1.ts/x.md': 'x', 'y.md': 'x' },
    outcome: all('missing'),
  },
  {
    name: 'many-files',
    tries: 'hands in 600 files',
    content: { 'exercise1.ts': RIGHT, ...Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`f${i}.md`, 'x'])) },
    outcome: { rejected: /more than 500 files/ },
  },
  {
    name: 'deep',
    tries: 'hands in folders 20 deep',
    content: { 'exercise1.ts': RIGHT, [`${'d/'.repeat(20)}x.md`]: 'x' },
    outcome: { rejected: /folders deep/ },
  },
  {
    name: 'common-js',
    tries: 'exports by CommonJS from a closure that reaches for require',
    content: own(
      "const r = typeof require === 'function' ? require : undefined; for (const name of ['fs', 'child_process', '/etc/passwd', './x.node']) attempt('required ' + name, () => { const m = r(name); if (!m) throw 1; }); module.exports = { mdnError: () => 0, posterior: () => 0, dErrorDMu: () => 0 };",
    ),
    outcome: {
      error: ['wrong-answer', 'runtime-error'],
      posterior: ['wrong-answer', 'runtime-error'],
      mu: ['wrong-answer', 'runtime-error'],
    },
  },
];
