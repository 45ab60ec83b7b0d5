const MIB = 1024 * 1024;

/** Sizes in bytes. They hold for folders and archives alike, so that it makes no difference how one hands in. */
export interface IntakeLimits {
  /** The archive itself; nothing larger is read into memory. */
  archiveBytes: number;
  /** Entries of an archive or a folder, ignored ones included. */
  entries: number;
  /** Files that are taken. */
  files: number;
  fileBytes: number;
  /** All files that are taken. */
  totalBytes: number;
  /** Everything that comes out of a .tar.gz, ignored files included: it cannot be read without unpacking all of it. */
  streamBytes: number;
  /** Unpacked over packed bytes of what is taken; counts from `ratioFloorBytes` unpacked on. */
  ratio: number;
  ratioFloorBytes: number;
  /** Folders in folders. */
  depth: number;
  /** Of a path, in bytes of UTF-8. */
  pathBytes: number;
}

export const INTAKE_LIMITS: IntakeLimits = {
  archiveBytes: 64 * MIB,
  entries: 20_000,
  files: 500,
  fileBytes: 16 * MIB,
  totalBytes: 64 * MIB,
  streamBytes: 256 * MIB,
  ratio: 200,
  ratioFloorBytes: 8 * MIB,
  depth: 16,
  pathBytes: 400,
};

/** For messages: `3.2 MiB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const [value, unit] = bytes < MIB ? [bytes / 1024, 'KiB'] : [bytes / MIB, 'MiB'];
  return `${Number(value.toFixed(1))} ${unit}`;
}
