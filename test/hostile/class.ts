import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { example } from '../cli/gradus.ts';
import { isArchive, type Special } from './attack.ts';
import type { Member } from './attacks/index.ts';
import type { Surroundings } from './surroundings.ts';

/** Honest students, who stand between the others in the order in which a class is graded. */
const NEIGHBOURS: Record<string, string> = {
  'a-honest': 'right/plain-loops-nested-arrays',
  'e-honest': 'right/pairwise-ratios',
  'm-honest': 'wrong/mu-sign',
  'p-honest': 'right/scaled-by-the-best',
  't-honest': 'right/closures-streaming-sum',
  'zz-honest': 'wrong/sign-of-the-error',
};
export const NEIGHBOUR_IDS = Object.keys(NEIGHBOURS);

/** Writes the hand-ins of honest students, and of attackers between them. */
export async function writeClass(place: Surroundings, attacks: readonly Member[]): Promise<void> {
  for (const [id, name] of Object.entries(NEIGHBOURS)) {
    const text = `${await example(name)}\n// ${id} ${place.neighbour}\n`;
    await writeAll(path.join(place.classFolder, id), { 'exercise1.ts': text }, (file) => file);
  }
  for (const { id, content } of attacks) {
    if (isArchive(content)) {
      await writeFile(path.join(place.classFolder, id + content.extension), await content.make());
      continue;
    }
    const values = place.placeholders(id);
    const fill = (text: string): string => text.replace(/%([A-Z]+)%/g, (whole, name: string) => values[name] ?? whole);
    await writeAll(path.join(place.classFolder, id), content, fill);
  }
  place.remember();
}

async function writeAll(
  folder: string,
  files: Record<string, string | Uint8Array | Special>,
  fill: (text: string) => string,
): Promise<void> {
  await mkdir(folder);
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, fill(name));
    await mkdir(path.dirname(file), { recursive: true });
    if (typeof content === 'string') await writeFile(file, fill(content));
    else if (content instanceof Uint8Array) await writeFile(file, content);
    else if ('link' in content) await symlink(fill(content.link), file);
    else if ('fifo' in content) execFileSync('mkfifo', [file]);
    else leaveSocket(file);
  }
}

/** A socket of a server that went away without cleaning up. */
function leaveSocket(file: string): void {
  const code = `require('node:net').createServer().listen(${JSON.stringify(file)}, () => process.reallyExit(0))`;
  execFileSync(process.execPath, ['-e', code]);
}
