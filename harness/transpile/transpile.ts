import type { Loader, Message, TransformOptions } from 'esbuild';
import { decodeSource } from './decode.ts';
import { CompilerFailure, guardedTransform } from './esbuild-service.ts';
import { TRANSPILE_LIMITS, type TranspileLimits } from './limits.ts';
import { findDeepNesting } from './nesting.ts';

export { stopCompiler } from './esbuild-service.ts';
export { mapLocation, type Position } from './location.ts';

export interface SourceModule {
  /** As in the submission: `question2.ts`, `lib/utils.ts`. */
  path: string;
  /** ES module JavaScript. */
  code: string;
  /** Source map from `code` to the student's file, JSON; see {@link mapLocation}. */
  map: string;
}

export interface TranspileError {
  file: string;
  /** Both from 1; absent where the file as a whole is at fault. */
  line?: number;
  column?: number;
  /** One plain sentence for the student that names file and place. */
  message: string;
  /** The student's line, shortened. */
  excerpt?: string;
}

/** Both sorted by path. A file that cannot be read does not keep the others from running: nothing may import it. */
export interface TranspileResult {
  modules: SourceModule[];
  errors: TranspileError[];
}

const LOADERS: Record<string, Loader> = { '.ts': 'ts', '.mts': 'ts', '.js': 'js', '.mjs': 'js' };
const EXCERPT_LENGTH = 160;

/**
 * Strips every .ts, .mts, .js and .mjs file of a submission to ES module JavaScript. Types are not checked, nothing is
 * bundled, imports stay as written, and no configuration of the student's is read. Never rejects over what is in a file.
 */
export async function transpile(
  files: ReadonlyMap<string, Uint8Array>,
  limits: TranspileLimits = TRANSPILE_LIMITS,
): Promise<TranspileResult> {
  const sources = [...files].filter(([path]) => loaderOf(path) !== undefined);
  const refused = overLimits(sources, limits);
  const results = await Promise.all(
    sources.map(([path, bytes]) => refused.get(path) ?? transpileFile(path, bytes, limits)),
  );
  const byPath =
    <T>(key: (item: T) => string) =>
    (a: T, b: T) =>
      key(a) < key(b) ? -1 : 1;
  const compiled = results.filter((result) => 'code' in result);
  const grown = overOutputLimit(compiled, limits);
  return {
    modules: compiled.filter((module) => !grown.has(module)).sort(byPath((module) => module.path)),
    errors: [...results.filter((result) => 'message' in result), ...grown.values()].sort(byPath((error) => error.file)),
  };
}

/** Those that are left out because all together have grown too long; the short ones stay. */
function overOutputLimit(modules: readonly SourceModule[], limits: TranspileLimits): Map<SourceModule, TranspileError> {
  const refused = new Map<SourceModule, TranspileError>();
  let total = 0;
  for (const module of modules.toSorted((a, b) => a.code.length - b.code.length || (a.path < b.path ? -1 : 1))) {
    total += module.code.length;
    if (total <= limits.totalOutputLength) continue;
    const message = `${module.path} was left out: when compiled, all program files together grow beyond ${kib(limits.totalOutputLength)} KiB; are they nested very deeply?`;
    refused.set(module, { file: module.path, message });
  }
  return refused;
}

function loaderOf(path: string): Loader | undefined {
  return LOADERS[/\.[^./]*$/.exec(path)?.[0].toLowerCase() ?? ''];
}

