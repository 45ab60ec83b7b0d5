/** What a file name inside a hand-in means. Pure: no file system here. */

export type CleanPath = { ok: true; path: string } | { ok: false; reason: string };

/**
 * The path of an entry as relative segments joined by `/`, in Unicode's composed form (NFC), or why it cannot be one.
 * A trailing slash (a folder) and `.` segments go; anything that could lead out of the hand-in is refused, not repaired.
 */
export function cleanPath(raw: string, limits: { depth: number; pathBytes: number }): CleanPath {
  if (/[\x00-\x1f\x7f]/.test(raw)) return { ok: false, reason: 'contains control characters' };
  if (/[\ud800-\udfff]/u.test(raw)) return { ok: false, reason: 'is not valid Unicode' };
  const slashed = raw.replaceAll('\\', '/');
  const segments = slashed.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (slashed.startsWith('/') || /^[a-zA-Z]:/.test(segments[0] ?? ''))
    return { ok: false, reason: 'is an absolute path' };
  // Some systems drop dots and spaces at the end of a name: `.. ` is `..` there.
  if (segments.some((segment) => /^\.[. ]+$/.test(segment)))
    return { ok: false, reason: 'leads out of the submission (..)' };
  if (segments.length === 0) return { ok: false, reason: 'is empty' };
  if (segments.length > limits.depth) return { ok: false, reason: `lies more than ${limits.depth} folders deep` };
  const path = segments.join('/').normalize('NFC');
  if (Buffer.byteLength(path) > limits.pathBytes) return { ok: false, reason: 'is too long' };
  return { ok: true, path };
}

/** Equal for names that some file systems take for the same. */
export function foldName(name: string): string {
  return name
    .normalize('NFC')
    .toLowerCase()
    .split('/')
    .map((segment) => segment.replace(/[. ]+$/, ''))
    .join('/');
}

const CLUTTER_FOLDERS = new Set(['__macosx', 'node_modules', '__pycache__', '$recycle.bin']);
const CLUTTER_FILES = new Set(['thumbs.db', 'desktop.ini']);

/** Left behind by systems and tools, never by a student: ignored before anything else is asked of it. */
export function isClutter(path: string): boolean {
  const segments = path.toLowerCase().split('/');
  return (
    segments.some((segment) => segment.startsWith('.') || CLUTTER_FOLDERS.has(segment)) ||
    CLUTTER_FILES.has(segments.at(-1)!)
  );
}

/** Clutter worth a remark: someone may wonder why it is not used. */
export function isLibraryFolder(path: string): boolean {
  return path.toLowerCase().split('/').includes('node_modules');
}

const KINDS = new Set(['.ts', '.mts', '.js', '.mjs', '.py', '.md', '.txt', '.png', '.jpg', '.jpeg', '.pdf', '.npy']);
const PROGRAMS = new Set(['.ts', '.mts', '.js', '.mjs', '.py']);
const ARCHIVES = new Set(['.zip', '.gz', '.tgz', '.tar', '.rar', '.7z', '.bz2', '.xz']);
// A submission must not take the place of a library.
const SHADOWS = /^(?:torch|torchvision|numpy|scipy|sitecustomize|usercustomize)(?:\.py$|\/)/i;

export function extensionOf(path: string): string {
  const [, extension = ''] = /[^/](\.[^./]*)$/.exec(path) ?? [];
  return extension.toLowerCase();
}

export function isProgram(path: string): boolean {
  return PROGRAMS.has(extensionOf(path));
}

/** Metadata about the hand-in itself, not part of it. */
export const METADATA_FILE = 'submission.json';

/** Why a file of this name is not taken (it completes "… was ignored: …"), or undefined for one that is. */
export function reasonToIgnore(path: string): string | undefined {
  const extension = extensionOf(path);
  const name = path.split('/').at(-1)!.toLowerCase();
  if (SHADOWS.test(path)) return 'it has the name of a library';
  if (KINDS.has(extension)) return undefined;
  if (name === 'package.json' || name === 'package-lock.json' || name === 'tsconfig.json') {
    return 'the grader brings its own settings';
  }
  if (ARCHIVES.has(extension)) return 'archives inside a submission are not opened';
  if (extension === '.ipynb') return 'notebooks are not run; please export it as a program file';
  if (['.tsx', '.jsx', '.cts', '.cjs'].includes(extension)) return 'please use .ts or .js';
  return 'no file of this kind is asked for';
}

/** Decodes a file name, or undefined where it is not UTF-8. */
export function decodeName(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** A name that is not UTF-8, readable: every foreign byte becomes `%E9`. */
export function escapeName(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x25
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}
