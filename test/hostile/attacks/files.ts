import { type Attack, atImport, EARNED, inCall } from '../attack.ts';

const READS = (paths: string[]): string =>
  `for (const file of ${JSON.stringify(paths)}) attempt('read ' + file, () => { const text = fs.readFileSync(file, 'latin1'); if (text === '') throw 1; console.log(text.slice(0, 400)); });`;
const LISTS = (paths: string[]): string =>
  `for (const folder of ${JSON.stringify(paths)}) attempt('listed ' + folder, () => console.log(fs.readdirSync(folder).slice(0, 20).join(' ')));`;

/** Programs that read what is not theirs, or write anywhere. */
export const files: Attack[] = [
  {
    name: 'reads-the-host',
    tries: 'reads files of the machine',
    content: atImport(
      READS(['/etc/passwd', '/etc/shadow', '/etc/hostname', '/root/.bashrc', '/home', '%SECRET%', '%OUT%/run.json']),
    ),
    outcome: EARNED,
    quick: true,
  },
  {
    name: 'lists-the-host',
    tries: 'lists folders of the machine',
    content: atImport(LISTS(['/root', '/home', '/etc/ssl', '/var', '/work', '/srv', '%CLASS%', '%OUT%', '%ROOT%'])),
    outcome: EARNED,
  },
  {
    name: 'reads-the-neighbours',
    tries: 'reads other submissions and their grades',
    content: atImport(
      READS([
        '%CLASS%/e-honest/exercise1.ts',
        '%OUT%/grades.json',
        '%OUT%/e-honest/grade.json',
        '../e-honest/exercise1.ts',
        '/app/sub/exercise1.ts',
      ]),
    ),
    outcome: EARNED,
    quick: true,
  },
  {
    name: 'reads-the-reference',
    tries: 'reads the reference, its cases and what was stored of it',
    content: atImport(
      READS([
        '%ROOT%/reference/tub-sheet10/mdn-gradients/solution.ts',
        '%ROOT%/reference/tub-sheet10/mdn-gradients/exercise.ts',
        '/app/reference/tub-sheet10/mdn-gradients/solution.ts',
        '%ROOT%/package.json',
        '%ROOT%/rubrics/tub-sheet10.yaml',
      ]) + LISTS(['%ROOT%/.cache', '%ROOT%/.cache/observations']),
    ),
    outcome: EARNED,
  },
  {
    name: 'reads-environments',
    tries: 'reads the environment of every process, its own too',
    content: atImport(
      `const given = ['PATH', 'HOME', 'TZ', 'PWD', 'TMPDIR', 'OPENSSL_CONF'];
for (const name of Object.keys(process.env)) if (!given.includes(name)) escaped('has the variable ' + name);
for (const pid of ['self', 'thread-self', 1, 2, 3, process.ppid, %PID%]) attempt('read the environment of ' + pid, () => {
  const names = fs.readFileSync('/proc/' + pid + '/environ', 'latin1').split('\\0').filter(Boolean).map((line) => line.split('=')[0]);
  if (names.every((name) => given.includes(name))) throw 1;
});`,
    ),
    outcome: EARNED,
    quick: true,
  },
  {
    name: 'reads-through-proc',
    tries: 'goes through /proc to files and memory of other processes',
    content: atImport(
      READS([
        '/proc/1/root/etc/passwd',
        '/proc/self/root/etc/passwd',
        '/proc/%PID%/root/etc/passwd',
        '/proc/%PID%/cwd/package.json',
        '/proc/%PID%/cmdline',
        '/proc/%PID%/maps',
        '/proc/kcore',
        '/proc/kmsg',
        '/proc/keys',
        '/proc/sysrq-trigger',
        '/proc/1/stack',
        '/sys/kernel/debug/x',
        '/sys/class/net/eth0/address',
      ]),
    ),
    outcome: EARNED,
  },
  {
    name: 'writes-through-proc',
    tries: 'changes the kernel and other processes through /proc and /sys',
    content: atImport(
      `for (const [file, text] of [['/proc/sys/kernel/core_pattern', '|/tmp/x'], ['/proc/sys/kernel/hostname', 'x'], ['/proc/sysrq-trigger', 'h'], ['/proc/1/oom_score_adj', '-1000'],
  ['/proc/self/uid_map', '0 0 1'], ['/proc/%PID%/oom_score_adj', '1000'], ['/proc/%PID%/mem', 'x'], ['/sys/fs/cgroup/memory/tasks', '0'], ['/sys/fs/cgroup/cgroup.procs', '0'], ['/proc/sys/vm/drop_caches', '1']])
  attempt('wrote ' + file, () => fs.writeFileSync(file, text));`,
    ),
    outcome: EARNED,
  },
  {
    name: 'writes-everywhere',
    tries: 'leaves a file wherever it can',
    content: atImport(
      `for (const folder of ['/', '/usr', '/usr/lib', '/usr/bin', '/app', '/runtime', '/runtime/bin', '/dev', '/dev/shm/..', '/etc', '/root', '/home', '/var/tmp', '/work', '/proc', '/sys', '.', '..', '%CLASS%', '%CLASS%/e-honest', '%OUT%', '%ROOT%', '%SECRETS%'])
  attempt('wrote into ' + folder, () => { fs.writeFileSync(folder + '/%TOKEN%', '%TOKEN%'); if (fs.realpathSync(folder).startsWith('/tmp')) return false; });
attempt('changed a file', () => fs.appendFileSync('%SECRET%', '%TOKEN%'));
attempt('changed a grade', () => fs.writeFileSync('%OUT%/grades.json', '{"points": 10}'));`,
    ),
    outcome: EARNED,
    known: {
      partial: { attempts: /^wrote into \.$/, why: 'the folder that a program starts in is its private one there' },
    },
    quick: true,
  },
  {
    name: 'rewrites-the-worker',
    tries: 'changes the worker, its snapshot, Node and the libraries, for those who come after it',
    content: atImport(
      `for (const file of ['/app/worker.cjs', '/app/worker.blob', '/app/body.js', process.execPath, process.argv[1] ?? '/app/worker.cjs', '/runtime/bin/prlimit', '/usr/lib/x86_64-linux-gnu/libc.so.6']) {
  attempt('opened ' + file + ' for writing', () => fs.openSync(file, 'r+'));
  attempt('removed ' + file, () => fs.unlinkSync(file));
  attempt('renamed ' + file, () => fs.renameSync(file, file + '.old'));
  attempt('changed the mode of ' + file, () => fs.chmodSync(file, 0o777));
  attempt('changed the times of ' + file, () => fs.utimesSync(file, 0, 0));
}`,
    ),
    outcome: EARNED,
  },
  {
    name: 'links',
    tries: 'reads and writes through links of its own, also hard ones and such to devices',
    content: atImport(
      `const tmp = process.env.TMPDIR ?? '/tmp';
for (const [i, target] of ['%SECRET%', '/etc/passwd', '/dev/sda', '/dev/mem', '/proc/1/root/etc/shadow', '%CLASS%/e-honest/exercise1.ts'].entries()) {
  try { fs.symlinkSync(target, tmp + '/s' + i); } catch {}
  attempt('read through a link to ' + target, () => fs.readFileSync(tmp + '/s' + i));
  attempt('wrote through a link to ' + target, () => fs.appendFileSync(fs.realpathSync(tmp + '/s' + i), 'x'));
  attempt('linked ' + target, () => fs.linkSync(target, tmp + '/h' + i));
}`,
    ),
    outcome: EARNED,
  },
  {
    name: 'devices',
    tries: 'opens devices',
    content: atImport(
      "for (const file of ['/dev/sda', '/dev/vda', '/dev/mem', '/dev/kmsg', '/dev/fuse', '/dev/net/tun', '/dev/kvm', '/dev/tty', '/dev/tty1', '/dev/ptmx', '/dev/console', '/dev/loop-control']) attempt('opened ' + file, () => { const fd = fs.openSync(file, 'r+'); if (['/dev/ptmx'].includes(file)) return false; if (fs.readSync(fd, Buffer.alloc(1)) < 0) throw 1; });",
    ),
    outcome: EARNED,
  },
  {
    name: 'race',
    tries: 'swaps a link between a check and a use, a thousand times',
    content: inCall(
      `const tmp = process.env.TMPDIR ?? '/tmp';
for (let i = 0; i < 300; i++) {
  try { fs.writeFileSync(tmp + '/r', 'x'); fs.unlinkSync(tmp + '/r'); fs.symlinkSync('%SECRET%', tmp + '/r'); } catch {}
  attempt('won a race', () => fs.readFileSync(tmp + '/r'));
  try { fs.unlinkSync(tmp + '/r'); } catch {}
}`,
    ),
    outcome: EARNED,
  },
  {
    name: 'odd-names',
    tries: 'leaves temporary files with names that break tools',
    content: atImport(
      `const tmp = process.env.TMPDIR ?? '/tmp';
for (const name of ['-rf', 'a\\nb', '\\u202etxt.exe', 'x'.repeat(255), ' ', '$(touch %TOKEN%)', '; touch %TOKEN%', '\\u001b[2J', '...'])  { try { fs.mkdirSync(tmp + '/' + name); fs.writeFileSync(tmp + '/' + name + '/' + name, ''); fs.chmodSync(tmp + '/' + name, 0); } catch {} }`,
    ),
    outcome: EARNED,
  },
  {
    name: 'deep-folders',
    tries: 'makes folders in folders until paths are too long to remove',
    content: atImport(
      "try { process.chdir(process.env.TMPDIR ?? '/tmp'); for (let i = 0; i < 3000; i++) { fs.mkdirSync('d'.repeat(200)); process.chdir('d'.repeat(200)); } } catch {}",
    ),
    outcome: EARNED,
  },
  {
    name: 'reports-of-node',
    tries: 'lets Node write reports, snapshots and profiles where it may not itself',
    content: atImport(
      `attempt('wrote a report', () => { process.report.directory = '%SECRETS%'; if (process.report.writeReport('%TOKEN%') === '') throw 1; return fs.existsSync('%SECRETS%/%TOKEN%'); });
attempt('wrote a snapshot', () => need('v8').writeHeapSnapshot('%SECRETS%/%TOKEN%'));
attempt('set a certificate file', () => { process.env.SSL_CERT_FILE = '%SECRET%'; return false; });`,
    ),
    outcome: EARNED,
  },
  {
    name: 'becomes-somebody',
    tries: 'changes its user, its root and its mask',
    content: atImport(
      "for (const act of [() => process.setuid(0), () => process.seteuid(0), () => process.setgid(0), () => process.setgroups([0]), () => process.initgroups('root', 0)]) attempt('changed who it is', () => { const before = process.getuid(); act(); if (process.getuid() === before && process.geteuid() !== 0) return false; });",
    ),
    outcome: EARNED,
  },
];
