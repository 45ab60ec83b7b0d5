import { Random } from '../../numerics/random.ts';

/** `rng: () => number` for a student's function: seeded, uniform on [0, 1), exactly 0 at every `zeroEvery`-th draw. */
export function uniformGenerator(seed: number, zeroEvery: number): () => number {
  const random = Random.fromSeed(seed);
  let draws = 0;
  return () => {
    draws += 1;
    return zeroEvery > 0 && draws % zeroEvery === 0 ? 0 : random.uniform();
  };
}
