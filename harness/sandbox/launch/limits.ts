/** What one sandbox may use. The wall clock is the caller's: it kills. */
export interface Limits {
  /** Memory of the whole tree beside its files, MiB. With a cgroup it is enforced on what is touched, else on what is mapped. */
  memoryMb: number;
  /** Processor time of one process, seconds. */
  cpuSeconds: number;
  /** Processes and threads together; Node itself needs about a dozen. */
  processes: number;
  /** Largest file that can be written, MiB. */
  fileMb: number;
  openFiles: number;
  /** Size of the private `/tmp`, MiB. */
  tmpMb: number;
}

const MIB = 1024 * 1024;

/** `/dev/shm` of a sandbox, MiB: nothing that a worker does needs more. */
export const SHM_MB = 16;

/** Memory for the cgroup, bytes: pages of the two tmpfs are charged to it, too, and filling /tmp must be "disk full", not a kill. */
export function treeMemoryBytes(limits: Limits): number {
  return (limits.memoryMb + limits.tmpMb + SHM_MB) * MIB;
}

/** As prlimit(1) and setrlimit(2) take them: soft and hard. */
export type ResourceLimits = Record<string, [soft: number, hard: number]>;

/**
 * Limits that the kernel keeps for each process. The soft limit of processor time sends SIGXCPU, which tells the parent why
 * the process ended; the hard one a second later ends a process that ignores it.
 *
 * RLIMIT_AS is left alone: WebAssembly reserves address space by the gigabyte. RLIMIT_DATA counts mapped private memory;
 * where a cgroup bounds what is touched it is a second line only and must not strike first.
 *
 * @param ownUser whether no other process runs under the same user id: processes are counted by user
 */
export function resourceLimits(limits: Limits, ownUser: boolean, withCgroup = false): ResourceLimits {
  const data = (withCgroup ? 2 * limits.memoryMb + 512 : limits.memoryMb) * MIB;
  return {
    RLIMIT_DATA: [data, data],
    RLIMIT_FSIZE: [limits.fileMb * MIB, limits.fileMb * MIB],
    RLIMIT_NOFILE: [limits.openFiles, limits.openFiles],
    RLIMIT_CPU: [limits.cpuSeconds, limits.cpuSeconds + 1],
    RLIMIT_CORE: [0, 0],
    ...(ownUser && { RLIMIT_NPROC: [limits.processes, limits.processes] }),
  };
}

/** The same as options of prlimit(1): `--data=SOFT:HARD`. */
export function prlimitOptions(limits: ResourceLimits): string[] {
  return Object.entries(limits).map(
    ([name, [soft, hard]]) => `--${name.slice('RLIMIT_'.length).toLowerCase()}=${soft}:${hard}`,
  );
}
