import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RESULT, unlessEqual } from '../../../harness/sandbox/launch/bpf.ts';
import { rules, seccompProgram } from '../../../harness/sandbox/launch/seccomp.ts';
import { FIRST_UNKNOWN, SYSCALLS, type Syscall } from '../../../harness/sandbox/launch/syscalls.ts';
import { interpret } from './interpreter.ts';

const ARCHITECTURES = [
  { name: 'x64', audit: 0xc000003e, column: 0 },
  { name: 'arm64', audit: 0xc00000b7, column: 1 },
] as const;

const EPERM = RESULT.errno(1);
const ENOSYS = RESULT.errno(38);
const NONE = [0n, 0n, 0n, 0n, 0n, 0n];

/** Calls that Node makes all the time: x86_64, aarch64 */
const NEEDED: [string, number, number][] = [
  ['read', 0, 63],
  ['write', 1, 64],
  ['openat', 257, 56],
  ['close', 3, 57],
  ['futex', 202, 98],
  ['epoll_pwait', 281, 22],
  ['execve', 59, 221],
  ['exit_group', 231, 94],
  ['munmap', 11, 215],
  ['mprotect', 10, 226],
  ['recvmsg', 47, 212],
  ['sendmsg', 46, 211],
  ['getsockopt', 55, 209],
  ['rseq', 334, 293],
  ['pipe2', 293, 59],
  ['eventfd2', 290, 19],
  ['getrandom', 318, 278],
  ['statx', 332, 291],
];

describe.each(ARCHITECTURES)('the filter for $name', ({ name, audit, column }) => {
  const program = seccompProgram(true, name)!;
  const beside = seccompProgram(false, name)!;
  const decide = (call: Syscall | number, args: bigint[] = NONE, code = program, architecture: number = audit) => {
    const number = typeof call === 'number' ? call : (SYSCALLS[call][column] ?? -1);
    return interpret(code, { number, architecture, args });
  };
  const args = (first: bigint, second = 0n, third = 0n, fourth = 0n) => [first, second, third, fourth, 0n, 0n];

  test('lets Node do what it needs', () => {
    for (const call of NEEDED) expect(decide(call[column + 1] as number), call[0]).toBe(RESULT.allow);
  });

  test('refuses every unconditional rule, whatever the arguments', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...rules(true).filter((rule) => !rule.when)),
        fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { minLength: 6, maxLength: 6 }),
        (rule, values) => {
          fc.pre(SYSCALLS[rule.syscall][column] !== null);
          expect(decide(rule.syscall, values)).toBe(RESULT.errno(rule.errno));
        },
      ),
    );
  });

  test('kills a call by another processor’s table', () => {
    for (const other of [0x40000003, 0x40000028, 0]) {
      expect(decide(0, NONE, program, other)).toBe(RESULT.killProcess);
    }
  });

  test('knows no call that is newer than itself, and no x32 call', () => {
    expect(decide(FIRST_UNKNOWN)).toBe(ENOSYS);
    expect(decide(FIRST_UNKNOWN - 1)).toBe(RESULT.allow);
    expect(decide(0x40000000)).toBe(ENOSYS);
    expect(decide(-1)).toBe(ENOSYS);
  });

  test('allows threads, but neither processes nor namespaces', () => {
    expect(decide('clone', args(0x3d0f00n))).toBe(RESULT.allow); // what glibc asks for in pthread_create
    expect(decide('clone', args(17n))).toBe(EPERM); // fork
    expect(decide('clone', args(0x4111n))).toBe(EPERM); // vfork
    expect(decide('clone', args(0x10000000n | 17n))).toBe(EPERM); // new user namespace
    expect(decide('clone3')).toBe(ENOSYS);
  });

  test('has no sockets but pairs of AF_UNIX', () => {
    for (const family of [1n, 2n, 10n, 16n, 17n, 40n]) expect(decide('socket', args(family))).toBe(EPERM);
    expect(decide('socketpair', args(1n))).toBe(RESULT.allow);
    for (const family of [0n, 2n, 16n, 257n]) expect(decide('socketpair', args(family))).toBe(EPERM);
  });

  test('judges the halves of arguments as the kernel does', () => {
    expect(decide('ioctl', args(0n, 0x5412n))).toBe(EPERM);
    expect(decide('ioctl', args(0n, 0xffffffff_00005412n))).toBe(EPERM);
    expect(decide('ioctl', args(0n, 0x541cn))).toBe(EPERM);
    expect(decide('ioctl', args(0n, 0x5401n))).toBe(RESULT.allow);
    expect(decide('mmap', args(0n, 4096n, 3n, 0x22n))).toBe(RESULT.allow);
    expect(decide('mmap', args(0n, 4096n, 3n, 0x1n))).toBe(RESULT.allow);
    expect(decide('mmap', args(0n, 4096n, 3n, 0x21n))).toBe(EPERM);
    expect(decide('mmap', args(0n, 4096n, 3n, 0x23n))).toBe(EPERM);
    expect(decide('prctl', args(15n))).toBe(RESULT.allow);
    expect(decide('prctl', args(1n))).toBe(EPERM);
    expect(decide('prlimit64', args(0n))).toBe(RESULT.allow);
    expect(decide('prlimit64', args(1n))).toBe(EPERM);
  });

  test('refuses signals and changes of attributes only beside other processes', () => {
    for (const call of ['kill', 'tgkill', 'fchmod', 'utimensat', 'setpriority'] as const) {
      expect(decide(call), call).toBe(RESULT.allow);
      expect(decide(call, NONE, beside), call).toBe(EPERM);
    }
  });

  test('decides every call whatever its number and arguments', () => {
    const number = fc.oneof(fc.integer({ min: 0, max: 600 }), fc.integer());
    const value = fc.oneof(fc.bigInt({ min: 0n, max: 300n }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
    fc.assert(
      fc.property(number, fc.array(value, { minLength: 6, maxLength: 6 }), (call, values) => {
        expect([RESULT.allow, EPERM, ENOSYS]).toContain(decide(call, values));
        expect(decide(call, values)).toBe(direct(call, values, column));
      }),
    );
  });
});

