import type { Observation, SandboxLevel } from '../model/observation.ts';

type Sandbox = Observation['sandbox'];

const BEST_FIRST: SandboxLevel[] = ['full', 'strong', 'partial', 'none'];

/**
 * The sandbox that grades rest on: the weakest that any observation was made in. Observations of earlier runs count as
 * they were made, wherever this run takes place.
 */
export class WeakestSandbox {
  #weakest: Sandbox | undefined;

  add({ sandbox }: Observation): void {
    const rank = ({ level }: Sandbox): number => BEST_FIRST.indexOf(level);
    if (this.#weakest === undefined || rank(sandbox) > rank(this.#weakest)) this.#weakest = sandbox;
  }

  /** `otherwise` where nothing was observed. */
  value(otherwise: Sandbox): Sandbox {
    return this.#weakest ?? otherwise;
  }
}
