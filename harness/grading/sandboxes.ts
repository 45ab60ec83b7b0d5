import type { Sandbox } from '../exercise-run.ts';
import type { LevelReport } from '../sandbox/level.ts';
import { WorkerPool } from '../sandbox/pool.ts';
import type { SandboxLimits } from './limits.ts';

/** The worker pools of a run, one for each set of limits, made when first needed. */
export class Sandboxes {
  readonly #findLevel: () => Promise<LevelReport>;
  readonly #spare: number;
  readonly #pools = new Map<string, WorkerPool>();
  #level: Promise<LevelReport> | undefined;
  #closed = false;

  /** `findLevel` is asked once, and only if a program is run. `spare`: workers kept ready for each backend in use. */
  constructor(findLevel: () => Promise<LevelReport>, spare: number) {
    this.#findLevel = findLevel;
    this.#spare = spare;
  }

  async get({ outputBytes, ...limits }: SandboxLimits): Promise<Sandbox> {
    this.#level ??= this.#findLevel();
    const { level, missing } = await this.#level;
    const key = JSON.stringify([limits, outputBytes]);
    let pool = this.#pools.get(key);
    if (pool === undefined) {
      pool = new WorkerPool({ level, limits, outputBytes, spare: this.#spare });
      this.#pools.set(key, pool);
      if (this.#closed) void pool.close();
    }
    return { pool, missing };
  }

  /** Ends every worker; programs asked for later are not started. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#pools.values()].map((pool) => pool.close()));
  }
}
