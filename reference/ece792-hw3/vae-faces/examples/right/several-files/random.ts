/** Marsaglia's polar method. */
export function normals(count: number, rng: () => number): number[] {
  const list: number[] = [];
  while (list.length < count) {
    const [u, v] = [2 * rng() - 1, 2 * rng() - 1];
    const s = u * u + v * v;
    if (s > 0 && s < 1) {
      const f = Math.sqrt((-2 * Math.log(s)) / s);
      list.push(u * f, v * f);
    }
  }
  return list.slice(0, count);
}

/** All rows once, in random order, in groups of at most `size`. */
export function* batches(count: number, size: number, rng: () => number): Generator<number[]> {
  const rest = Array.from({ length: count }, (_, i) => i);
  let group: number[] = [];
  while (rest.length > 0) {
    group.push(rest.splice(Math.floor(rng() * rest.length), 1)[0]!);
    if (group.length === size || rest.length === 0) {
      yield group;
      group = [];
    }
  }
}
