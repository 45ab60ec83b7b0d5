import { type Attack, atImport, EARNED, inCall, inError, lying, NOT_ACCEPTED, WRONG_ANSWERS } from '../attack.ts';

const TFJS = "import * as tf from '@tensorflow/tfjs';\n";

/** Programs that change the worker they run in, so that wrong results look right or inputs are seen early. */
export const worker: Attack[] = [
  {
    name: 'comparisons',
    tries: 'makes everything equal to everything',
    content: lying(
      `Object.is = () => true; Number.prototype.valueOf = () => 0; Number.isFinite = () => true; Number.isNaN = () => false;
Array.prototype.every = () => true; Array.prototype.some = () => false;`,
    ),
    outcome: NOT_ACCEPTED,
    quick: true,
  },
  {
    name: 'arithmetic',
    tries: 'makes every difference zero by replacing Math',
    content: lying('Math.abs = Math.hypot = Math.sqrt = () => 0; Math.max = () => 0; Math.min = () => 0;'),
    outcome: NOT_ACCEPTED,
    quick: true,
  },
  {
    name: 'prototype-pollution',
    tries: 'gives every object the properties of an accepted verdict',
    content: lying(
      "Object.assign(Object.prototype, { status: 'accepted', share: 1, ok: true, points: 10, passed: true, kind: 'accepted', friendly: true });",
    ),
    outcome: NOT_ACCEPTED,
    quick: true,
  },
  {
    name: 'proxied-results',
    tries: 'returns objects that are whatever one asks them for',
    content: lying(
      `const anything = new Proxy(function () {}, { get: (_, key) => (key === 'then' ? undefined : key === Symbol.toPrimitive ? () => 1 : anything), apply: () => anything, has: () => true, ownKeys: () => ['prototype'], getPrototypeOf: () => Float64Array.prototype });
export const mdnError = () => anything; export const posterior = () => new Proxy([], { get: (t, key) => (key === 'length' ? 3 : key === 'then' ? undefined : anything) }); export const dErrorDMu = () => anything;`,
    ),
    outcome: NOT_ACCEPTED,
  },
  {
    name: 'not-a-number',
    tries: 'returns NaN and infinities, which compare with nothing',
    content: lying(
      'export const mdnError = () => NaN; export const posterior = (a) => new Float64Array(a.shape[0]).fill(NaN); export const dErrorDMu = (a, mu) => mu.arraySync().map((row) => row.map(() => Infinity));',
    ),
    outcome: NOT_ACCEPTED,
    quick: true,
  },
  {
    name: 'empty-results',
    tries: 'returns empty arrays, of which every entry is right',
    content: lying(
      'export const mdnError = () => []; export const posterior = () => new Float64Array(0); export const dErrorDMu = () => [[]];',
    ),
    outcome: NOT_ACCEPTED,
  },
  {
    name: 'typed-arrays',
    tries: 'replaces the typed arrays and their methods',
    content: lying(
      `const { slice } = Float64Array.prototype;
Float64Array.prototype.slice = function (...a) { return slice.apply(this, a).fill(0); }; Float64Array.prototype.set = function () {};
globalThis.Float64Array = globalThis.Float32Array = class extends Array {}; globalThis.DataView = class {}; globalThis.Uint8Array = class extends Array {};`,
    ),
    outcome: NOT_ACCEPTED,
  },
  {
    name: 'buffers-and-json',
    tries: 'replaces Buffer, JSON and the text coders',
    content: lying(
      'Buffer.from = () => Buffer.alloc(0); JSON.stringify = () => \'{"status":"accepted"}\'; JSON.parse = () => ({ status: \'accepted\' }); globalThis.TextEncoder = globalThis.TextDecoder = class {};',
    ),
    outcome: NOT_ACCEPTED,
  },
  {
    name: 'promises',
    tries: 'replaces promises, so that the worker never goes on',
    content: lying(
      'Promise.prototype.then = function () { return this; }; Promise.resolve = () => ({}); globalThis.Promise = class {};',
    ),
    outcome: NOT_ACCEPTED,
  },
  {
    name: 'ticks',
    tries: 'replaces ticks, microtasks and immediates',
    content: lying(
      'process.nextTick = () => {}; globalThis.queueMicrotask = () => {}; globalThis.setImmediate = () => {};',
    ),
    outcome: NOT_ACCEPTED,
  },
  {
    name: 'clocks',
    tries: 'stops every clock that it can reach',
    content: atImport(
      'Date.now = () => 0; performance.now = () => 0; process.hrtime = () => [0, 0]; process.hrtime.bigint = () => 0n; globalThis.Date = class extends Date { constructor() { super(0); } }; globalThis.setTimeout = (f) => { queueMicrotask(f); return { unref() {}, ref() {} }; }; globalThis.clearTimeout = () => {};',
    ),
    outcome: EARNED,
  },
  {
    name: 'slow-with-stopped-clocks',
    tries: 'stops the clocks and then takes too long',
    content: inCall('for (;;);', 'Date.now = () => 0; performance.now = () => 0; process.hrtime.bigint = () => 0n;'),
    outcome: inError('time-limit-exceeded'),
  },
  {
    name: 'process-object',
    tries: 'takes the process object apart',
    content: atImport(
      "process.removeAllListeners(); process.on('uncaughtException', () => {}); process.on('unhandledRejection', () => {}); delete process.stdout; process.exit = process.abort = process.kill = process.reallyExit = () => {}; process.emit = () => true;",
    ),
    outcome: EARNED,
  },
  {
    name: 'swallows-errors',
    tries: 'throws where nobody can catch it, having silenced those who would',
    content: inCall(
      "setTimeout(() => { throw new Error('late'); }, 0); return new Promise((done) => setTimeout(() => done(0), 20));",
      "process.removeAllListeners('uncaughtException'); process.removeAllListeners('unhandledRejection'); process.on('uncaughtException', () => {});",
    ),
    outcome: inError('wrong-answer', 'runtime-error'),
  },
  {
    name: 'module-hooks',
    tries: 'hooks the loading of modules',
    content: lying(
      `const Module = need('module');
try { Module._load = () => ({ status: 'accepted' }); Module.prototype.require = () => ({}); Module._extensions['.cjs'] = () => {}; } catch {}
try { Module.register('data:text/javascript,export async function load() { return { format: "module", source: "" } }'); } catch {}`,
    ),
    outcome: WRONG_ANSWERS,
  },
  {
    name: 'vm-modules',
    tries: 'replaces the machinery of modules, so that other exports are found',
    content: lying(
      "const vm = need('vm'); for (const C of [vm.Module, vm.SourceTextModule, vm.SyntheticModule]) { if (!C) continue; for (const key of ['link', 'evaluate']) { try { C.prototype[key] = async () => {}; } catch {} } try { Object.defineProperty(C.prototype, 'namespace', { get: () => ({ mdnError: () => 0 }) }); } catch {} }",
    ),
    outcome: NOT_ACCEPTED,
  },
  {
    name: 'tfjs-reading',
    tries: 'replaces the methods by which results are read from tensors',
    content: lying(
      `${TFJS}const proto = Object.getPrototypeOf(tf.scalar(0)); proto.data = async () => new Float64Array([2.36349]); proto.dataSync = () => new Float64Array([2.36349]); proto.arraySync = () => 2.36349;
export const mdnError = () => tf.scalar(1);`,
    ),
    outcome: NOT_ACCEPTED,
  },
  {
    name: 'tfjs-kernels',
    tries: 'replaces the kernels and the engine',
    content: lying(
      `${TFJS}for (const name of ['Sub', 'Abs', 'Greater', 'Equal', 'Add', 'Identity', 'Cast', 'Reshape']) { try { tf.unregisterKernel(name, 'cpu'); tf.registerKernel({ kernelName: name, backendName: 'cpu', kernelFunc: ({ backend }) => backend.makeTensorInfo([], 'float32', new Float64Array([0])) }); } catch {} }
tf.engine().reset(); tf.disposeVariables();`,
    ),
    outcome: NOT_ACCEPTED,
  },
  {
    name: 'instance-checks',
    tries: 'makes everything an instance of everything',
    content: lying(
      `${TFJS}for (const C of [tf.Tensor, tf.Variable, Array, Float64Array, Error]) { try { Object.defineProperty(C, Symbol.hasInstance, { value: () => true }); } catch {} }`,
    ),
    outcome: NOT_ACCEPTED,
  },
  {
    name: 'changes-its-arguments',
    tries: 'changes its arguments in place, so that the next call finds others',
    content: inCall(
      'const e = right.mdnError(alpha, mu, sigma, t); for (const x of [alpha, mu, sigma, t]) x.dataSync().fill(1); return e;',
    ),
    outcome: { error: 'accepted', posterior: 'accepted', mu: 'accepted', purity: 'wrong-answer' },
    quick: true,
  },
  {
    name: 'disposes-its-arguments',
    tries: 'disposes of its arguments',
    content: inCall(
      'const e = right.mdnError(alpha, mu, sigma, t); for (const x of [alpha, mu, sigma, t]) x.dispose(); return e;',
    ),
    outcome: { error: 'accepted', posterior: 'accepted', mu: 'accepted', purity: 'wrong-answer' },
  },
  {
    name: 'behaves-at-first',
    tries: 'is right in its first five calls and wrong afterwards',
    content: inCall('if (++calls > 5) return 0;', 'let calls = 0;'),
    outcome: {
      // Every input of this criterion was among the five; those that come later tell.
      error: 'accepted',
      posterior: 'accepted',
      mu: 'accepted',
      'mu-gradient': 'wrong-answer',
      purity: ['accepted', 'wrong-answer'],
    },
  },
  {
    name: 'remembers',
    tries: 'returns for every call what it computed for the first',
    content: inCall('return (kept ??= right.mdnError(alpha, mu, sigma, t));', 'let kept;'),
    outcome: { error: 'wrong-answer', posterior: 'accepted', mu: 'accepted', 'mu-gradient': 'wrong-answer' },
  },
  {
    name: 'random',
    tries: 'returns random numbers, in the hope of a lucky one',
    content: lying(
      'export const mdnError = () => Math.random() * 10; export const posterior = (a) => { const p = Array.from({ length: a.shape[0] }, Math.random); return p; };',
    ),
    outcome: { error: 'wrong-answer', posterior: 'wrong-answer', mu: 'wrong-answer', 'mu-gradient': 'wrong-answer' },
  },
  {
    name: 'other-export',
    tries: 'replaces another exported function while one of them runs',
    content: atImport(
      `export let posterior = (...args) => right.posterior(...args);
export function mdnError(...args) { posterior = (...more) => right.posterior(...more).map((p) => p / 2); return right.mdnError(...args); }`,
    ),
    outcome: { error: 'accepted', posterior: 'wrong-answer', mu: 'accepted' },
  },
  {
    name: 'hoards-inputs',
    tries: 'listens to the channel for the inputs of calls that are still to come, and prints them',
    content: atImport(
      `const { Socket } = need('net'); const { push } = need('stream').Readable.prototype; let seen = 0;
need('stream').Readable.prototype.push = function (chunk, ...rest) { if (chunk) seen += chunk.length; return push.call(this, chunk, ...rest); };
for (const h of process._getActiveHandles()) h.on?.('data', (chunk) => { seen += chunk.length; });`,
    ),
    outcome: EARNED,
  },
  {
    name: 'searches-memory',
    tries: 'searches all memory of its process for other people’s secrets, whose beginnings it knows',
    content: atImport(
      `try {
  const fd = fs.openSync('/proc/self/mem', 'r');
  const words = [['neigh', 'bour-'], ['ho', 'st-'], ['environ', 'ment-']].map((parts) => Buffer.from(parts.join('')));
  for (const line of fs.readFileSync('/proc/self/maps', 'latin1').split('\\n')) {
    const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
    if (!from) continue;
    const bytes = Buffer.alloc(Math.min(Number.parseInt(to, 16) - Number.parseInt(from, 16), 1 << 24));
    try { fs.readSync(fd, bytes, 0, bytes.length, Number.parseInt(from, 16)); } catch { continue; }
    for (const word of words) for (let at = bytes.indexOf(word); at >= 0; at = bytes.indexOf(word, at + 1)) console.log(bytes.toString('latin1', at, at + 40).replace(/[^ -~]/g, '.'));
  }
} catch {}`,
    ),
    outcome: EARNED,
  },
  {
    name: 'paths-in-errors',
    tries: 'reads from stacks, module names and its own entries in /proc where the grader lies',
    content: atImport(
      `const read = (name) => { try { return fs.readFileSync('/proc/self/' + name, 'latin1'); } catch { return ''; } };
const before = Error.prepareStackTrace; Error.prepareStackTrace = (_, sites) => sites.map((s) => s.getFileName()); const names = new Error('x').stack; Error.prepareStackTrace = before;
const all = [...names, new Error('x').stack, import.meta.url, process.argv.join(), process.execArgv.join(), process.cwd(), process.title, ...['mountinfo', 'cgroup', 'cmdline', 'maps'].map(read)].join('\\n');
if (all.includes('%ROOT%')) escaped('knows where the grader lies');`,
    ),
    outcome: EARNED,
    known: {
      partial: {
        attempts: /^knows where/,
        why: 'there are no names of its own for files there; those of the machine are seen',
      },
    },
  },
  {
    name: 'imports-the-worker',
    tries: 'loads the worker and Node’s insides again, to get at functions that were taken away',
    content: atImport(
      `const r = need('module').createRequire('/app/');
for (const name of ['/app/worker.cjs', '/app/body.js', '@tensorflow/tfjs', 'internal/bootstrap/loaders', './node_modules/x']) attempt('required ' + name, () => { r(name); });
attempt('bound contextify', () => { process.binding('contextify'); return false; });
attempt('read the worker', () => { fs.readFileSync('/app/worker.cjs'); return false; });`,
    ),
    outcome: EARNED,
    known: {
      full: {
        attempts: /^required \/app\/worker\.cjs$/,
        why: 'the worker itself may be read and loaded: it is public and holds nothing secret',
      },
      strong: {
        attempts: /^required \/app\/worker\.cjs$/,
        why: 'the worker itself may be read and loaded: it is public and holds nothing secret',
      },
    },
  },
  {
    name: 'async-hooks',
    tries: 'hooks every asynchronous step of the worker',
    content: atImport(
      "need('async_hooks').createHook({ init() {}, before() {}, after() {}, destroy() {}, promiseResolve() {} }).enable(); need('diagnostics_channel').subscribe('net.client.socket', () => {});",
    ),
    outcome: EARNED,
  },
  {
    name: 'finalizers',
    tries: 'runs code from finalizers, weak references and exit handlers after everything is over',
    content: atImport(
      "const registry = new FinalizationRegistry(() => { fs.writeSync(3, 'x'); }); process.on('exit', () => { try { fs.writeSync(3, 'late'); } catch {} });",
    ),
    outcome: EARNED,
  },
];
