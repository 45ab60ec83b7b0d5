import { type Attack, all, atImport, EARNED, inCall, inError } from '../attack.ts';

/** Programs that want to start, end or outlive processes. */
export const processes: Attack[] = [
  {
    name: 'spawns',
    tries: 'starts programs in every way that Node has',
    content: atImport(`const child = need('child_process');
attempt('started a shell', () => child.execSync('true', { stdio: 'ignore' }));
attempt('started node', () => { const { error, status } = child.spawnSync(process.execPath, ['--version']); if (error || status !== 0) throw 1; });
attempt('started a file', () => { const { error } = child.spawnSync('/app/worker.cjs'); if (error) throw 1; });
attempt('forked', () => { if (!child.fork('/app/worker.cjs').pid) throw 1; });
attempt('used the binding', () => { const { Process } = process.binding('process_wrap'); if (new Process().spawn({ file: process.execPath, args: ['node'], stdio: [] }) !== 0) throw 1; });`),
    outcome: EARNED,
    quick: true,
  },
  {
    name: 'fork-bomb',
    tries: 'starts processes as fast as it can',
    content: inCall(`const { spawn } = need('child_process');
for (let i = 0; i < 100; i++) { try { const p = spawn(process.execPath, ['-e', 'for (;;);']); p.on('error', () => {}); if (p.pid) escaped('started a process'); } catch {} }`),
    outcome: inError('accepted', 'runtime-error', 'time-limit-exceeded'),
  },
  {
    name: 'daemon',
    tries: 'leaves a detached process behind',
    content: atImport(`const { spawn } = need('child_process');
for (const file of [process.execPath, '/bin/sh', '/bin/sleep', '/usr/bin/nohup', '/usr/bin/setsid']) {
  try { const p = spawn(file, ['1000'], { detached: true, stdio: 'ignore' }); p.on('error', () => {}); p.unref(); if (p.pid) escaped('left ' + file + ' behind'); } catch {}
}`),
    outcome: EARNED,
  },
  {
    name: 'thread-respawn',
    tries: 'starts a thread that starts itself again whenever it ends',
    content: atImport(`const { Worker } = need('worker_threads');
const again = () => { try { const w = new Worker('setTimeout(() => {}, 20)', { eval: true }); w.on('error', () => {}); w.on('exit', again); w.unref(); } catch {} };
again();`),
    outcome: EARNED,
  },
  {
    name: 'thread-bomb',
    tries: 'starts threads until none can be started',
    content: atImport(`const { Worker } = need('worker_threads');
let started = 0;
for (let i = 0; i < 120; i++) { try { const w = new Worker('setInterval(() => {}, 1e6)', { eval: true }); w.on('error', () => {}); w.on('online', () => { if (++started > 100) escaped('started a hundred threads'); }); w.unref(); } catch { break; } }
await patience(300);`),
    // Node seldom outlives a thread that it needs and does not get.
    outcome: all('accepted', 'runtime-error', 'memory-limit-exceeded', 'time-limit-exceeded'),
    known: {
      partial: { attempts: /threads$/, why: 'threads are limited only where the sandbox has a user id of its own' },
    },
  },
  {
    name: 'kills-all',
    tries: 'kills every process that it may',
    content: atImport('for (const signal of [9, 15, 2]) { try { process._kill(-1, signal); } catch {} }'),
    outcome: EARNED,
    quick: true,
  },
  {
    name: 'kills-its-parents',
    tries: 'kills the processes that started it, and the grader by its number',
    content: atImport(
      'for (const pid of [1, 2, process.ppid, %PID%, -%PID%, -1]) { if (pid === process.pid) continue; for (const signal of [9, 19]) { try { process._kill(pid, signal); } catch {} } }',
    ),
    outcome: EARNED,
    quick: true,
  },
  {
    name: 'signals-the-grader',
    tries: 'sends the grader signals that wake debuggers or end programs softly',
    content: atImport(
      `for (const signal of [10, 12, 1, 2, 15]) { for (const pid of [%PID%, process.ppid, 1]) { attempt('signalled process ' + pid, () => { const e = process._kill(pid, signal); if (e !== 0 || pid !== %PID%) return false; }); } }
attempt('debugged the grader', () => process._debugProcess(%PID%));`,
    ),
    outcome: EARNED,
  },
  {
    name: 'kills-itself',
    tries: 'ends its process by a signal in a call',
    content: inCall('process._kill(process.pid, 9); for (;;);'),
    outcome: inError('runtime-error'),
    outcomeAt: { partial: inError('time-limit-exceeded') },
  },
  {
    name: 'exits-with-success',
    tries: 'ends its process with exit code 0 while it is opened, as tests end that passed',
    content: atImport('process.reallyExit(0);'),
    outcome: all('runtime-error'),
    quick: true,
  },
  {
    name: 'exits-politely',
    tries: 'calls process.exit(0) while it is opened',
    content: atImport('process.exitCode = 0; process.exit(0);'),
    outcome: all('runtime-error'),
  },
  {
    name: 'exits-in-a-call',
    tries: 'ends its process with exit code 0 in a call',
    content: inCall('process.reallyExit(0);'),
    outcome: inError('runtime-error'),
  },
  {
    name: 'prints-line-ends-and-exits',
    tries:
      'prints line ends alone, for a pattern that takes the square of their number, and ends its process in each call',
    content: inCall("fs.writeSync(1, '\\n'.repeat(30_000)); process.reallyExit(0);"),
    outcome: inError('runtime-error'),
  },
  {
    name: 'exits-after-its-reply',
    tries: 'answers and ends its process at once',
    content: inCall('setImmediate(() => setImmediate(() => process.reallyExit(0)));'),
    outcome: inError('accepted', 'runtime-error'),
  },
  {
    name: 'aborts',
    tries: 'crashes its process, as a full heap does',
    content: inCall("need('v8').setFlagsFromString('--abort-on-uncaught-exception'); process.abort.call(null);"),
    outcome: inError('runtime-error'),
  },
  {
    name: 'crashes',
    tries: 'crashes V8 by its own test functions',
    content: inCall(
      "need('v8').setFlagsFromString('--allow-natives-syntax'); try { new Function('%SystemBreak()')(); } catch {} return need('vm').runInThisContext('%AbortJS(\"x\")');",
    ),
    outcome: inError('runtime-error', 'memory-limit-exceeded'),
  },
  {
    name: 'overflows-the-stack',
    tries: 'overflows the stack, with a limit raised beforehand',
    content: inCall(
      "need('v8').setFlagsFromString('--stack-size=100000'); const f = (x) => f(x + 1) + 1; return f(0);",
    ),
    outcome: inError('runtime-error', 'memory-limit-exceeded'),
  },
  {
    name: 'debugger',
    tries: 'opens the inspector for others to come in',
    content: atImport(
      "attempt('opened the inspector', () => { need('inspector').open(0, '127.0.0.1'); if (!need('inspector').url()) throw 1; });",
    ),
    outcome: all('accepted', 'runtime-error'),
  },
  {
    name: 'priority',
    tries: 'takes the processor from others by a higher priority',
    content: atImport(
      "attempt('raised its priority', () => need('os').setPriority(0, -20)); attempt('changed the grader', () => need('os').setPriority(%PID%, 19));",
    ),
    outcome: EARNED,
  },
];
