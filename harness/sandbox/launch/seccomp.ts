import {
  and,
  assemble,
  type Instruction,
  load,
  OFFSET,
  RESULT,
  result,
  unlessEqual,
  whenAtLeast,
  whenEqual,
} from './bpf.ts';
import { FIRST_UNKNOWN, SYSCALLS, type Syscall } from './syscalls.ts';

/**
 * The system calls that a sandboxed worker may not make. A list of what is refused, not of what is allowed: which calls
 * Node makes differs by version, libc and processor. Calls newer than this list do not exist inside (ENOSYS).
 */
export interface Rule {
  syscall: Syscall;
  errno: number;
  /** Refused only where (argument & mask) equals the value, or with `unless` where it does not. Low 32 bits. */
  when?: { argument: number; mask: number; value: number; unless?: true };
}

export type Architecture = 'x64' | 'arm64';

const EPERM = 1;
const ENOSYS = 38;

const AUDIT_ARCH: Record<Architecture, number> = { x64: 0xc000003e, arm64: 0xc00000b7 };

const AF_UNIX = 1;
const CLONE_THREAD = 0x10000;
const PR_SET_PDEATHSIG = 1;
const TIOCSTI = 0x5412;
const TIOCLINUX = 0x541c;
const MAP_SHARED_ANONYMOUS = 0x21;

const REFUSED: Syscall[] = [
  // Network: the one socket there is was inherited. socketpair is judged below.
  ...(['socket', 'connect', 'bind', 'listen', 'accept', 'accept4'] as const),
  // Other processes and their memory
  ...(['ptrace', 'process_vm_readv', 'process_vm_writev', 'process_madvise', 'process_mrelease'] as const),
  ...(['kcmp', 'pidfd_open', 'pidfd_getfd', 'pidfd_send_signal'] as const),
  // New processes. A worker needs threads only, and without children nothing can outlive or multiply it.
  ...(['fork', 'vfork'] as const),
  // Namespaces and mounts
  ...(['unshare', 'setns', 'mount', 'umount2', 'pivot_root', 'chroot', 'open_tree', 'move_mount'] as const),
  ...(['fsopen', 'fsconfig', 'fsmount', 'fspick', 'mount_setattr', 'quotactl', 'quotactl_fd'] as const),
  ...(['name_to_handle_at', 'open_by_handle_at', 'fanotify_init', 'fanotify_mark', 'swapon', 'swapoff'] as const),
  // Parts of the kernel with a long record of holes
  ...(['bpf', 'perf_event_open', 'userfaultfd', 'keyctl', 'add_key', 'request_key', 'seccomp'] as const),
  ...(['io_setup', 'io_submit', 'vmsplice', 'splice', 'tee', 'personality', 'modify_ldt'] as const),
  ...(['mbind', 'set_mempolicy', 'set_mempolicy_home_node', 'move_pages', 'migrate_pages'] as const),
  // Memory that RLIMIT_DATA does not count
  ...(['memfd_create', 'memfd_secret', 'shmget', 'shmat', 'shmctl', 'shmdt'] as const),
  ...(['msgget', 'msgsnd', 'msgrcv', 'msgctl', 'semget', 'semop', 'semctl', 'semtimedop'] as const),
  ...(['mq_open', 'mq_unlink', 'mq_timedsend', 'mq_timedreceive', 'mq_notify', 'mq_getsetattr'] as const),
  // The machine itself; `sync` would make every program on it wait for the disk
  ...(['kexec_load', 'kexec_file_load', 'init_module', 'finit_module', 'delete_module', 'create_module'] as const),
  ...(['query_module', 'get_kernel_syms', 'reboot', 'acct', 'syslog', 'settimeofday', 'clock_settime'] as const),
  ...(['clock_adjtime', 'adjtimex', 'sethostname', 'setdomainname', 'iopl', 'ioperm', 'vhangup'] as const),
  ...(['lookup_dcookie', 'nfsservctl', '_sysctl', 'uselib', 'ustat', 'sysfs', 'sync', 'syncfs'] as const),
];

/** Probed at start by libc or libuv, which fall back where the call does not exist. clone3 hides its flags in memory. */
const ABSENT: Syscall[] = ['clone3', 'io_uring_setup', 'io_uring_enter', 'io_uring_register'];