/** The rules read straight, without a program. */
function direct(number: number, args: bigint[], column: 0 | 1): number {
  if (number >>> 0 >= FIRST_UNKNOWN) return ENOSYS;
  for (const { syscall, errno, when } of rules(true)) {
    if (SYSCALLS[syscall][column] !== number) continue;
    if (!when) return RESULT.errno(errno);
    const low = Number(BigInt.asUintN(32, args[when.argument]!));
    const equal = (low & when.mask) >>> 0 === when.value;
    if (equal !== (when.unless ?? false)) return RESULT.errno(errno);
  }
  return RESULT.allow;
}

test('a processor without a filter gets none', () => {
  expect(seccompProgram(true, 'riscv64')).toBeNull();
});

test('a jump that would be too long is an error', () => {
  expect(() => unlessEqual(0, Array(256).fill({ code: 6, jt: 0, jf: 0, k: 0 }))).toThrow(RangeError);
});

describe('system call numbers are those of the headers', () => {
  const headers = [
    { file: '/usr/include/x86_64-linux-gnu/asm/unistd_64.h', column: 0 },
    { file: '/usr/include/asm-generic/unistd.h', column: 1 },
  ];
  test.for(headers)('$file', ({ file, column }, { skip }) => {
    skip(!existsSync(file), `${file} is not installed`);
    const numbers = headerNumbers(file);
    let compared = 0;
    for (const [name, pair] of Object.entries(SYSCALLS)) {
      const number = numbers.get(name);
      // Headers older than a call do not have it.
      if (number === undefined) continue;
      expect(pair[column], name).toBe(number);
      compared++;
    }
    expect(compared).toBeGreaterThan(100);
  });
});

function headerNumbers(file: string): Map<string, number> {
  const text = readFileSync(file, 'utf8');
  return new Map(
    [...text.matchAll(/^#define __NR(?:3264)?_(\w+) (\d+)$/gm)].map(([, name, number]) => [name!, Number(number)]),
  );
}
