import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { CatalogueEntry } from './catalogue.ts';
import { declaredIn } from './checks/libraries.ts';
import type { Program } from './sandbox/program.ts';
import { importsOf } from './transpile/imports.ts';
import { mapLocation, transpile } from './transpile/transpile.ts';

/** The program in a submission's files, with the companions of an exercise beside it. */
export async function makeProgram(files: ReadonlyMap<string, Uint8Array>, entry: CatalogueEntry): Promise<Program> {
  const { modules, errors } = await transpile(files);
  const maps = new Map(modules.map((module) => [module.path, module]));
  const companions = await companionModules(entry);
  const ours = new Set(companions.map((module) => module.path));
  return {
    // A file of the student's that takes a companion's name does not take its place.
    modules: [...modules.filter((module) => !ours.has(module.path)), ...companions],
    broken: new Map(errors.map((error) => [error.file, error.message])),
    files: [...files.keys()],
    sources: await Promise.all(
      modules.map(async ({ path, code }) => ({
        path,
        characters: code.length,
        longestLine: longestLine(files.get(path)!),
        imports: await importsOf(code),
      })),
    ),
    ...declaredLibraries(files),
    locate(file, line, column) {
      const module = maps.get(file);
      const place = module === undefined ? null : mapLocation(module, line, column);
      return place ?? undefined;
    },
  };
}

/** Where libraries are declared, in whatever folder. */
const LIBRARIES = /(?:^|\/)libraries\.txt$/i;
const MOST_DECLARED = 64 * 1024;

function declaredLibraries(files: ReadonlyMap<string, Uint8Array>): Pick<Program, 'declared'> {
  const texts = [...files].filter(([path]) => LIBRARIES.test(path)).map(([, bytes]) => bytes);
  if (texts.length === 0) return {};
  return {
    declared: texts.flatMap((bytes) => declaredIn(Buffer.from(bytes.subarray(0, MOST_DECLARED)).toString('utf8'))),
  };
}

function longestLine(bytes: Uint8Array): number {
  const lines = Buffer.from(bytes).toString('utf8').split('\n');
  return lines.reduce((longest, line) => Math.max(longest, line.length), 0);
}

async function companionModules({ exercise, folder }: CatalogueEntry): Promise<{ path: string; code: string }[]> {
  const files = new Map<string, Uint8Array>();
  for (const [module, file] of Object.entries(exercise.companions ?? {})) {
    files.set(`${module}.ts`, await readFile(path.join(folder, file)));
  }
  const { modules, errors } = await transpile(files);
  if (errors.length > 0) throw new Error(errors[0]!.message);
  return modules;
}
