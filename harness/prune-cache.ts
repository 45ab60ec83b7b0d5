import { readdir, rm, stat, utimes } from 'node:fs/promises';
import * as path from 'node:path';

const DAY_MS = 86_400_000;
/** What nobody used for so long was made by an older version, or for a seed that is over. */
const KEEP_DAYS = 30;

const pruned = new Set<string>();

/** Removes what was not used for a month from a folder of the cache, once a process. Never fails: a cache decides nothing. */
export async function pruneCache(folder: string, now = Date.now()): Promise<void> {
  if (pruned.has(folder)) return;
  pruned.add(folder);
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const place = path.join(folder, name);
    try {
      if (now - (await stat(place)).mtimeMs > KEEP_DAYS * DAY_MS) await rm(place, { recursive: true, force: true });
    } catch {
      // Another process was faster, or it is not ours to remove.
    }
  }
}

/** Notes that something of the cache is in use. */
export async function markUsed(place: string, now = Date.now()): Promise<void> {
  try {
    // Once a day is enough, and spares a write at every use.
    if (now - (await stat(place)).mtimeMs > DAY_MS) await utimes(place, now / 1000, now / 1000);
  } catch {
    // A cache that cannot be written to still serves.
  }
}
