import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { build } from 'esbuild';
import { execa } from 'execa';
import { markUsed, pruneCache } from '../prune-cache.ts';
import { replaceFile } from '../replace-file.ts';
import { CACHE, ROOT } from '../root.ts';

/** Backends that a worker can be bundled for. */
export type WorkerBackend = 'float64' | 'cpu' | 'wasm' | 'webgpu';

export interface WorkerBundle {
  backend: WorkerBackend;
  /** Absolute path of the script to start. */
  script: string;
  /** Absolute path of the start-up snapshot, in which the script has run; absent where this Node can make none. */
  snapshot: string | undefined;
  /** Absolute paths of the files that the script reads; they have to lie beside it. */
  files: string[];
  /** Node's flags. */
  nodeArgs: string[];
  /** Changes whenever the code that runs beside student code does. */
  hash: string;
}

const WORKER = path.join(ROOT, 'harness/sandbox/worker');

/** What each backend's tfjs consists of. */
const TFJS: Record<WorkerBackend, string> = {
  float64: `export * from '@tensorflow/tfjs';`,
  cpu: `export * from '@tensorflow/tfjs';`,
  wasm: `export * from '@tensorflow/tfjs'; export { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';`,
  webgpu: `import './harness/sandbox/worker/webgpu/offer.ts'; export * from '@tensorflow/tfjs'; import '@tensorflow/tfjs-backend-webgpu';`,
};

const MODULES = path.join(ROOT, 'node_modules');

/** What each backend reads when it starts, by its name beside the worker. */
const FILES: Record<WorkerBackend, ReadonlyMap<string, string>> = {
  float64: new Map(),
  cpu: new Map(),
  wasm: new Map(
    ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm-threaded-simd.wasm'].map((name) => [
      name,
      path.join(MODULES, '@tensorflow/tfjs-backend-wasm/dist', name),
    ]),
  ),
  webgpu: new Map([['dawn.node', path.join(MODULES, `webgpu/dist/${process.platform}-${process.arch}/dawn.node`)]]),
};

/** WebGPU's packages are large and of use to few: they are used where somebody has installed them. */
export async function isInstalled(backend: WorkerBackend): Promise<boolean> {
  const needed = [...FILES[backend].values()];
  if (backend === 'webgpu') needed.push(path.join(MODULES, '@tensorflow/tfjs-backend-webgpu/package.json'));
  return (await Promise.all(needed.map(exists))).every((there) => there);
}

const SCRIPT = 'worker.cjs';
const BODY = 'body.js';
const SNAPSHOT = 'worker.blob';

const made = new Map<string, Promise<WorkerBundle>>();

/**
 * The worker for a backend and a heap limit, made once per version of its sources. Several processes may ask at the
 * same time. The heap limit matters, because V8 refuses a snapshot that was made under other flags.
 */
export function workerBundle(backend: WorkerBackend, heapMb: number): Promise<WorkerBundle> {
  const key = `${backend} ${heapMb}`;
  let bundle = made.get(key);
  if (bundle === undefined) {
    bundle = makeBundle(backend, heapMb);
    made.set(key, bundle);
  }
  return bundle;
}

async function makeBundle(backend: WorkerBackend, heapMb: number): Promise<WorkerBundle> {
  const hash = await sourceHash(backend);
  const nodeArgs = ['--experimental-vm-modules', '--no-warnings', `--max-old-space-size=${heapMb}`];
  const folder = path.join(CACHE, 'worker', `${backend}-${heapMb}-${hash.slice(0, 16)}-${process.version}`);
  const script = path.join(folder, SCRIPT);
  if (await exists(script)) await markUsed(folder);
  else {
    const temporary = `${folder}.${process.pid}.tmp`;
    await mkdir(temporary, { recursive: true });
    await writeBundle(backend, hash, temporary);
    await makeSnapshot(temporary, nodeArgs);
    await rename(temporary, folder).catch(async () => rm(temporary, { recursive: true, force: true }));
    await pruneCache(path.join(CACHE, 'worker'));
  }
  const blob = path.join(folder, SNAPSHOT);
  const snapshot = (await exists(blob)) ? blob : undefined;
  const names = [...(snapshot === undefined ? [BODY] : []), ...FILES[backend].keys()];
  const files = names.map((name) => path.join(folder, name));
  return { backend, script, snapshot, files, nodeArgs, hash };
}

const bodies = new Map<string, Promise<string>>();

/** The worker's code, which is the same for every heap limit. Made once a process and kept for the next. */
function bodyOf(backend: WorkerBackend, hash: string): Promise<string> {
  let body = bodies.get(backend);
  if (body === undefined) {
    body = keptBody(backend, path.join(CACHE, 'worker', `${backend}-${hash.slice(0, 16)}.js`));
    bodies.set(backend, body);
  }
  return body;
}

async function keptBody(backend: WorkerBackend, file: string): Promise<string> {
  try {
    const kept = await readFile(file, 'utf8');
    await markUsed(file);
    return kept;
  } catch {
    const made = await bundleBody(backend);
    await replaceFile(file, made);
    return made;
  }
}

