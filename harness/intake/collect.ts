import { RejectedError } from './errors.ts';
import { type IntakeLimits, sizeText } from './limits.ts';
import { cleanPath, foldName, isClutter, isLibraryFolder, METADATA_FILE, reasonToIgnore } from './names.ts';

/** What is to be done with an entry. */
export type Decision = { take: false } | { take: true; path: string };

/**
 * Gathers the files of one hand-in, whatever it came in: decides about every name, counts against the limits,
 * and remembers what was ignored. The readers of folders, zip and tar ask it before they read a byte of an entry.
 */
export class Collector {
  readonly files = new Map<string, Uint8Array>();
  /** Names and why they were ignored. */
  readonly ignored: { name: string; reason: string }[] = [];
  readonly remarks: string[] = [];
  readonly limits: IntakeLimits;
  private readonly folded = new Map<string, string>();
  private readonly folders = new Map<string, string>();
  private entries = 0;
  private total = 0;
  private libraries = false;

  constructor(limits: IntakeLimits) {
    this.limits = limits;
  }

  /** A folder of an archive, or one met on disk: only its name is judged. */
  enterFolder(rawName: string): { clutter: boolean } {
    this.countEntry();
    const path = this.clean(rawName);
    this.libraries ||= isLibraryFolder(path);
    return { clutter: isClutter(path) };
  }

  /** Decides on a regular file before its content is read. `size` as announced; the content is checked again. */
  decide(rawName: string, size: number): Decision {
    this.countEntry();
    const path = this.clean(rawName);
    if (isClutter(path)) {
      this.libraries ||= isLibraryFolder(path);
      return { take: false };
    }
    const isMetadata = path.split('/').at(-1) === METADATA_FILE;
    const reason = isMetadata ? undefined : reasonToIgnore(path);
    if (reason) {
      this.ignore(path, reason);
      return { take: false };
    }
    this.refuseCollisions(path);
    this.countBytes(path, size);
    return { take: true, path };
  }

  /** Links and devices: refused, unless they lie in a folder that is ignored anyway. */
  isIgnoredName(rawName: string): boolean {
    return isClutter(this.clean(rawName));
  }

  ignore(name: string, reason: string): void {
    this.ignored.push({ name, reason });
  }

  add(path: string, content: Uint8Array): void {
    this.files.set(path, content);
  }

  finish(): void {
    if (this.libraries) this.ignore('node_modules', 'the grader brings its own libraries');
  }

  private clean(rawName: string): string {
    const clean = cleanPath(rawName, this.limits);
    if (clean.ok) return clean.path;
    throw new RejectedError(
      `A file name in your submission cannot be used: ${JSON.stringify(shorten(rawName))} ${clean.reason}. Please rename it and hand in again.`,
    );
  }

  private countEntry(): void {
    if (++this.entries > this.limits.entries) {
      throw new RejectedError(
        `Your submission has more than ${this.limits.entries} files and folders. Please hand in only your own files.`,
      );
    }
  }

  private countBytes(path: string, size: number): void {
    const { fileBytes, totalBytes, files } = this.limits;
    if (size > fileBytes) {
      throw new RejectedError(
        `The file ${path} is too large (${sizeText(size)}); a file may have ${sizeText(fileBytes)} at most.`,
      );
    }
    this.total += size;
    if (this.total > totalBytes) {
      throw new RejectedError(`Your files are too large together; ${sizeText(totalBytes)} are allowed.`);
    }
    if (this.folded.size > files) {
      throw new RejectedError(`Your submission has more than ${files} files. Please hand in only your own files.`);
    }
  }

  /** Two entries for one name let the sender choose which one is graded; names differing in case depend on the system. */
  private refuseCollisions(path: string): void {
    const key = foldName(path);
    const other = this.folded.get(key) ?? this.folders.get(key);
    if (other !== undefined) throw collision(other, path);
    this.folded.set(key, path);
    const segments = path.split('/');
    for (let length = 1; length < segments.length; length++) {
      const folder = segments.slice(0, length).join('/');
      const file = this.folded.get(foldName(folder));
      if (file !== undefined) throw collision(file, folder);
      const spelled = this.folders.get(foldName(folder));
      if (spelled !== undefined && spelled !== folder) throw collision(spelled, folder);
      this.folders.set(foldName(folder), folder);
    }
  }
}

function collision(first: string, second: string): RejectedError {
  const message =
    first === second
      ? `Your submission contains the file ${first} twice. Please hand it in once.`
      : `Your submission contains both ${first} and ${second}, which are the same name on many systems. Please rename one.`;
  return new RejectedError(message);
}

export function shorten(name: string): string {
  return name.length > 120 ? `${name.slice(0, 120)}…` : name;
}
