import { type Attack, all, atImport, EARNED, inCall, inError, type Outcome } from '../attack.ts';

const FULL = inError('memory-limit-exceeded', 'time-limit-exceeded', 'runtime-error');
const TOO_MUCH = inError('output-limit-exceeded');
const LEFT_NOTHING: Outcome = {
  posterior: ['accepted', 'output-limit-exceeded'],
  mu: ['accepted', 'output-limit-exceeded'],
};

/** Programs that want more memory, disk or space in the records than there is. */
export const memory: Attack[] = [
  {
    name: 'heap',
    tries: 'fills the heap with objects',
    content: inCall('const all = []; for (;;) all.push({ a: all.length, b: [all.length] });'),
    outcome: FULL,
  },
  {
    name: 'buffers',
    tries: 'fills memory outside of the heap',
    content: inCall('const all = []; for (;;) all.push(new Uint8Array(1 << 26).fill(1));'),
    outcome: FULL,
    quick: true,
  },
  {
    name: 'buffers-at-import',
    tries: 'fills memory while it is opened',
    content: atImport('const all = []; for (;;) all.push(Buffer.alloc(1 << 26, 1));'),
    outcome: all('memory-limit-exceeded', 'runtime-error', 'time-limit-exceeded'),
  },
  {
    name: 'tensors',
    tries: 'keeps tensors',
    content: inCall('const all = []; for (;;) all.push(tf.ones([4e6]));', "import * as tf from '@tensorflow/tfjs';"),
    outcome: FULL,
  },
  {
    name: 'wasm',
    tries: 'grows the memory of WebAssembly and touches all of it',
    content: inCall(
      'const m = new WebAssembly.Memory({ initial: 1, maximum: 65536 }); for (;;) { m.grow(256); new Uint8Array(m.buffer).fill(1); }',
    ),
    outcome: FULL,
  },
  {
    name: 'shared-buffers',
    tries: 'fills memory that is shared between threads',
    content: inCall('const all = []; for (;;) all.push(new Uint8Array(new SharedArrayBuffer(1 << 26)).fill(1));'),
    outcome: FULL,
  },
  {
    name: 'threads',
    tries: 'lets many threads fill a heap each',
    content: inCall(
      'return new Promise(() => {});',
      `const { Worker } = need('worker_threads');
for (let i = 0; i < 8; i++) { try { new Worker('const a = []; for (;;) a.push(new Uint8Array(1 << 24).fill(1));', { eval: true }).on('error', () => {}); } catch {} }`,
    ),
    outcome: all('memory-limit-exceeded', 'runtime-error', 'time-limit-exceeded', 'accepted'),
  },
  {
    name: 'reserves',
    tries: 'reserves address space by the terabyte',
    content: atImport(
      'const all = []; for (let i = 0; i < 64; i++) { try { all.push(new ArrayBuffer(8, { maxByteLength: 2 ** 36 })); } catch {} }',
    ),
    outcome: all('accepted', 'memory-limit-exceeded', 'runtime-error'),
  },
  {
    name: 'long-string',
    tries: 'returns a text of 256 million characters',
    content: inCall("return 'x'.repeat(2 ** 28);"),
    outcome: inError('output-limit-exceeded', 'memory-limit-exceeded'),
  },
  {
    name: 'long-error',
    tries: 'throws an error with a message of 100 million characters',
    content: inCall("throw new Error('x'.repeat(1e8));"),
    outcome: inError('runtime-error'),
  },
  {
    name: 'long-keys',
    tries: 'returns a record with keys of a million characters, for the sentence that names them',
    content: inCall("return Object.fromEntries([1, 2, 3, 4, 5, 6].map((i) => [i + 'x'.repeat(1e6), i]));"),
    outcome: inError('wrong-answer'),
  },
  {
    name: 'long-word',
    tries: 'returns a text of a million characters in parentheses, as the worker describes what it cannot send',
    content: inCall("return '(' + 'x'.repeat(1e6) + ')';"),
    outcome: inError('wrong-answer'),
  },
  {
    name: 'many-exports',
    tries: 'exports 2,500 functions with long names',
    content: atImport(
      `${Array.from({ length: 2500 }, (_, i) => `export const ${'f'.repeat(60)}${i} = () => {};`).join('\n')}`,
    ),
    outcome: EARNED,
    quick: true,
  },
  {
    name: 'big-tensor',
    tries: 'returns a tensor of 80 MB',
    content: inCall('return new Float64Array(1e7);'),
    outcome: TOO_MUCH,
  },
  {
    name: 'big-tensors-again',
    tries: 'returns 50 MB in every call',
    content: inCall('return new Float64Array(5e6);'),
    // The results of a process count together: what is asked afterwards may find nothing left.
    outcome: { ...inError('wrong-answer', 'output-limit-exceeded'), ...LEFT_NOTHING },
  },
  {
    name: 'many-lists',
    tries: 'returns three million empty lists',
    content: inCall('return Array.from({ length: 3e6 }, () => []);'),
    outcome: inError('output-limit-exceeded', 'time-limit-exceeded', 'memory-limit-exceeded'),
  },
  {
    name: 'lying-length',
    tries: 'returns an array of two numbers that claims a billion',
    content: inCall("const a = new Float64Array(2); Object.defineProperty(a, 'length', { value: 1e9 }); return a;"),
    outcome: TOO_MUCH,
  },
  {
    name: 'negative-length',
    tries: 'returns a list of length −1',
    content: inCall('return new Proxy([], { get: (t, key) => (key === "length" ? -1 : t[key]) });'),
    outcome: inError('wrong-answer', 'runtime-error', 'protocol-error'),
  },
  {
    name: 'sparse-list',
    tries: 'returns an empty list of length 4 billion',
    content: inCall('const a = []; a.length = 2 ** 32 - 1; return a;'),
    outcome: TOO_MUCH,
  },
  {
    name: 'lying-shape',
    tries: 'returns a tensor that claims a shape of a billion entries',
    content: inCall(
      'const x = tf.tensor([1, 2]); x.shape = [1e9]; x.size = 2; return x;',
      "import * as tf from '@tensorflow/tfjs';",
    ),
    outcome: inError('runtime-error', 'wrong-answer', 'protocol-error'),
  },
  {
    name: 'deep-list',
    tries: 'returns lists in lists, a hundred thousand deep',
    content: inCall('let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return a;'),
    outcome: inError('runtime-error'),
  },
  {
    name: 'circle',
    tries: 'returns an object that contains itself',
    content: inCall('const a = { b: [] }; a.b.push(a); return a;'),
    outcome: inError('runtime-error'),
    quick: true,
  },
  {
    name: 'fills-tmp',
    tries: 'fills its private folder for temporary files',
    content: atImport(
      `let written = 0; const block = Buffer.alloc(1 << 20);
for (let i = 0; i < 160; i++) { try { fs.writeFileSync((process.env.TMPDIR ?? '/tmp') + '/f' + i, block); written++; } catch { break; } }
if (written > 128) escaped('wrote ' + written + ' MB of temporary files');`,
    ),
    outcome: EARNED,
    known: {
      partial: { attempts: /^wrote 160 MB/, why: 'Landlock limits no sum of files; they are gone when the program is' },
    },
  },
  {
    name: 'fills-tmp-with-names',
    tries: 'makes 20,000 empty files and folders',
    content: atImport(
      "try { for (let i = 0; i < 10_000; i++) { fs.writeFileSync('/tmp/n' + i, ''); fs.mkdirSync('/tmp/d' + i); } } catch {}",
    ),
    outcome: all('accepted', 'time-limit-exceeded'),
  },
  {
    name: 'one-big-file',
    tries: 'writes one file beyond the limit of a file',
    content: atImport(
      `attempt('wrote a file of 12 MB', () => { const fd = fs.openSync((process.env.TMPDIR ?? '/tmp') + '/big', 'w'); for (let i = 0; i < 12; i++) if (fs.writeSync(fd, Buffer.alloc(1 << 20)) < 1 << 20) throw 1; });`,
    ),
    outcome: all('accepted', 'runtime-error'),
  },
  {
    name: 'open-files',
    tries: 'opens as many files as it can',
    content: atImport(
      `let open = 0; try { for (;;) { fs.openSync('/dev/null'); open++; } } catch {}
if (open > 128) escaped('opened ' + open + ' files');`,
    ),
    outcome: EARNED,
  },
  {
    name: 'prints-without-end',
    tries: 'prints without end',
    content: inCall("for (;;) fs.writeSync(1, 'x'.repeat(1 << 12));"),
    outcome: inError('output-limit-exceeded'),
    quick: true,
  },
  {
    name: 'prints-errors-without-end',
    tries: 'prints to standard error while it is opened',
    content: atImport("for (;;) fs.writeSync(2, 'x'.repeat(1 << 12));"),
    outcome: all('output-limit-exceeded'),
  },
];
