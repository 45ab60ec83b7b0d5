import * as path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** Things that can be made again: worker bundles, reference observations, converted datasets. */
export const CACHE = path.join(ROOT, '.cache');
