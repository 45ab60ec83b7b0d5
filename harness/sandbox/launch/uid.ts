import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';

const inUse = new Set<number>();

/**
 * An unused user id for one sandbox, so that the kernel counts its processes alone and lets it signal nobody else's.
 * From a range that systemd's registry of user ids leaves free; in a container with few ids, from those it has.
 */
export function takeUid(): number {
  const [first, size] = range();
  for (;;) {
    const uid = first + randomInt(size);
    if (inUse.has(uid)) continue;
    inUse.add(uid);
    return uid;
  }
}

export function giveUidBack(uid: number): void {
  inUse.delete(uid);
}

function range(): [first: number, size: number] {
  const mapped = readFileSync('/proc/self/uid_map', 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .map(([inside = 0, , length = 0]) => ({ inside, end: inside + length }));
  const fits = (first: number, end: number) => mapped.some((ids) => ids.inside <= first && end <= ids.end);
  if (fits(1_900_000_000, 2_100_000_000)) return [1_900_000_000, 200_000_000];
  if (fits(30_000, 60_000)) return [30_000, 30_000];
  throw new Error('no unused user id: this container maps too few (/proc/self/uid_map)');
}
