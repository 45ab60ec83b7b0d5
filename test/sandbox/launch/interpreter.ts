import { CODE, type Instruction } from '../../../harness/sandbox/launch/bpf.ts';

export interface Call {
  number: number;
  architecture: number;
  args: bigint[];
}

/** Runs an assembled filter as the kernel does (struct seccomp_data, 64 bytes). @throws Error for what the kernel's checker refuses. */
export function interpret(program: Buffer, call: Call): number {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(call.number >>> 0, 0);
  data.writeUInt32LE(call.architecture, 4);
  for (const [i, arg] of call.args.entries()) data.writeBigUInt64LE(BigInt.asUintN(64, arg), 16 + 8 * i);
  let a = 0;
  for (let at = 0; ; at++) {
    const { code, jt, jf, k } = decode(program, at);
    if (code === CODE.result) return k;
    if (code === CODE.load) {
      if (k % 4 !== 0 || k > 60) throw new Error(`load from ${k}`);
      a = data.readUInt32LE(k);
    } else if (code === CODE.and) a = (a & k) >>> 0;
    else if (code === CODE.ifEqual) at += a === k ? jt : jf;
    else if (code === CODE.ifAtLeast) at += a >= k ? jt : jf;
    else throw new Error(`unknown instruction ${code}`);
  }
}

function decode(program: Buffer, at: number): Instruction {
  if ((at + 1) * 8 > program.length) throw new Error('ran over the end of the program');
  const offset = at * 8;
  return {
    code: program.readUInt16LE(offset),
    jt: program.readUInt8(offset + 2),
    jf: program.readUInt8(offset + 3),
    k: program.readUInt32LE(offset + 4),
  };
}
