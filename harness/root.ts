import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/**
 * Things that can be made again: worker bundles, reference observations, converted datasets. In the checkout, or where
 * that belongs to somebody else, as in an installation that several people use, in the user's own folder for such things.
 * GRADUS_CACHE names another place.
 */
export const CACHE = process.env.GRADUS_CACHE
  ? path.resolve(process.env.GRADUS_CACHE)
  : cacheOf(ROOT, process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'));

/** Exported for its test. */
export function cacheOf(root: string, home: string): string {
  const own = path.join(root, '.cache');
  try {
    accessSync(existsSync(own) ? own : root, constants.W_OK);
    return own;
  } catch {
    return path.join(home, 'gradus');
  }
}
