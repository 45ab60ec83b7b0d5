import { describe, expect, test } from 'vitest';
import { NdArray } from '../../../harness/model/value.ts';
import { openSession, usePool, useSession } from './kit.ts';

const pool = usePool({ spare: 1 });

describe('what a program throws', () => {
  const session = useSession(pool, {
    'm.ts': `
    import * as tf from '@tensorflow/tfjs';
    export const fine = () => 1;
    const square = tf.customGrad((x) => ({ value: tf.square(x), gradFunc: (dy) => tf.mul(dy, tf.mul(x, 2)) }));
    export const unsaved = () => tf.grad((x) => tf.sum(square(tf.mul(x, 2))))(tf.tensor1d([1, 2]));
    export const nothing = () => { throw null; };
    export const undef = () => { throw undefined; };
    export const text = () => { throw 'too small'; };
    export const number = () => { throw 42; };
    export const symbol = () => { throw Symbol('s'); };
    export const plain = () => { throw { code: 7 }; };
    export const empty = () => { throw new Error(); };
    export const own = () => { class MyError extends Error { name = 'MyError'; } throw new MyError('mine'); };
    export const lines = () => { throw new Error('first line\\nsecond line'); };
    export const long = () => { throw new Error('x'.repeat(1e6)); };
    export const proxy = () => { throw new Proxy({}, new Proxy({}, { get: () => { throw new Error('trap'); } })); };
    export const getters = () => { throw { get message() { throw 1; }, get stack() { throw 2; }, get name() { throw 3; }, toString() { throw 4; } }; };
    export const prepare = () => { Error.prepareStackTrace = () => { throw new Error('no stack'); }; throw new Error('prepared'); };
    export const markup = () => { throw new Error('<b>bold</b> \\u202e'); };
    export const loop = () => { throw { get message() { for (;;); } }; };
    export const reject = () => Promise.reject(new RangeError('async'));
    export const rejectNothing = () => Promise.reject();
    export const alloc = () => new Float64Array(2 ** 33);
    export const syntax = () => JSON.parse('{');
    export const evaluates = () => new Function('return ;;; )')();
    `,
  });
  test.each<[string, RegExp]>([
    ['nothing', /^The program threw “null”\.$/],
    ['undef', /^The program threw “undefined”\.$/],
    ['text', /^The program threw “too small”\.$/],
    ['number', /^The program threw “42”\.$/],
    ['symbol', /^The program threw “Symbol\(s\)”\.$/],
    ['plain', /^The program threw “{"code":7}”\.$/],
    ['empty', /^The program stopped with Error: no message$/],
    ['own', /^The program stopped with MyError: mine$/],
    ['lines', /^The program stopped with Error: first line$/],
    ['long', /^The program stopped with Error: x{1000,4096}$/],
    ['proxy', /^The program threw/],
    ['getters', /^The program threw/],
    ['markup', /^The program stopped with Error: <b>bold<\/b>/],
    ['reject', /^The program stopped with RangeError: async$/],
    ['rejectNothing', /^The program threw “undefined”\.$/],
    ['syntax', /^The program stopped with SyntaxError: /],
    ['evaluates', /^The program stopped with SyntaxError: /],
    ['prepare', /^The program stopped with Error: prepared$/],
  ])('%s', async (fn, message) => {
    expect(await session().failure(`m.${fn}`)).toMatchObject({
      status: 'runtime-error',
      message: expect.stringMatching(message),
    });
    expect(await session().value('m.fine')).toBe(1);
  });

  test('a tensor that tfjs itself has disposed of', async () => {
    expect(await session().failure('m.unsaved')).toMatchObject({
      status: 'runtime-error',
      message: expect.stringMatching(/reading 'backend'\)\. .*disposed of/),
    });
  });

  test('memory that cannot be had', async () => {
    expect((await session().failure('m.alloc')).status).toMatch(/memory-limit-exceeded|runtime-error/);
  });

  test('an error that never ends to describe itself', async () => {
    expect((await session().failure('m.loop', [], {}, 300)).status).toBe('time-limit-exceeded');
    expect(await session().value('m.fine')).toBe(1);
  });
});

