import type { Mutant } from './mutants.ts';

/**
 * The source with every mutant compiled in behind a switch (mutant schemata: Untch, Offutt & Harrold, ISSTA 1993), so
 * that a thousand mutants cost one compilation. `__m(id)` is true where mutant `id` is the active one.
 */
export function instrument(source: string, mutants: readonly Mutant[]): string {
  const sorted = [...mutants].sort((a, b) => a.start - b.start || b.end - a.end || rank(a) - rank(b));
  let next = 0;

  function render(from: number, to: number): string {
    let text = '';
    let position = from;
    while (next < sorted.length && sorted[next]!.start < to) {
      const first = sorted[next]!;
      const group: Mutant[] = [];
      const fits = (one: Mutant | undefined): one is Mutant =>
        one !== undefined && one.start === first.start && one.end === first.end && one.place === first.place;
      while (fits(sorted[next])) group.push(sorted[next++]!);
      text += source.slice(position, first.start) + choice(group, render(first.start, first.end));
      position = first.end;
    }
    return text + source.slice(position, to);
  }

  return render(0, source.length);
}

/** A statement is opened before an expression of the same extent. */
function rank({ place }: Mutant): number {
  return place === 'statement' ? 0 : 1;
}

function choice(group: Mutant[], original: string): string {
  if (group[0]!.place === 'statement') return `{if(!__m(${group[0]!.id})){${original}}}`;
  return `(${group.map(({ id, replacement }) => `__m(${id})?(${replacement}):`).join('')}(${original}))`;
}
