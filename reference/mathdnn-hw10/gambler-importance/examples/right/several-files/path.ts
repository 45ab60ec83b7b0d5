/** Plays until the game is over: true for one that is won. */
export function* plays(
  { q, maxPlays, start, target }: { q: number; maxPlays: number; start: number; target: number },
  rng: () => number,
): Generator<boolean> {
  let fortune = start;
  for (let n = 0; n < maxPlays; n++) {
    if (fortune <= 0 || fortune >= target) return;
    // Inverted numbers: 1 − u is uniform, too.
    const won = 1 - rng() <= q;
    fortune += won ? 1 : -1;
    yield won;
  }
}