describe('errors that nothing catches', () => {
  const CODE = `
    const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    export const fine = () => 1;
    export const slow = async (x: number) => { await wait(30); return x; };
    export const timer = () => new Promise(() => { setTimeout(() => { throw new RangeError('from a timer'); }, 1); });
    export const rejection = async () => { void Promise.reject(new TypeError('nobody waits')); await wait(10_000); };
    export const afterwards = () => { setTimeout(() => { throw new Error('too late'); }, 1); return 'answered'; };
    export const forgotten = () => { void Promise.reject(new Error('forgotten')); return 'answered'; };
    export const hostile = async () => { void Promise.reject(new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 2; } })); await wait(10_000); };
  `;
  const session = useSession(pool, { 'm.ts': CODE });

  test.each([
    ['timer', /RangeError: from a timer/],
    ['rejection', /TypeError: nobody waits/],
    ['hostile', /The program threw/],
  ])('%s: the call that it comes from fails, at its place', async (fn, message) => {
    const outcomes = await Promise.all([
      session().failure(`m.${fn}`),
      session().value('m.slow', [1]),
      session().value('m.fine'),
    ]);
    expect(outcomes).toMatchObject([{ status: 'runtime-error', message: expect.stringMatching(message) }, 1, 1]);
    if (fn !== 'hostile') expect(outcomes[0].location).toMatch(/^m\.ts:[56]:/);
  });

  test.each(['afterwards', 'forgotten'])(
    '%s: an answered call stays answered, and the next is not blamed',
    async (fn) => {
      const { session: own, value } = await openSession(pool(), { 'm.ts': CODE });
      const outcomes = await Promise.all([value(`m.${fn}`), value('m.slow', [1]), value('m.slow', [2])]);
      expect(outcomes).toEqual(['answered', 1, 2]);
      await own.close();
      expect(own.output()).toMatch(/^An error that nothing caught: Error (too late|forgotten)\n$/);
    },
  );
});