async function bundleBody(backend: WorkerBackend): Promise<string> {
  // tfjs alone is bundled with doubles for floats; the code around it keeps both.
  const tfjs = await build({
    stdin: { contents: TFJS[backend], resolveDir: ROOT, loader: 'ts' },
    bundle: true,
    write: false,
    platform: 'node',
    // The Node build of tfjs is CommonJS, whose exports only CommonJS passes on as they are.
    format: 'cjs',
    target: 'node20',
    minifySyntax: true,
    define: backend === 'float64' ? { Float32Array: 'Float64Array' } : {},
    banner: { js: '/* tfjs, see its licence: Apache-2.0 */' },
    logLevel: 'error',
  });
  const worker = await build({
    entryPoints: [path.join(WORKER, 'entry', `${backend}.ts`)],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'error',
    plugins: [
      {
        name: 'tfjs',
        setup(plugin) {
          plugin.onResolve({ filter: /^gradus:tfjs$/ }, () => ({ path: 'tfjs', namespace: 'gradus' }));
          plugin.onLoad({ filter: /.*/, namespace: 'gradus' }, () => ({
            contents: tfjs.outputFiles![0]!.text,
            resolveDir: ROOT,
          }));
        },
      },
    ],
  });
  // A function of what it needs, whose `module.exports.start` makes the process a worker.
  return `(function (require, module, exports, __dirname) {${worker.outputFiles![0]!.text}\n})`;
}

async function writeBundle(backend: WorkerBackend, hash: string, folder: string): Promise<void> {
  await writeFile(path.join(folder, BODY), await bodyOf(backend, hash));
  await writeFile(path.join(folder, SCRIPT), START);
  for (const [name, from] of FILES[backend]) await copyFile(from, path.join(folder, name));
}

/**
 * With tfjs evaluated and its common functions compiled, a start-up snapshot of V8 halves the time until a worker is ready.
 * Where this Node cannot make or start one, the worker starts from its source. Made in a folder of another name: the
 * snapshot keeps the script's path, and students should not find there where the grader lies.
 */
async function makeSnapshot(folder: string, nodeArgs: string[]): Promise<void> {
  const blob = path.join(folder, SNAPSHOT);
  const elsewhere = await mkdtemp(path.join(tmpdir(), 'worker-'));
  try {
    const script = path.join(elsewhere, SCRIPT);
    for (const name of [SCRIPT, BODY]) await copyFile(path.join(folder, name), path.join(elsewhere, name));
    const options = { extendEnv: false, cwd: elsewhere, stdio: 'ignore', timeout: 120_000 } as const;
    const args = [...nodeArgs, '--snapshot-blob', path.join(elsewhere, SNAPSHOT)];
    await execa(process.execPath, [...args, '--build-snapshot', script], options);
    await execa(process.execPath, [...args, script, 'try'], options);
    await copyFile(path.join(elsewhere, SNAPSHOT), blob);
  } catch {
    await rm(blob, { force: true });
  } finally {
    await rm(elsewhere, { recursive: true, force: true });
  }
}

const START = `'use strict';
const { readFileSync } = require('node:fs');
const { dirname } = require('node:path');
const { startupSnapshot } = require('node:v8');
// Evaluated under names of their own, so that no error shows a student where this file lay.
const run = (source, name) => (0, eval)(source + '\\n//# sourceURL=' + name);
const worker = { exports: {} };
// tfjs greets on the console when it starts in Node; students should not find that in their own output.
const { warn, log, info } = console;
console.warn = console.log = console.info = () => {};
const body = readFileSync(dirname(process.argv[1]) + '/${BODY}', 'latin1');
run(body, 'gradus-worker.js')(require, worker, worker.exports, '.');
console.warn = warn;
console.log = log;
console.info = info;
const main = run(
  "(worker, dirname) => () => { if (process.argv[2] !== 'try') worker.start(dirname(process.argv[1])); }",
  'gradus-start.js',
)(worker.exports, dirname);
if (startupSnapshot.isBuildingSnapshot()) startupSnapshot.setDeserializeMainFunction(main);
else main();
`;
async function sourceHash(backend: WorkerBackend): Promise<string> {
  const hash = createHash('sha256').update(backend);
  const files = [
    ...(await sources(WORKER)),
    ...(await sources(path.join(ROOT, 'harness/sandbox/protocol'))),
    path.join(ROOT, 'harness/sandbox/bundle.ts'),
    path.join(ROOT, 'harness/model/call.ts'),
    path.join(ROOT, 'harness/model/value.ts'),
    path.join(ROOT, 'harness/numerics/random.ts'),
    path.join(ROOT, 'node_modules/@tensorflow/tfjs/package.json'),
  ];
  for (const file of files) hash.update(path.basename(file)).update(await readFile(file));
  return hash.digest('hex');
}

async function sources(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}
