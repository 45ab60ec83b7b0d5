/**
 * The probability that the gambler reaches `target` from `start` within `maxPlays` plays, each won with probability p,
 * estimated from `trials` paths sampled with probability q. rng() is uniform on [0, 1). May also be async.
 */
export function estimateWinProbability(
  options: { trials: number; p: number; q: number; maxPlays: number; start: number; target: number },
  rng: () => number,
): { mean: number; standardError: number } {
  // TODO
  return notYet('estimateWinProbability', options, rng());
}

/** Stands where your code will stand; delete it when the function is written. */
function notYet(name: string, ...inputs: unknown[]): never {
  throw new Error(`${name} is still to be written (it was given ${inputs.length} arguments).`);
}
