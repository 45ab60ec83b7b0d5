import { type Attack, all, atImport, EARNED, inAsyncCall, inCall, inError } from '../attack.ts';

const HANGS = inError('time-limit-exceeded');

/** Programs that never end, or end late. */
export const time: Attack[] = [
  {
    name: 'loop-at-import',
    tries: 'loops for ever while it is opened',
    content: atImport('for (;;);'),
    outcome: all('time-limit-exceeded'),
    quick: true,
  },
  { name: 'loop-in-a-call', tries: 'loops for ever in a call', content: inCall('for (;;);'), outcome: HANGS },
  {
    name: 'loop-in-a-getter',
    tries: 'returns an object that loops when it is read',
    content: inCall('return { get shape() { for (;;); } };'),
    outcome: HANGS,
  },
  {
    name: 'loop-in-an-error',
    tries: 'throws an error that loops when it is asked for its message',
    content: inCall('throw { get message() { for (;;); } };'),
    outcome: HANGS,
  },
  {
    name: 'loop-in-to-json',
    tries: 'throws an object that loops when it is made a text',
    content: inCall('throw { a: 1, toJSON() { for (;;); }, toString() { for (;;); } };'),
    outcome: HANGS,
  },
  {
    name: 'loop-in-then',
    tries: 'returns a promise of its own making that loops when it is awaited',
    content: inCall('return { then() { for (;;); } };'),
    outcome: HANGS,
  },
  {
    name: 'then-never-calls',
    tries: 'returns a promise of its own making that never answers',
    content: inCall('return { then() {} };'),
    outcome: HANGS,
  },
  {
    name: 'promise-never-settles',
    tries: 'returns a promise that never settles',
    content: inCall('return new Promise(() => {});'),
    outcome: HANGS,
    quick: true,
  },
  {
    name: 'endless-promises',
    tries: 'answers each promise with another, for ever',
    content: inCall('const again = () => ({ then: (done) => done(again()) }); return again();'),
    outcome: HANGS,
  },
  {
    name: 'microtasks',
    tries: 'keeps the event loop from turning with microtasks',
    content: inAsyncCall('for (;;) await null;'),
    outcome: HANGS,
  },
  {
    name: 'next-ticks',
    tries: 'keeps the event loop from turning with ticks, while it returns at once',
    content: inAsyncCall(
      'const tick = () => process.nextTick(tick); tick(); await new Promise((done) => setTimeout(done, 1));',
    ),
    outcome: HANGS,
  },
  {
    name: 'regular-expression',
    tries: 'hangs in a regular expression, where no code of its own runs',
    content: inCall("/^(a+)+$/.test('a'.repeat(60) + 'b');"),
    outcome: HANGS,
  },
  {
    name: 'native-loop',
    tries: 'hangs in a single call of a built-in function',
    content: inCall('const a = []; a.length = 2 ** 32 - 1; a.indexOf(1);'),
    outcome: HANGS,
  },
  {
    name: 'sleeps',
    tries: 'sleeps without using the processor',
    content: inCall('Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);'),
    outcome: HANGS,
  },
  {
    name: 'slow-drip',
    tries: 'prints a character now and then, so as to seem alive',
    content: inCall('setInterval(() => process.stdout.write("."), 50); return new Promise(() => {});'),
    outcome: HANGS,
  },
  {
    name: 'hangs-after-its-reply',
    tries: 'answers, and then blocks the process under the next call',
    content: inCall('setImmediate(() => setImmediate(() => { for (;;); }));'),
    // A call that was under way already is answered in time.
    outcome: { error: 'time-limit-exceeded', posterior: 'accepted', mu: 'accepted' },
  },
  {
    name: 'exit-hook',
    tries: 'loops in its exit hooks, so as not to end',
    content: atImport("process.on('exit', () => { for (;;); }); process.on('beforeExit', () => { for (;;); });"),
    outcome: EARNED,
  },
  {
    name: 'ignores-signals',
    tries: 'ignores every signal that can be ignored, and loops',
    content: inCall(
      'for (;;);',
      "for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGXCPU', 'SIGPIPE', 'SIGQUIT']) { try { process.on(name, () => {}); } catch {} }",
    ),
    outcome: HANGS,
  },
  {
    name: 'stops-itself',
    tries: 'stops its own process by a signal',
    content: inCall('process._kill(process.pid, 19);'),
    outcome: HANGS,
    // There no signal can be sent, not even to oneself, and the result is right.
    outcomeAt: { partial: EARNED },
    quick: true,
  },
  {
    name: 'stops-the-sandbox',
    tries: 'stops the first process of its sandbox, and every other one that it can see',
    content: inCall(
      'for (const pid of [1, 2, 3, process.ppid, -1]) { try { process._kill(pid, 19); } catch {} } return new Promise(() => {});',
    ),
    outcome: HANGS,
  },
  {
    name: 'spinning-threads',
    tries: 'starts threads that take the processor from its own main thread, whose waiting is not held against it',
    content: inCall(
      'for (;;);',
      `const { Worker } = need('worker_threads');
for (let i = 0; i < 12; i++) { try { new Worker('for (;;);', { eval: true }).on('error', () => {}); } catch {} }`,
    ),
    outcome: { ...HANGS, posterior: ['accepted', 'time-limit-exceeded'], mu: ['accepted', 'time-limit-exceeded'] },
  },
  {
    name: 'timers-for-ever',
    tries: 'leaves timers behind that never end',
    content: atImport('for (let i = 0; i < 1000; i++) setInterval(() => {}, 1);'),
    outcome: EARNED,
  },
  {
    name: 'endless-list',
    tries: 'returns a list that grows while it is read',
    content: inCall(
      "return new Proxy([], { get: (_, key) => (key === 'length' ? 2 ** 40 : /^\\d+$/.test(String(key)) ? 1 : undefined) });",
    ),
    outcome: inError('output-limit-exceeded', 'time-limit-exceeded'),
  },
  {
    name: 'endless-depth',
    tries: 'returns an object that has another one in it wherever one looks',
    content: inCall('const deeper = () => ({ get next() { return deeper(); } }); return deeper();'),
    outcome: inError('runtime-error'),
  },
];
