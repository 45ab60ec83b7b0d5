import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import type { Grades } from '../../harness/model/grade.ts';
import { ROOT } from '../../harness/root.ts';

export const LIGHT = path.join(ROOT, 'test/cli/light.yaml');

export interface Ended {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
}

export interface Running {
  child: ChildProcess;
  ended: Promise<Ended>;
  /** Resolves when the text has stood on standard error; rejects when the process ends without it. */
  said(text: string): Promise<void>;
}

export interface GradusOptions {
  /** Another checkout than this one. */
  root?: string;
  /** What starts node, such as `setpriv … --` or `unshare -m …`. */
  prefix?: string[];
  env?: Record<string, string>;
}

/** Starts the real command line in a process of its own. */
export function startGradus(args: readonly string[], options: GradusOptions = {}): Running {
  const { root = ROOT, prefix = [], env = {} } = options;
  const [file, ...rest] = [...prefix, process.execPath, path.join(root, 'bin/gradus.mjs'), ...args];
  const child = spawn(file!, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, CI: '1', ...env } });
  let stdout = '';
  let stderr = '';
  const waiting = new Set<() => void>();
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
    for (const check of waiting) check();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return {
    child,
    ended,
    said: (text) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          if (!stderr.includes(text)) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
        void ended.then(() => reject(new Error(`'${text}' was not said; standard error: ${stderr}`)));
      }),
  };
}

export function gradus(args: readonly string[], options: GradusOptions = {}): Promise<Ended> {
  return startGradus(args, options).ended;
}

/** Folders for tests, all removed by `clear`. */
export class Workshop {
  readonly #made: string[] = [];

  async folder(): Promise<string> {
    const made = await mkdtemp(path.join(tmpdir(), 'gradus-cli-'));
    this.#made.push(made);
    return made;
  }

  /** A folder with these files; a path that ends in a slash is an empty folder. */
  async files(files: Record<string, string | Uint8Array>): Promise<string> {
    const root = await this.folder();
    for (const [name, content] of Object.entries(files)) {
      const place = path.join(root, name);
      await mkdir(name.endsWith('/') ? place : path.dirname(place), { recursive: true });
      if (!name.endsWith('/')) await writeFile(place, content);
    }
    return root;
  }

  /** A checkout of its own, of these parts of this one. */
  async checkout(...parts: string[]): Promise<string> {
    const root = await this.folder();
    for (const part of parts) await cp(path.join(ROOT, part), path.join(root, part), { recursive: true });
    await symlink(path.join(ROOT, 'node_modules'), path.join(root, 'node_modules'));
    return root;
  }

  async clear(): Promise<void> {
    await Promise.all(this.#made.splice(0).map((place) => rm(place, { recursive: true, force: true })));
  }
}

const EXAMPLES = path.join(ROOT, 'reference/tub-sheet10/mdn-gradients/examples');

/** An example program of mdn-gradients: `right/plain-loops-nested-arrays`, `wrong/sign-of-the-error`. */
export function example(name: string): Promise<string> {
  return readFile(path.join(EXAMPLES, `${name}.ts`), 'utf8');
}

/** A class of right and wrong programs, no two the same; ids `s01`, `s02`, … */
export async function lightClass(workshop: Workshop, size: number): Promise<string> {
  const programs = await Promise.all(
    [
      ...['right/plain-loops-nested-arrays', 'right/pairwise-ratios', 'wrong/mu-sign', 'right/closures-streaming-sum'],
      ...['right/scaled-by-the-best', 'wrong/sign-of-the-error'],
    ].map(example),
  );
  const files: Record<string, string> = {};
  for (let i = 0; i < size; i++) {
    const id = `s${String(i + 1).padStart(2, '0')}`;
    files[`${id}/exercise1.ts`] = `${programs[i % programs.length]}\n// Hand-in ${id}.\n`;
  }
  return workshop.files(files);
}

export function gradeArgs(source: string, out: string, ...more: string[]): string[] {
  return ['grade', source, '--assignment', 'tub-sheet10', '--rubric', LIGHT, '--out', out, '--seed', '7', ...more];
}

export async function readGrades(out: string): Promise<Grades> {
  return JSON.parse(await readFile(path.join(out, 'grades.json'), 'utf8')) as Grades;
}

/** The bytes of `grades.json` without what a clock decides, and without the commit, which a copied checkout lacks. */
export async function timeless(out: string): Promise<string> {
  const text = await readFile(path.join(out, 'grades.json'), 'utf8');
  const lines = /^ {2}"(?:startedAt|finishedAt)": "[^"]*",$|^ {4}"commit": "[^"]*"$/gm;
  if (text.match(lines)?.length !== 3) throw new Error('grades.json does not have these on lines of their own');
  return text.replace(lines, '');
}