/** The small files go first, so that one great table of data does not push out the program that reads it. */
function overLimits(sources: [string, Uint8Array][], limits: TranspileLimits): Map<string, TranspileError> {
  const refused = new Map<string, TranspileError>();
  let count = 0;
  let total = 0;
  for (const [path, bytes] of [...sources].sort((a, b) => a[1].length - b[1].length)) {
    if (bytes.length > limits.fileBytes) {
      const message = `${path} has ${kib(bytes.length)} KiB; a program file may have ${kib(limits.fileBytes)} KiB at most.`;
      refused.set(path, { file: path, message });
    } else if (count + 1 > limits.files) {
      refused.set(path, {
        file: path,
        message: `${path} was left out: at most ${limits.files} program files are read.`,
      });
    } else if (total + bytes.length > limits.totalBytes) {
      const message = `${path} was left out: all program files together may have ${kib(limits.totalBytes)} KiB at most.`;
      refused.set(path, { file: path, message });
    } else {
      count++;
      total += bytes.length;
    }
  }
  return refused;
}

function kib(bytes: number): number {
  return Math.ceil(bytes / 1024);
}

async function transpileFile(
  path: string,
  bytes: Uint8Array,
  limits: TranspileLimits,
): Promise<SourceModule | TranspileError> {
  const decoded = decodeSource(bytes);
  if (!decoded.ok) return { file: path, message: `${path} ${decoded.message}.` };

  const deep = findDeepNesting(decoded.text, limits.nesting);
  if (deep) {
    const place = `${path}, line ${deep.line}, column ${deep.column}`;
    const { line, column, chain } = deep;
    const what = chain
      ? 'this is one expression or statement of thousands of parts; please break it into several'
      : `the program is nested more than ${limits.nesting} levels deep here; please write it flatter`;
    return { file: path, line, column, message: `${place}: ${what}.`, ...excerptAt(decoded.text, line) };
  }

  try {
    const { code, map } = await guardedTransform(decoded.text, optionsFor(path), limits.timeoutMs);
    if (code.length > limits.outputLength) {
      return {
        file: path,
        message: `${path} grows beyond ${kib(limits.outputLength)} KiB when compiled; is it nested very deeply?`,
      };
    }
    return { path, code, map };
  } catch (error) {
    if (error instanceof CompilerFailure) {
      const why = error.reason === 'timeout' ? 'takes too long to compile' : 'cannot be compiled';
      return { file: path, message: `${path} ${why}; is something in it nested extremely deeply?` };
    }
    const messages = (error as { errors?: Message[] }).errors;
    const first = messages?.find((message) => message.location);
    if (!first) throw error;
    return describe(path, decoded.text, first);
  }
}

function optionsFor(path: string): TransformOptions {
  return {
    loader: loaderOf(path)!,
    sourcefile: path,
    format: 'esm',
    target: 'node20',
    platform: 'neutral',
    charset: 'utf8',
    legalComments: 'none',
    sourcemap: 'external',
    sourcesContent: false,
    tsconfigRaw: { compilerOptions: {} },
    logLevel: 'silent',
    logLimit: 1,
  };
}

function describe(path: string, text: string, message: Message): TranspileError {
  const { line, column: byteColumn, lineText } = message.location!;
  const column = columnOf(text.split('\n')[line - 1] ?? lineText, byteColumn);
  return {
    file: path,
    line,
    column,
    message: `${path}, line ${line}, column ${column}: ${sentence(message.text)}`,
    ...excerptAt(text, line),
  };
}

/** esbuild counts bytes of UTF-8 from 0; editors count characters (UTF-16 units) from 1. */
function columnOf(line: string, byteColumn: number): number {
  return new TextDecoder().decode(new TextEncoder().encode(line).subarray(0, byteColumn)).length + 1;
}

function sentence(text: string): string {
  const decapitalised = /^[A-Z][a-z]/.test(text) ? text[0]!.toLowerCase() + text.slice(1) : text;
  return /[.!?]$/.test(decapitalised) ? decapitalised : `${decapitalised}.`;
}

function excerptAt(text: string, line: number): { excerpt?: string } {
  const content = text.split('\n')[line - 1]?.trimEnd() ?? '';
  if (content.trim() === '') return {};
  return { excerpt: content.length > EXCERPT_LENGTH ? `${content.slice(0, EXCERPT_LENGTH)}…` : content };
}
