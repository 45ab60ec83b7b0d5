/**
 * Classic BPF as seccomp runs it: straight-line 32-bit code over `struct seccomp_data`
 * (linux/filter.h, linux/seccomp.h; seccomp(2)).
 */
export interface Instruction {
  code: number;
  jt: number;
  jf: number;
  k: number;
}

export const CODE = {
  /** A := 32-bit word at byte k of seccomp_data */
  load: 0x20,
  /** A := A & k */
  and: 0x54,
  /** A == k ? skip jt : skip jf */
  ifEqual: 0x15,
  /** A >= k (unsigned) ? skip jt : skip jf */
  ifAtLeast: 0x35,
  /** end with k */
  result: 0x06,
} as const;

export const OFFSET = {
  syscall: 0,
  architecture: 4,
  /** Low half of argument n; both supported processors are little-endian. */
  argument: (n: number) => 16 + 8 * n,
} as const;

export const RESULT = {
  allow: 0x7fff0000,
  killProcess: 0x80000000,
  errno: (errno: number) => 0x00050000 | errno,
} as const;

export const load = (k: number): Instruction => ({ code: CODE.load, jt: 0, jf: 0, k });
export const and = (k: number): Instruction => ({ code: CODE.and, jt: 0, jf: 0, k });
export const result = (k: number): Instruction => ({ code: CODE.result, jt: 0, jf: 0, k });

/** The next `body` runs only if A == k. Jumps reach 255 instructions. */
export function whenEqual(k: number, body: Instruction[]): Instruction[] {
  return [{ code: CODE.ifEqual, jt: 0, jf: reach(body), k }, ...body];
}

export function unlessEqual(k: number, body: Instruction[]): Instruction[] {
  return [{ code: CODE.ifEqual, jt: reach(body), jf: 0, k }, ...body];
}

export function whenAtLeast(k: number, body: Instruction[]): Instruction[] {
  return [{ code: CODE.ifAtLeast, jt: 0, jf: reach(body), k }, ...body];
}

function reach(body: Instruction[]): number {
  if (body.length > 255) throw new RangeError(`a BPF jump reaches 255 instructions, not ${body.length}`);
  return body.length;
}

/** `struct sock_filter[]`, little-endian: what `bwrap --seccomp FD` reads. */
export function assemble(program: Instruction[]): Buffer {
  if (program.length > 4096) throw new RangeError('a BPF program has at most 4096 instructions');
  const bytes = Buffer.alloc(program.length * 8);
  program.forEach(({ code, jt, jf, k }, i) => {
    bytes.writeUInt16LE(code, i * 8);
    bytes.writeUInt8(jt, i * 8 + 2);
    bytes.writeUInt8(jf, i * 8 + 3);
    bytes.writeUInt32LE(k >>> 0, i * 8 + 4);
  });
  return bytes;
}