describe('results that resist', () => {
  const session = useSession(pool, {
    'm.ts': `
    import * as tf from '@tensorflow/tfjs';
    export const fine = () => 1;
    export const getter = () => ({ get a() { throw new Error('in a getter'); } });
    export const loop = () => ({ get a() { for (;;); } });
    export const cycle = () => { const a: any = [1]; a.push(a); return a; };
    export const deep = () => { let a: any = 1; for (let i = 0; i < 1e4; i++) a = [a]; return a; };
    export const proxy = () => new Proxy({ a: 1 }, {});
    export const trap = () => new Proxy({}, { ownKeys() { throw new Error('no keys'); } });
    export const noPrototype = () => new Proxy({}, { getPrototypeOf() { throw new Error('no prototype'); } });
    export const endless = () => new Proxy([], { get: (_, key: string) => key === 'length' ? Infinity : Number(key) >= 0 ? 1 : undefined });
    export const iterator = () => Object.assign([1, 2], { *[Symbol.iterator]() { for (;;) yield 1; } });
    export const longList = () => new Array(2 ** 32 - 1);
    export const tensor = () => tf.zeros([3000, 3000]);
    export const numbers = () => new Array(8e6).fill(0.5);
    export const strings = () => new Array(300_000).fill('');
    export const text = () => 'x'.repeat(1e8);
    export const large = () => tf.ones([1000, 1000]);
    export const then = () => ({ then() { throw new Error('in then'); } });
    export const neverThen = () => ({ then() {} });
    export const fakeTensor = () => Object.assign(Object.create(tf.Tensor.prototype), { shape: [1e6, 1e6], dtype: 'float32', data: async () => new Float64Array(1) });
    export const wrongShape = () => { const t = tf.tensor([1, 2]); Object.assign(t, { shape: [3] }); return t; };
    `,
  });

  test.each<[string, string, RegExp]>([
    ['getter', 'runtime-error', /Error: in a getter/],
    ['cycle', 'runtime-error', /nested too deeply, or contains itself/],
    ['deep', 'runtime-error', /nested too deeply, or contains itself/],
    ['trap', 'runtime-error', /Error: no keys/],
    ['endless', 'output-limit-exceeded', /The result is too large: more than 64 MB/],
    ['longList', 'output-limit-exceeded', /too large/],
    ['tensor', 'output-limit-exceeded', /too large/],
    ['numbers', 'output-limit-exceeded', /too large/],
    ['strings', 'output-limit-exceeded', /more than 250000 lists and objects/],
    ['text', 'output-limit-exceeded', /too large/],
    ['then', 'runtime-error', /Error: in then/],
    ['wrongShape', 'runtime-error', /The program stopped with/],
    ['fakeTensor', 'runtime-error', /The program stopped with/],
  ])('%s: %s', async (fn, status, message) => {
    expect(await session().failure(`m.${fn}`)).toMatchObject({ status, message: expect.stringMatching(message) });
    expect(await session().value('m.fine')).toBe(1);
  });

  test.each(['loop', 'neverThen'])('%s: time-limit-exceeded', async (fn) => {
    expect((await session().failure(`m.${fn}`, [], {}, 300)).status).toBe('time-limit-exceeded');
    expect(await session().value('m.fine')).toBe(1);
  });

  test('harmless ones pass', async () => {
    expect(await session().value('m.proxy')).toEqual(Object.assign(Object.create(null), { a: 1 }));
    expect(await session().value('m.noPrototype')).toEqual(Object.create(null));
    expect(await session().value('m.iterator')).toEqual([1, 2]);
    expect((await session().value('m.large')) as NdArray).toMatchObject({ shape: [1000, 1000] });
  });

  test('all results of a session together are bounded', async () => {
    const own = await openSession(pool(), {
      'm.ts': `import * as tf from '@tensorflow/tfjs'; export const f = () => tf.zeros([7_000_000]);`,
    });
    for (let i = 0; i < 4; i++) expect((await own.ask('m.f')).status).toBe('ok');
    expect(await own.failure('m.f')).toMatchObject({
      status: 'output-limit-exceeded',
      message: 'The results of all calls together are too large.',
    });
    await own.session.close();
  });
});

describe('places', () => {
  const session = useSession(pool, {
    'main.ts': `import * as tf from '@tensorflow/tfjs';
import { helper } from './lib/helper';
interface Point { x: number }

type Long = {
  a: number;
};
export function own(p: Point, long?: Long): never {
  throw new Error('here' as string);
}
export function inHelper() { return helper(3); }
export function inTfjs() {
  const a = tf.zeros([2, 3]);
  return tf.matMul(a, a);
}
export async function afterAwait() {
  await null;
  throw new Error('later');
}
export const inCallback = () => [1, 2].map((x: number) => (x as any).no.such);
export const inTidy = () => tf.tidy(() => tf.tidy(() => { throw new Error('deep'); }));
export class Thing { constructor() { null!.x; } static make() { return new Thing(); } }
export const inClass = () => Thing.make();
export const recursion = (): number => recursion() + 1;
`,
    'lib/helper.ts': `// one line
// another
export const helper = (x: number): number => {
  const unused: Array<number> = [];
  return (undefined as any).x + x;
};
`,
    'ü ö/große Übung.ts': `\nexport const f = () => { throw new Error('umlaut'); };`,
    'umlaut.ts': `export { f } from './ü ö/große Übung';`,
    'forged.ts': `export const f = () => { const e = new Error('x'); e.stack = 'at f (main.ts:999999999:5)\\nat g (/etc/passwd.ts:1:1)'; throw e; };
export const g = () => { const e = new Error('x'); e.stack = 'at g (/etc/passwd.ts:1:1)'; throw e; };`,
  });

  test.each([
    ['main.own', 'main.ts:9:9'],
    ['main.inHelper', 'lib/helper.ts:5:29'],
    ['main.inTfjs', 'main.ts:14:13'],
    ['main.afterAwait', 'main.ts:18:9'],
    ['main.inCallback', 'main.ts:20:73'],
    ['main.inTidy', 'main.ts:21:65'],
    ['main.inClass', 'main.ts:22:44'],
    ['umlaut.f', 'ü ö/große Übung.ts:2:32'],
  ])('%s: %s', async (path, location) => {
    expect(await session().failure(path)).toMatchObject({ status: 'runtime-error', location });
  });

  test('a recursion is placed in its function', async () => {
    expect((await session().failure('main.recursion')).location).toMatch(/^main\.ts:24:/);
  });

  test('a forged stack names nothing but the files of the submission', async () => {
    expect((await session().failure('forged.f')).location).toMatch(/^main\.ts:\d+:\d+$/);
    expect((await session().failure('forged.g')).location).toBeUndefined();
  });
});

