import { execa } from 'execa';
import type { SandboxLevel } from '../model/observation.ts';
import { NdArray } from '../model/value.ts';
import { ROOT } from '../root.ts';
import { isInstalled, type WorkerBackend } from '../sandbox/bundle.ts';
import { DEFAULT_LIMITS, WorkerPool } from '../sandbox/pool.ts';
import { Session } from '../sandbox/session.ts';
import type { Finding } from './examine.ts';

const PURPOSE: Record<WorkerBackend, string> = {
  float64: 'values and gradients cannot be judged',
  cpu: 'training runs have no backend that always works',
  wasm: 'training runs are some twenty times slower, on the cpu backend',
  webgpu: '`npm run study:backends -- --backend webgpu` cannot be run; nothing else needs it',
};

/** Programs may read a tensor synchronously, which WebGPU cannot, so that no grade rests on it. */
const WEBGPU_PACKAGES = 'webgpu@0.6.2 @tensorflow/tfjs-backend-webgpu@4.22.0';

/** A product whose entries are sums of 64 squares: a backend that gets it right computes. */
const PROGRAM = `
import * as tf from '@tensorflow/tfjs';
export function product(x) { return tf.matMul(x, x, false, true); }
`;

/** Backends in the sandboxed worker, each proved by a product whose value is known. */
export async function proveWorkerBackends(level: SandboxLevel): Promise<Finding[]> {
  const pool = new WorkerPool({ level, limits: DEFAULT_LIMITS, outputBytes: 1 << 20, spare: 0 });
  try {
    const findings: Finding[] = [];
    for (const backend of ['float64', 'wasm', 'cpu'] as const) findings.push(await prove(pool, backend));
    findings.push(await proveWebGpu(pool));
    return findings;
  } finally {
    await pool.close();
  }
}

/** For studies only, so that its absence is no fault. */
async function proveWebGpu(pool: WorkerPool): Promise<Finding> {
  const mend = `To have it: \`npm install --no-save ${WEBGPU_PACKAGES}\`, and a Vulkan driver (libvulkan1; Chromium's package brings one in software).`;
  if (await isInstalled('webgpu')) {
    const found = await prove(pool, 'webgpu');
    return found.state === 'ok' ? found : { ...found, state: 'optional', mend };
  }
  const [group, name, state] = ['backend', 'webgpu', 'optional'] as const;
  const detail = 'its packages are not installed';
  return { group, name, state, detail, consequence: `Without it ${PURPOSE.webgpu}.`, mend };
}

async function prove(pool: WorkerPool, backend: WorkerBackend): Promise<Finding> {
  const program = {
    modules: [{ path: 'probe.ts', code: PROGRAM }],
    broken: new Map<string, string>(),
    sources: [],
    files: [],
    locate: () => undefined,
  };
  const session = new Session(pool, program, { backend, gradients: 'all', loadDeadlineMs: 30_000 });
  const side = 64;
  const x = NdArray.of(
    Array.from({ length: side * side }, (_, i) => ((i * 7919) % 101) / 101 - 0.5),
    [side, side],
  );
  try {
    await session.call({ module: 'probe', fn: 'product', args: [x] }, 30_000);
    const outcome = await session.call({ module: 'probe', fn: 'product', args: [x] }, 30_000);
    const error = outcome.status === 'ok' ? errorOf(outcome.value, x, side) : Number.NaN;
    const bound = backend === 'float64' ? 1e-13 : 1e-4;
    const ok = error <= bound;
    const detail =
      outcome.status === 'ok'
        ? `64×64 product in ${outcome.ms.toFixed(1)} ms, error ${error.toExponential(1)}`
        : outcome.message;
    return {
      group: 'backend',
      name: backend,
      state: ok ? 'ok' : 'missing',
      detail,
      consequence: `Without it ${PURPOSE[backend]}.`,
      mend: 'Run `npm ci` again; if that does not help, please report it with this output.',
    };
  } finally {
    await session.close();
  }
}

function errorOf(value: unknown, x: NdArray, side: number): number {
  if (!(value instanceof NdArray) || value.data.length !== side * side) return Number.NaN;
  let worst = 0;
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < side; j++) {
      let sum = 0;
      for (let k = 0; k < side; k++) sum += x.data[i * side + k]! * x.data[j * side + k]!;
      const gap = Math.abs(sum - value.data[i * side + j]!);
      if (!(gap <= worst)) worst = gap;
    }
  }
  return worst;
}

const TENSORFLOW = '@tensorflow/tfjs-node-gpu';

/**
 * TensorFlow's library for a GPU. No worker uses it yet, the reference's neither, and the finding says so: where it is there it
 * makes nothing faster, and where it is not it is no fault. Tried in a process of its own, because a native library that
 * does not fit may end its process.
 */
export async function proveTensorFlow(): Promise<Finding> {
  const script = `const m = await import(${JSON.stringify(TENSORFLOW)}); const tf = m.default ?? m;
    const y = tf.matMul([[1, 2]], [[3], [4]]).dataSync(); if (y[0] !== 11) throw new Error('wrong product');
    console.log('it computes, on ' + tf.getBackend());`;
  const result = await execa(process.execPath, ['--input-type=module', '-e', script], {
    ...({ cwd: ROOT, reject: false, timeout: 30_000, stdin: 'ignore' } as const),
  });
  const absent = /Cannot find package/.test(result.stderr);
  const seen = result.exitCode === 0 ? result.stdout.trim().split('\n').at(-1)! : 'it does not work here';
  return {
    group: 'backend',
    name: 'tensorflow-gpu',
    state: 'optional',
    detail: `not used by workers yet (${absent ? `the package ${TENSORFLOW} is not installed` : `${TENSORFLOW}: ${seen}`})`,
    consequence: 'None: submissions and references run on float64, wasm and cpu in the sandbox.',
    mend: '',
  };
}
