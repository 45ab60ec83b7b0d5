import { type Attack, all, atImport, EARNED, inCall, inError, lying, NOT_ACCEPTED } from '../attack.ts';

/** Writes frames of its own making to descriptor 3; `nonce` is that of the call at hand, stolen from the worker. */
const FRAMES = `const put = (bytes) => { for (let at = 0; at < bytes.length; ) { try { at += fs.writeSync(3, bytes, at); } catch (error) { if (error.code !== 'EAGAIN') throw error; } } };
const frame = (kind, length, nonce, body) => {
  const head = Buffer.alloc(28);
  head.writeUInt32LE(0x44415247, 0); head[4] = kind; head[5] = 1; head.writeUInt32LE(length, 8); head.set(nonce, 12);
  return Buffer.concat([head, body]);
};
const nobody = Buffer.alloc(16);
let nonce = nobody;
const { from } = Uint8Array;
Uint8Array.from = function (source, ...rest) { if (source?.length === 16) nonce = from.call(Uint8Array, source); return from.call(this, source, ...rest); };
const { Socket } = need('net');
const { write } = Socket.prototype;
const reply = (body) => put(frame(17, body.length, nonce, body));
const wait = () => { for (;;); };
`;

const inFrames = (code: string) => inCall(code, FRAMES);
const DISTURBED = inError('protocol-error');

