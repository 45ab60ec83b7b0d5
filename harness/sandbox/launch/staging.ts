import {
  chmodSync,
  constants,
  copyFileSync,
  cpSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { alive, pidSpace, self } from './owner.ts';
import { removeTree } from './remove-tree.ts';

const PREFIX = 'gradus-';
let folder: string | null = null;
let count = 0;
const staged = new Map<string, string>();

/**
 * A folder of this process that every user may pass through but not list, removed at its end.
 * /proc/self/mountinfo inside a sandbox shows the paths of what is bound into it, so names here say nothing.
 */
export function stagingFolder(): string {
  if (folder) return folder;
  const base = [tmpdir(), '/tmp', '/var/tmp', '/dev/shm'].find(reachableFolder) ?? tmpdir();
  sweep(base);
  folder = mkdtempSync(join(base, PREFIX));
  chmodSync(folder, 0o711);
  writeFileSync(join(folder, 'owner'), JSON.stringify({ ...self(), space: pidSpace() }), { mode: 0o600 });
  const mine = folder;
  process.once('exit', () => removeTree(mine));
  return folder;
}

/** A new empty folder, `mode` as in chmod. */
export function newFolder(mode: number): string {
  const path = join(stagingFolder(), String(count++));
  mkdirSync(path);
  chmodSync(path, mode);
  return path;
}

/**
 * The same file or folder under an opaque name that every user can reach: linked where that is possible, else copied.
 * Done once for each state of the file; a folder is taken to be unchanged.
 */
export function stage(path: string): string {
  const source = realpathSync(path);
  const stat = statSync(source);
  const key = [source, stat.ino, stat.size, stat.mtimeMs].join('\0');
  const known = staged.get(key);
  if (known) return known;
  const target = join(stagingFolder(), String(count++));
  if (stat.isDirectory()) {
    cpSync(source, target, { recursive: true, dereference: true });
    openToAll(target);
  } else stageFile(source, target, stat.mode);
  staged.set(key, target);
  return target;
}

function stageFile(source: string, target: string, mode: number): void {
  const readable = (mode & 0o004) !== 0;
  try {
    if (!readable) throw new Error('a link would share the mode');
    linkSync(source, target);
  } catch {
    copyFileSync(source, target, constants.COPYFILE_FICLONE);
    chmodSync(target, mode & 0o100 ? 0o555 : 0o444);
  }
}

function openToAll(path: string): void {
  const folder = statSync(path).isDirectory();
  chmodSync(path, folder ? 0o755 : 0o444);
  for (const name of folder ? readdirSync(path) : []) openToAll(join(path, name));
}

/** Whether any user may read the file or folder at this real path. */
export function reachable(path: string): boolean {
  const stat = statSync(path);
  const needed = stat.isDirectory() ? 0o005 : 0o004;
  return (stat.mode & needed) === needed && reachableFolder(dirname(path));
}

function reachableFolder(path: string): boolean {
  try {
    if ((statSync(path).mode & 0o001) === 0) return false;
  } catch {
    return false;
  }
  return dirname(path) === path || reachableFolder(dirname(path));
}

/** Removes what killed graders of this user have left. */
function sweep(base: string): void {
  const space = pidSpace();
  const boot = space.split(' ')[0];
  for (const name of listing(base).filter((entry) => entry.startsWith(PREFIX))) {
    try {
      const path = join(base, name);
      if (lstatSync(path).uid !== process.getuid?.()) continue;
      const owner = JSON.parse(readFileSync(join(path, 'owner'), 'utf8'));
      const earlierBoot = owner.space.split(' ')[0] !== boot;
      if (earlierBoot || (owner.space === space && !alive(owner))) removeTree(path);
    } catch {
      // Not one of ours, or another process has just removed it.
    }
  }
}

function listing(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

/** What to bind for a path: itself, or a staged copy where the sandbox's user could not reach it. */
export function bindable(path: string, otherUser: boolean): string {
  const real = realpathSync(path);
  return otherUser && !reachable(real) ? stage(real) : real;
}
