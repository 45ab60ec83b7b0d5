import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';

/**
 * Removes a folder with whatever a program has left in it: trees too deep for a path name, which Node cannot remove, and
 * folders that do not let anybody in. Never throws; gives back whether it is gone.
 */
export function removeTree(folder: string): boolean {
  try {
    rmSync(folder, { recursive: true, force: true });
  } catch {
    // These walk from folder to folder and never need a whole path.
    spawnSync('chmod', ['-R', 'u+rwX', '--', folder], { stdio: 'ignore' });
    spawnSync('rm', ['-rf', '--', folder], { stdio: 'ignore' });
  }
  return !existsSync(folder);
}
