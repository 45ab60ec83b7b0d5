import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { build, type Plugin } from 'esbuild';
import { instrument } from './instrument.ts';
import type { Mutant } from './mutants.ts';

/** A test file and all of the harness that it imports as one script, packages left out. */
export async function bundle(root: string, testFile: string, mutants: readonly Mutant[]): Promise<string> {
  const plugin: Plugin = {
    name: 'mutants',
    setup(context) {
      context.onLoad({ filter: /\.ts$/ }, async ({ path: file }) => {
        const name = path.relative(root, file).split(path.sep).join('/');
        const own = mutants.filter((mutant) => mutant.file === name);
        if (own.length === 0) return undefined;
        return { contents: instrument(await readFile(file, 'utf8'), own), loader: 'ts' };
      });
    },
  };
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [testFile],
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    logLevel: 'error',
    plugins: [plugin],
  });
  return outputFiles[0]!.text;
}
