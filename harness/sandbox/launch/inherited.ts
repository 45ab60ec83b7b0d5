import { readdirSync, readFileSync } from 'node:fs';

const O_CLOEXEC = 0o2000000;

/**
 * Descriptors that this process was started with and would hand on: Node marks its own close-on-exec, but not those that a
 * shell or test runner left open. @returns their numbers above the standard three.
 */
export function inheritedDescriptors(): number[] {
  inherited ??= find();
  return inherited;
}

let inherited: number[] | undefined;

function find(): number[] {
  try {
    return readdirSync('/proc/self/fd')
      .map(Number)
      .filter((fd) => fd > 2 && handedOn(fd));
  } catch {
    return [];
  }
}

function handedOn(fd: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & O_CLOEXEC) === 0;
  } catch {
    return false; // the listing's own descriptor
  }
}