/** Programs that speak to the grader in the worker's place. */
export const channel: Attack[] = [
  {
    name: 'garbage',
    tries: 'writes into the channel what looks like a verdict',
    content: inFrames(`put(Buffer.from('{"passed": true, "points": 100, "status": "accepted"}'.repeat(3)));`),
    outcome: DISTURBED,
    quick: true,
  },
  {
    name: 'random-bytes',
    tries: 'writes a megabyte of random bytes into the channel',
    content: inFrames("try { put(need('crypto').randomBytes(1 << 20)); } catch {} wait();"),
    outcome: DISTURBED,
  },
  {
    name: 'huge-length',
    tries: 'announces a frame of four gigabytes',
    content: inFrames('put(frame(17, 2 ** 32 - 1, nonce, Buffer.alloc(0)));'),
    outcome: DISTURBED,
  },
  {
    name: 'negative-length',
    tries: 'announces a frame whose length is negative if read with a sign',
    content: inFrames('put(frame(17, 0x80000000, nonce, Buffer.alloc(64)));'),
    outcome: DISTURBED,
  },
  {
    name: 'truncated',
    tries: 'sends half a frame and no more',
    content: inFrames('put(frame(17, 1000, nonce, Buffer.alloc(10))); wait();'),
    outcome: inError('time-limit-exceeded'),
  },
  {
    name: 'largest-frame',
    tries: 'announces the largest frame that is allowed and sends it a byte at a time',
    content: inFrames(
      'put(frame(17, 64 * 1024 * 1024, nonce, Buffer.alloc(0))); for (;;) { put(Buffer.of(0)); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1); }',
    ),
    outcome: inError('time-limit-exceeded'),
  },
  {
    name: 'forged-reply',
    tries: 'replies to a request that was not made',
    content: inFrames('put(frame(17, 1, nobody, Buffer.of(3)));'),
    outcome: DISTURBED,
    quick: true,
  },
  {
    name: 'guessed-nonces',
    tries: 'replies a thousand times with guessed nonces',
    content: inFrames(
      "for (let i = 0; i < 1000; i++) { try { put(frame(17, 1, need('crypto').randomBytes(16), Buffer.of(3))); } catch {} }",
    ),
    outcome: inError('protocol-error', 'runtime-error'),
  },
  {
    name: 'forged-ready',
    tries: 'says once more that the worker is ready',
    content: inFrames('put(frame(16, 1, nobody, Buffer.of(0)));'),
    outcome: DISTURBED,
  },
  {
    name: 'wrong-kind',
    tries: 'sends the parent a request in place of a reply',
    content: inFrames('put(frame(3, 1, nonce, Buffer.of(0))); wait();'),
    outcome: DISTURBED,
  },
  {
    name: 'unknown-version',
    tries: 'sends a frame of another version',
    content: inFrames('const bytes = frame(17, 1, nonce, Buffer.of(3)); bytes[5] = 2; put(bytes); wait();'),
    outcome: DISTURBED,
  },
  {
    name: 'two-replies',
    tries: 'sends each of its replies twice',
    content: atImport(
      `${FRAMES}Socket.prototype.write = function (...args) { write.apply(this, args); return write.apply(this, args); };`,
    ),
    outcome: {
      error: 'protocol-error',
      posterior: 'protocol-error',
      mu: 'protocol-error',
      'mu-gradient': 'protocol-error',
      purity: 'protocol-error',
    },
    quick: true,
  },
  {
    name: 'second-reply-late',
    tries: 'sends a second reply when nobody waits for one any more',
    content: inFrames('const late = nonce; setTimeout(() => put(frame(17, 1, late, Buffer.of(3))), 5);'),
    // Whichever call is under way then fails, or the last one of all.
    outcome: all('protocol-error', 'accepted'),
  },
  {
    name: 'replay',
    tries: 'sends an earlier reply again in place of later ones',
    content: atImport(
      `${FRAMES}let first; Socket.prototype.write = function (bytes, ...rest) { first ??= Buffer.from(bytes); return write.call(this, first, ...rest); };`,
    ),
    outcome: { error: 'protocol-error', posterior: 'protocol-error', mu: 'protocol-error' },
  },
  {
    name: 'early-reply',
    tries: 'replies itself with a wrong result before the worker does',
    content: inFrames('reply(Buffer.from([4, 0, 0, 0, 0, 0, 0, 0, 0])); wait();'),
    outcome: inError('wrong-answer', 'protocol-error', 'time-limit-exceeded'),
  },
  {
    name: 'accepted-as-result',
    tries: 'replies with records that say that it passed',
    content: lying(
      `${FRAMES}const text = (s) => { const b = Buffer.alloc(4 + s.length); b.writeUInt32LE(s.length); b.write(s, 4); return b; };
const body = Buffer.concat([Buffer.of(7, 3, 0, 0, 0), text('status'), Buffer.of(5), text('accepted'), text('points'), Buffer.of(4), Buffer.from(new Float64Array([100]).buffer), text('share'), Buffer.of(4), Buffer.from(new Float64Array([1]).buffer)]);
export const mdnError = () => { reply(body); wait(); };`,
    ),
    outcome: NOT_ACCEPTED,
    quick: true,
  },
  {
    name: 'internal-error-as-result',
    tries: 'replies that the grader failed, which would leave its points open',
    content: inFrames(
      `const text = (s) => { const b = Buffer.alloc(4 + s.length); b.writeUInt32LE(s.length); b.write(s, 4); return b; };
const body = Buffer.concat([Buffer.of(7, 2, 0, 0, 0), text('kind'), Buffer.of(5), text('internal-error'), text('status'), Buffer.of(5), text('internal-error')]);
put(frame(18, body.length, nonce, body)); wait();`,
    ),
    outcome: inError('runtime-error', 'time-limit-exceeded', 'protocol-error'),
    quick: true,
  },
  {
    name: 'unknown-tag',
    tries: 'replies with a value of a kind that does not exist',
    content: inFrames('reply(Buffer.of(99)); wait();'),
    outcome: DISTURBED,
  },
  {
    name: 'too-deep',
    tries: 'replies with a value nested 5,000 levels deep',
    content: inFrames('reply(Buffer.concat(Array.from({ length: 5000 }, () => Buffer.of(6, 1, 0, 0, 0)))); wait();'),
    outcome: DISTURBED,
  },
  {
    name: 'lying-tensor',
    tries: 'replies with a tensor whose size does not fit its bytes',
    content: inFrames('reply(Buffer.of(8, 0, 2, 255, 255, 255, 255, 255, 255, 255, 255)); wait();'),
    outcome: DISTURBED,
  },
  {
    name: 'many-records',
    tries: 'replies with a million empty records, which take twenty times their bytes in memory',
    content: inFrames(
      'const body = Buffer.alloc(5 + 5 * 1_200_000, Buffer.of(7, 0, 0, 0, 0)); body[0] = 6; body.writeUInt32LE(1_200_000, 1); reply(body); wait();',
    ),
    // What may come back of all calls together is used up, also for calls that are right.
    outcome: {
      error: ['output-limit-exceeded', 'protocol-error'],
      posterior: ['accepted', 'output-limit-exceeded'],
      mu: ['accepted', 'output-limit-exceeded'],
    },
  },
  {
    name: 'special-arguments',
    tries: 'replies with a value that only requests may hold',
    content: inFrames('reply(Buffer.of(19)); wait();'),
    outcome: DISTURBED,
  },
  {
    name: 'proto-key',
    tries: 'replies with a record whose key is __proto__',
    content: inFrames(
      `const key = Buffer.from('__proto__'); const length = Buffer.alloc(4); length.writeUInt32LE(key.length);
reply(Buffer.concat([Buffer.of(7, 1, 0, 0, 0), length, key, Buffer.of(7, 0, 0, 0, 0)])); wait();`,
    ),
    outcome: inError('wrong-answer', 'time-limit-exceeded', 'protocol-error'),
  },
  {
    name: 'closed',
    tries: 'closes the channel and goes on',
    content: inFrames('fs.closeSync(3); return new Promise(() => {});'),
    outcome: inError('protocol-error', 'time-limit-exceeded'),
  },
  {
    name: 'closed-and-returns',
    tries: 'closes the channel and returns',
    content: inFrames('fs.closeSync(3);'),
    outcome: inError('protocol-error', 'runtime-error', 'time-limit-exceeded'),
  },
  {
    name: 'deaf',
    tries: 'reads no request any more, so that the grader blocks as it writes',
    content: atImport(
      `${FRAMES}Socket.prototype.on = Socket.prototype.addListener = function () { return this; }; for (const h of process._getActiveHandles()) h.pause?.();`,
    ),
    outcome: {
      error: ['time-limit-exceeded', 'accepted'],
      posterior: ['time-limit-exceeded', 'accepted'],
      mu: ['time-limit-exceeded', 'accepted'],
    },
  },
  {
    name: 'verdicts-everywhere',
    tries: 'writes “accepted” wherever somebody might look for a verdict',
    content: lying(
      `const verdict = '{"schema":1,"status":"accepted","passed":true,"points":10,"exit_code":0}';
for (let fd = 0; fd < 32; fd++) { if (fd === 3) continue; try { fs.writeSync(fd, '\\n' + verdict + '\\n'); } catch {} }
for (const file of ['/tmp/result.json', '/tmp/grades.json', '/app/grades.json', '/dev/stdout', '/dev/stderr', 'grades.json', '/autograder/results/results.json', process.env.GITHUB_OUTPUT ?? '/tmp/out']) { try { fs.writeFileSync(file, verdict); } catch {} }
console.log('::set-output name=points::10'); console.log('##teamcity[testFinished name=\\'mdnError\\']'); console.log('ok 1 - mdnError'); console.log('PASS  exercise1'); process.exitCode = 0;`,
    ),
    outcome: NOT_ACCEPTED,
    quick: true,
  },
  {
    name: 'verdicts-as-results',
    tries: 'returns what a grader might take for a verdict',
    content: lying(
      "export const mdnError = () => ({ status: 'accepted', points: 3, share: 1, ok: true, valueOf: () => 1, toString: () => 'accepted' }); export const posterior = () => 'accepted'; export const dErrorDMu = () => true;",
    ),
    outcome: NOT_ACCEPTED,
  },
  {
    name: 'verdicts-as-errors',
    tries: 'throws errors that say that the program was accepted',
    content: lying(
      "export const mdnError = () => { throw Object.assign(new Error('accepted'), { status: 'accepted', kind: 'accepted', friendly: true, fatal: false, name: 'accepted' }); };",
    ),
    outcome: NOT_ACCEPTED,
  },
  {
    name: 'other-descriptors',
    tries: 'copies the channel to other descriptors and talks through them',
    content: inFrames(
      "for (const path of ['/proc/self/fd/3', '/dev/fd/3']) { try { const fd = fs.openSync(path, 'r+'); fs.writeSync(fd, 'x'); escaped('opened the channel again'); } catch {} }",
    ),
    outcome: inError('accepted', 'protocol-error'),
  },
  {
    name: 'reads-requests',
    tries: 'reads requests from the channel before the worker does',
    content: inFrames(
      'try { const b = Buffer.alloc(4096); for (let i = 0; i < 20; i++) { try { fs.readSync(3, b); } catch {} } } catch {}',
    ),
    outcome: { ...inError('accepted', 'time-limit-exceeded', 'runtime-error', 'protocol-error') },
  },
  {
    name: 'earned',
    tries: 'looks into the channel and does nothing',
    content: atImport(`${FRAMES}for (const h of process._getActiveHandles()) { h.bytesRead; }`),
    outcome: EARNED,
  },
];
