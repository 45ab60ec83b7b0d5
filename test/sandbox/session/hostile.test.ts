import { beforeEach, describe, expect, test } from 'vitest';
import { detectLevel } from '../../../harness/sandbox/level.ts';
import { lacking } from '../launch/sandbox.ts';
import { LONG, openSession, type TestSession, usePool } from './kit.ts';

const { level: best } = await detectLevel();
const LEVELS = [...new Set([best, 'none' as const])];

/** For calls that hang: whatever the machine does, they will not answer. */
const SHORT = 300;

const CODE = `
  const fs = process.getBuiltinModule('node:fs');
  const { Socket } = process.getBuiltinModule('node:net');
  export const fine = (x = 1) => x;
  export const later = async (x: number) => { await new Promise((resolve) => setTimeout(resolve, 20)); return x; };

  export const loop = () => { for (;;); };
  export const microtasks = async () => { for (;;) await null; };
  export const never = () => new Promise(() => {});
  export const busyTimer = async () => { setTimeout(() => { for (;;); }, 0); await new Promise((resolve) => setTimeout(resolve, 10)); };

  export const exit = () => process.exit(0);
  export const abort = () => process.abort();
  export const killSelf = () => process.kill(process.pid, 'SIGKILL');
  export const reallyExit = () => process.reallyExit(0);
  export const reallyKill = () => process._kill(process.pid, 9);
  export const heap = () => { const all = []; for (;;) all.push({ a: all.length, b: [all.length] }); };
  export const buffers = () => { const all = []; for (;;) all.push(new Uint8Array(1 << 27).fill(1)); };
  export const recursion = () => { const f = (x: number): number => f(x + 1) + 1; return f(0); };

  export const print = () => { const line = 'x'.repeat(1 << 16); for (let i = 0; i < 1000; i++) fs.writeSync(1, line); return 1; };

  export const closeChannel = async () => { fs.closeSync(3); await new Promise((resolve) => setTimeout(resolve, 60_000)); };
  export const closeAndReturn = () => { fs.closeSync(3); return 1; };
  const put = (bytes: Uint8Array) => { for (let at = 0; at < bytes.length; ) { try { at += fs.writeSync(3, bytes, at); } catch (error) { if (error.code !== 'EAGAIN') throw error; } } };
  const frame = (kind: number, length: number, nonce: Uint8Array, body: Uint8Array) => {
    const head = Buffer.alloc(28);
    head.writeUInt32LE(0x44415247, 0); head[4] = kind; head[5] = 1; head.writeUInt32LE(length, 8); head.set(nonce, 12);
    return Buffer.concat([head, body]);
  };
  export const garbage = () => { put(Buffer.from('{"passed": true, "points": 100}'.repeat(3))); return 1; };
  export const forged = () => { put(frame(17, 1, Buffer.alloc(16), Buffer.of(3))); return 1; };
  export const forgedReady = () => { put(frame(16, 1, Buffer.alloc(16), Buffer.of(0))); return 1; };
  export const huge = () => { put(frame(17, 2 ** 32 - 1, Buffer.alloc(16), Buffer.alloc(0))); return 1; };
  export const partial = () => { put(frame(17, 1000, Buffer.alloc(16), Buffer.alloc(10))); return 1; };

  // The nonce of the call at hand, stolen from the worker.
  let nonce: Uint8Array;
  const { write } = Socket.prototype;
  const { from } = Uint8Array;
  Uint8Array.from = function (source, ...rest) { if (source.length === 16) nonce = from.call(Uint8Array, source); return from.call(this, source, ...rest); };
  const stolen = (body: Uint8Array) => { put(frame(17, body.length, nonce, body)); for (;;); };
  export const stolenGarbage = () => stolen(Buffer.of(99));
  export const stolenDeep = () => stolen(Buffer.concat(Array.from({ length: 100 }, () => Buffer.of(6, 1, 0, 0, 0))));
  export const stolenLie = () => stolen(Buffer.of(8, 0, 2, 255, 255, 255, 255, 255, 255, 255, 255));
  export const stolenRecords = () => {
    const body = Buffer.alloc(5 + 5 * 1_200_000, Buffer.of(7, 0, 0, 0, 0)); // many empty records
    body[0] = 6; body.writeUInt32LE(1_200_000, 1);
    stolen(body);
  };
  export const twice = () => { Socket.prototype.write = function (...args) { write.apply(this, args); return write.apply(this, args); }; return 1; };
  export const long = () => 'x'.repeat(60_000);
  export const breakReplies = () => { Uint8Array.prototype.set = () => { throw 1; }; return 'x'.repeat(1000); };
  export const wrongKind = () => { put(frame(3, 1, nonce, Buffer.of(0))); for (;;); };
  export const liar = () => { put(frame(18, 1, nonce, Buffer.of(0))); for (;;); };
`;