/** Without namespaces of its own the process sees the others of its user, and files that Landlock does not guard in every way. */
const REFUSED_BESIDE_OTHERS: Syscall[] = [
  ...(['kill', 'tkill', 'tgkill', 'rt_sigqueueinfo', 'rt_tgsigqueueinfo'] as const),
  ...([
    'setpriority',
    'ioprio_set',
    'sched_setaffinity',
    'sched_setattr',
    'sched_setparam',
    'sched_setscheduler',
  ] as const),
  ...(['chmod', 'fchmod', 'fchmodat', 'fchmodat2', 'chown', 'fchown', 'lchown', 'fchownat'] as const),
  ...(['setxattr', 'lsetxattr', 'fsetxattr', 'removexattr', 'lremovexattr', 'fremovexattr'] as const),
  ...(['utime', 'utimes', 'futimesat', 'utimensat'] as const),
];

const CONDITIONAL: Rule[] = [
  { syscall: 'socketpair', errno: EPERM, when: { argument: 0, mask: 0xffffffff, value: AF_UNIX, unless: true } },
  // Threads only; this refuses every CLONE_NEW* flag with it, as none goes with CLONE_THREAD and the kernel says so.
  { syscall: 'clone', errno: EPERM, when: { argument: 0, mask: CLONE_THREAD, value: CLONE_THREAD, unless: true } },
  // Typing into a terminal that somebody else reads. The kernel looks at the low half only, so does this.
  { syscall: 'ioctl', errno: EPERM, when: { argument: 1, mask: 0xffffffff, value: TIOCSTI } },
  { syscall: 'ioctl', errno: EPERM, when: { argument: 1, mask: 0xffffffff, value: TIOCLINUX } },
  // Shared memory without a file is not counted by RLIMIT_DATA.
  { syscall: 'mmap', errno: EPERM, when: { argument: 3, mask: MAP_SHARED_ANONYMOUS, value: MAP_SHARED_ANONYMOUS } },
  // Whoever dies with the grader must not be talked out of it: the memory of bwrap's first process is open to the others inside.
  { syscall: 'prctl', errno: EPERM, when: { argument: 0, mask: 0xffffffff, value: PR_SET_PDEATHSIG } },
  // Its own limits only.
  { syscall: 'prlimit64', errno: EPERM, when: { argument: 0, mask: 0xffffffff, value: 0, unless: true } },
];

/** `alone`: the process has namespaces of its own. Otherwise signals and changes of file attributes are refused, too. */
export function rules(alone: boolean): Rule[] {
  const refused = alone ? REFUSED : [...REFUSED, ...REFUSED_BESIDE_OTHERS];
  return [
    ...refused.map((syscall): Rule => ({ syscall, errno: EPERM })),
    ...ABSENT.map((syscall): Rule => ({ syscall, errno: ENOSYS })),
    ...CONDITIONAL,
  ];
}

/** The program in order: foreign architecture, unknown numbers (on x86_64 this holds all of x32, too), the rules, allow. */
export function compile(list: Rule[], architecture: Architecture): Instruction[] {
  const program: Instruction[] = [
    load(OFFSET.architecture),
    ...unlessEqual(AUDIT_ARCH[architecture], [result(RESULT.killProcess)]),
    load(OFFSET.syscall),
    ...whenAtLeast(FIRST_UNKNOWN, [result(RESULT.errno(ENOSYS))]),
  ];
  for (const syscall of new Set(list.map((rule) => rule.syscall))) {
    const number = SYSCALLS[syscall][architecture === 'x64' ? 0 : 1];
    const ofOne = list.filter((rule) => rule.syscall === syscall);
    if (number !== null) program.push(...whenEqual(number, ofOne.flatMap(decide)));
  }
  program.push(result(RESULT.allow));
  return program;
}

function decide({ errno, when }: Rule, index: number, ofOne: Rule[]): Instruction[] {
  const refuse = [result(RESULT.errno(errno))];
  if (!when) return refuse;
  const test = when.unless ? unlessEqual : whenEqual;
  const body = [load(OFFSET.argument(when.argument)), and(when.mask), ...test(when.value, refuse)];
  // The argument has replaced the number, so the last rule of a call has to decide.
  return index === ofOne.length - 1 ? [...body, result(RESULT.allow)] : body;
}

/** @returns the filter for the processor that Node runs on, or null where there is none for it. */
export function seccompProgram(alone: boolean, architecture: string = process.arch): Buffer | null {
  if (architecture !== 'x64' && architecture !== 'arm64') return null;
  return assemble(compile(rules(alone), architecture));
}
