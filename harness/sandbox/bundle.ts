import { createHash } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { build } from 'esbuild';
import { execa } from 'execa';
import { CACHE, ROOT } from '../root.ts';

/** Backends that a worker can be bundled for. */
export type WorkerBackend = 'float64' | 'cpu' | 'wasm';

export interface WorkerBundle {
  backend: WorkerBackend;
  /** Absolute path of the script to start; its V8 code cache lies beside it as `.cache`. */
  script: string;
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
};

const WASM_FILES = ['tfjs-backend-wasm.wasm', 'tfjs-backend-wasm-simd.wasm', 'tfjs-backend-wasm-threaded-simd.wasm'];

const made = new Map<string, Promise<WorkerBundle>>();

/**
 * The worker for a backend and a heap limit, made once per version of its sources. Several processes may ask at the
 * same time. The heap limit matters, because V8 refuses a code cache that was made under other flags.
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
  const script = path.join(folder, 'worker.cjs');
  if (!(await exists(`${script}.cache`))) {
    const temporary = `${folder}.${process.pid}.tmp`;
    await mkdir(temporary, { recursive: true });
    await writeBundle(backend, path.join(temporary, 'worker.cjs'));
    await execa(process.execPath, [...nodeArgs, path.join(temporary, 'worker.cjs'), 'cache'], { stdio: 'ignore' });
    await rename(temporary, folder).catch(async () => rm(temporary, { recursive: true, force: true }));
  }
  const names = ['body.js', ...(backend === 'wasm' ? WASM_FILES : [])];
  return { backend, script, files: names.map((name) => path.join(folder, name)), nodeArgs, hash };
}

async function writeBundle(backend: WorkerBackend, script: string): Promise<void> {
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
  // A plain script that takes `require`: compiled through vm.Script, whose code cache saves 50 ms a start.
  const body = path.join(path.dirname(script), 'body.js');
  await writeFile(body, `(function (require, __dirname) {${worker.outputFiles![0]!.text}\n})`);
  await writeFile(script, START);
  if (backend === 'wasm') {
    const from = path.join(ROOT, 'node_modules/@tensorflow/tfjs-backend-wasm/dist');
    for (const file of WASM_FILES) await copyFile(path.join(from, file), path.join(path.dirname(script), file));
  }
}

const START = `'use strict';
// tfjs greets on the console when it starts in Node; students should not find that in their own output.
const { readFileSync, writeFileSync } = require('node:fs');
const { Script } = require('node:vm');
const body = __dirname + '/body.js';
const making = process.argv[2] === 'cache';
let cachedData;
if (!making) try { cachedData = readFileSync(__filename + '.cache'); } catch {}
const script = new Script(readFileSync(body, 'utf8'), { filename: body, cachedData });
const { warn, log, info } = console;
console.warn = console.log = console.info = () => {};
const start = script.runInThisContext();
if (making) {
  // Cached after a run, so that the functions that start-up needs are in it compiled. There is no channel then.
  try { start(require, __dirname); } catch {}
  writeFileSync(__filename + '.cache', script.createCachedData());
  process.exit(0);
}
start(require, __dirname);
console.warn = warn;
console.log = log;
console.info = info;
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