describe.each(LEVELS)('level %s', (level) => {
  beforeEach((context) => context.skip(lacking(level) !== null, `level ${level} cannot be had here`));
  // At level none nothing but Node's own heap bounds the memory.
  const pool = usePool({ level, limits: { memoryMb: 640 }, outputBytes: 1 << 20, spare: 1 });

  const open = (code = CODE, settings = {}) => openSession(pool(), { 'm.ts': code }, settings);
  const using = async (use: (session: TestSession) => Promise<void>, code = CODE, settings = {}) => {
    const session = await open(code, settings);
    try {
      await use(session);
    } finally {
      await session.session.close();
    }
  };

  /** Every one of them alone, and after it the program still answers. */
  const ENDS: [string, string, RegExp, number?][] = [
    [
      'loop',
      'time-limit-exceeded',
      /^loop: There was no answer within 300 ms\. Is there a loop that never ends\?$/,
      SHORT,
    ],
    ['microtasks', 'time-limit-exceeded', /no answer within 300 ms/, SHORT],
    ['never', 'time-limit-exceeded', /no answer within 300 ms/, SHORT],
    ['busyTimer', 'time-limit-exceeded', /no answer within 300 ms/, SHORT],
    ['exit', 'runtime-error', /called process\.exit; a function that is graded has to return or throw/],
    ['abort', 'runtime-error', /called process\.abort/],
    ['killSelf', 'runtime-error', /called process\.kill/],
    ['reallyExit', 'runtime-error', /ended its own process/],
    ['reallyKill', 'runtime-error', /ended its own process/],
    ['heap', 'memory-limit-exceeded', /ran out of memory|more memory than is allowed/],
    [
      'recursion',
      'runtime-error',
      /RangeError: Maximum call stack size exceeded\. Is there a recursion that never ends/,
    ],
    ['print', 'output-limit-exceeded', /printed more than is allowed/],
    ['closeChannel', 'protocol-error', /descriptor 3\) was disturbed: it was closed/],
    ['garbage', 'protocol-error', /does not begin with the magic number/],
    ['forged', 'protocol-error', /a reply came that nobody had asked for/],
    ['forgedReady', 'protocol-error', /a reply came that nobody had asked for/],
    ['huge', 'protocol-error', /longer than the cap/],
    // It waits for the rest of a frame, which swallows the reply.
    ['partial', 'time-limit-exceeded', /no answer within 300 ms/, SHORT],
    ['stolenGarbage', 'protocol-error', /tag 99 does not exist/],
    ['stolenDeep', 'protocol-error', /nested deeper/],
    ['stolenLie', 'protocol-error', /fewer bytes than it needs/],
    ['wrongKind', 'protocol-error', /a frame of the wrong kind/],
  ];

  test.each(ENDS)('%s: %s', async (fn, status, message, deadline = LONG) => {
    await using(async ({ failure, value }) => {
      expect(await value('m.fine')).toBe(1);
      expect(await failure(`m.${fn}`, [], {}, deadline)).toMatchObject({
        status,
        message: expect.stringMatching(message),
      });
      expect(await value('m.fine')).toBe(1);
    });
  });

  test('a forged reply counts as the reply', async () => {
    await using(async ({ failure, value }) => {
      await value('m.fine');
      expect((await failure('m.liar')).message).toBe('The program threw something that is not an error.');
    });
  });

  test('more lists and records than a grader should have to hold', async () => {
    await using(async ({ failure, value }) => {
      await value('m.fine');
      expect(await failure('m.stolenRecords')).toMatchObject({
        status: 'output-limit-exceeded',
        message: 'The results of all calls together are too large.',
      });
    });
  });

  test('long results, again and again, and afterwards nothing but that is said', async () => {
    const quota = { bytes: 250_000, containers: 1000 };
    const use = async ({ ask }: TestSession): Promise<void> => {
      const statuses: string[] = [];
      for (let i = 0; i < 7; i++) statuses.push((await ask('m.long')).status);
      // Not the grader's own fault, although a worker that is handed the program replies to that, too.
      expect(statuses).toEqual([...Array(4).fill('ok'), ...Array(3).fill('output-limit-exceeded')]);
      expect(await ask('m.fine')).toMatchObject({ status: 'output-limit-exceeded' });
    };
    await using(use, CODE, { quota });
  });

  test('big buffers', async (context) => {
    context.skip(level === 'none', 'nothing bounds them at level none');
    await using(async ({ failure, value }) => {
      expect(await failure('m.buffers')).toMatchObject({ status: 'memory-limit-exceeded' });
      expect(await value('m.fine')).toBe(1);
    });
  });

  test('the channel closed, and a result', async () => {
    await using(async ({ failure, value }) => {
      expect((await failure('m.closeAndReturn')).status).toMatch(/runtime-error|protocol-error/);
      expect(await value('m.fine')).toBe(1);
    });
  });

  test('a second reply is told at the next call, or at the end', async () => {
    await using(async ({ value, failure }) => {
      expect(await value('m.twice')).toBe(1);
      expect((await failure('m.fine')).status).toBe('protocol-error');
      expect(await value('m.fine')).toBe(1);
    });
    await using(async ({ session, value }) => {
      expect(await value('m.twice')).toBe(1);
      expect(await session.lastWord()).toMatchObject({ status: 'protocol-error' });
    });
    await using(async ({ session, value }) => {
      expect(await value('m.fine')).toBe(1);
      expect(await session.lastWord()).toBeUndefined();
      expect(await value('m.fine')).toBe(1);
    });
  });

  test('a program that takes apart what replies are made with ends at once', async () => {
    await using(async ({ failure }) => {
      expect(await failure('m.breakReplies')).toMatchObject({
        status: 'runtime-error',
        message: expect.stringMatching(/ended its own process/),
      });
    });
  });

  test('calls under way behind one that hangs or kills are made in a fresh process', async () => {
    await using(async ({ ask }) => {
      const outcomes = await Promise.all([
        ask('m.later', [1]),
        ask('m.loop', [], {}, SHORT),
        ask('m.later', [2]),
        ask('m.reallyExit'),
        ask('m.later', [3]),
        ask('m.garbage'),
        ask('m.later', [4]),
      ]);
      expect(outcomes.map((outcome) => (outcome.status === 'ok' ? outcome.value : outcome.status))).toEqual([
        ...[1, 'time-limit-exceeded', 2, 'runtime-error', 3, 'protocol-error', 4],
      ]);
    });
  });

  test('a function that hung twice is not called again; others are', async () => {
    await using(async ({ failure, value }) => {
      for (let i = 0; i < 2; i++) expect((await failure('m.loop', [], {}, SHORT)).message).toMatch(/no answer within/);
      expect(await failure('m.loop', [], {}, LONG)).toMatchObject({
        status: 'time-limit-exceeded',
        message: expect.stringMatching(/^loop: .*on earlier inputs, so it was not called again/),
        ms: 0,
      });
      expect(await value('m.fine', [5])).toBe(5);
    });
  });

  test('a function that killed its process five times is not called again; others are', async () => {
    await using(async ({ failure, value }) => {
      for (let i = 0; i < 5; i++) expect((await failure('m.reallyExit')).message).toMatch(/ended its own process/);
      expect(await failure('m.reallyExit')).toMatchObject({
        status: 'runtime-error',
        message: 'The program did not outlive its call on earlier inputs, so it was not called again.',
      });
      expect(await value('m.fine', [5])).toBe(5);
    });
  });

  test('a module that hangs while it loads', async () => {
    await using(
      async ({ session, failure }) => {
        expect(await session.open('m')).toMatchObject({
          status: 'time-limit-exceeded',
          message: expect.stringMatching(/^Loading m\.ts: There was no answer within 0?\.?\d+ m?s\. Is there a loop/),
        });
        expect((await failure('m.f', [], {}, SHORT)).status).toBe('time-limit-exceeded');
      },
      'for (;;); export const f = 1;',
      { loadDeadlineMs: SHORT },
    );
  });

  test('a module that exits while it loads', async () => {
    await using(async ({ session }) => {
      expect(await session.open('m')).toMatchObject({ status: 'runtime-error', location: 'm.ts:2:9' });
    }, `export const f = 1;\nprocess.exit(1);`);
  });
});
