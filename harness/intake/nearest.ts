import { distance } from 'fastest-levenshtein';

/**
 * The candidate that was most likely meant by `name`, or undefined when none is close. Case, extension, spaces,
 * underscores, hyphens and copy marks (`(1)`) do not count. Numbers must agree: `question1` is not a typo of `question2`.
 */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = normalise(name);
  let best: { candidate: string; score: number } | undefined;
  for (const candidate of candidates) {
    const score = likeness(wanted, normalise(candidate));
    if (score !== undefined && (!best || score < best.score)) best = { candidate, score };
  }
  return best?.candidate;
}

function normalise(name: string): string {
  return name
    .normalize('NFKC')
    .split('/')
    .at(-1)!
    .replace(/\.(?:[mc]?[tj]sx?|py|md|txt|pdf|png|jpe?g|npy|ya?ml)$/i, '')
    .replace(/\s*\(\d+\)$/, '')
    .toLowerCase()
    .replace(/[\s_\-.]+/g, '');
}

/** Lower is closer; undefined when too far. */
function likeness(a: string, b: string): number | undefined {
  if (a === '' || b === '') return undefined;
  if (a === b) return 0;
  if (numbersOf(a) !== numbersOf(b)) return undefined;
  const typos = distance(a, b);
  if (typos <= Math.max(1, Math.floor(Math.min(a.length, b.length) / 3))) return typos;
  // `q2` and `ex1`, or `question2final`: the one begins with the letters of the other.
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  const letters = lettersOf(short);
  const hasNumber = numbersOf(short) !== '';
  if (hasNumber && letters !== '' && lettersOf(long).startsWith(letters)) return 100 + long.length - short.length;
  if (short.length >= 5 && long.startsWith(short)) return 100 + long.length - short.length;
  return undefined;
}

const numbersOf = (text: string): string => (text.match(/\d+/g) ?? []).map(Number).join(',');
const lettersOf = (text: string): string => text.replace(/\d+/g, '');