describe('output', () => {
  const small = usePool({ limits: { memoryMb: 250 }, spare: 0 });
  const print = `
    export const out = (text: string) => { console.log(text); return 1; };
    export const err = (text: string) => { console.error(text); return 1; };
    export const raw = (text: string, n: number) => { process.stdout.write(text.repeat(n)); return 1; };
    export const dies = () => { console.log('last words'); process.reallyExit(1); };`;

  test('is there in full when the session is closed, errors after the rest', async () => {
    const own = await openSession(pool(), { 'm.ts': print });
    for (let i = 0; i < 5; i++) {
      await own.value('m.err', [`error ${i}`]);
      await own.value('m.out', [`line ${i}`]);
    }
    await own.failure('m.dies');
    await own.value('m.out', ['again']);
    await own.session.close();
    expect(own.session.output()).toBe(
      'line 0\nline 1\nline 2\nline 3\nline 4\nlast words\n\nerror 0\nerror 1\nerror 2\nerror 3\nerror 4\n\nagain\n',
    );
  });

  test('is capped, over all processes of a session, without cutting characters', async () => {
    const own = await openSession(pool(), { 'm.ts': print });
    await own.value('m.raw', ['ä', 40_000]);
    await own.failure('m.dies');
    await own.value('m.raw', ['ö', 40_000]);
    await own.session.close();
    const output = own.session.output();
    // A 16th of the megabyte that this pool allows.
    expect(output).toMatch(/^ä{32768}\n… \(14475 more bytes\)\nö{32768}\n… \(14464 more bytes\)$/);
    // Three would be more than a session keeps, of twice as much.
    const long = await openSession(pool(), { 'm.ts': print });
    for (const text of ['a', 'b', 'c']) {
      await long.value('m.raw', [text, 100_000]);
      await long.failure('m.dies');
    }
    await long.session.close();
    expect(long.session.output()).toMatch(/^a{65536}\n… \(\d+ more bytes\)\nb+\n… \(\d+ more characters\)$/);
  });

  test('of a full heap has nothing of what Node says', async () => {
    const own = await openSession(small(), {
      'm.ts': `export const f = () => { console.log('mine'); const all = []; for (;;) all.push([all.length]); };`,
    });
    expect((await own.failure('m.f')).status).toBe('memory-limit-exceeded');
    await own.session.close();
    expect(own.session.output().trim()).toBe('mine');
  });
});

test('the empty array travels', async () => {
  const own = await openSession(pool(), { 'm.ts': 'export const f = (x) => x;' });
  expect(await own.value('m.f', [NdArray.zeros([0, 3])])).toMatchObject({ shape: [0, 3] });
  await own.session.close();
});
