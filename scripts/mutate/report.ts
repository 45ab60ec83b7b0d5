import type { Exclusion } from './exclusions.ts';
import { describeChange } from './exclusions.ts';
import type { Mutant, Operator } from './mutants.ts';
import type { Result } from './pool.ts';

export interface Tally {
  killed: number;
  timeout: number;
  survived: number;
  unreached: number;
  equivalent: number;
}

export interface RunRecord {
  mutants: readonly Mutant[];
  /** By mutant id: survivors that mean the same as the original. */
  excluded: ReadonlyMap<number, Exclusion>;
  results: ReadonlyMap<number, Result>;
  sample: { size: number; of: number; seed: number } | undefined;
  tests: number;
  seconds: number;
}

export function tally(record: RunRecord, mutants: readonly Mutant[]): Tally {
  const counts: Tally = { killed: 0, timeout: 0, survived: 0, unreached: 0, equivalent: 0 };
  for (const { id } of mutants) {
    const status = record.excluded.has(id) ? 'equivalent' : record.results.get(id)?.status;
    if (status !== undefined) counts[status] += 1;
  }
  return counts;
}

/** Those that a test could notice. */
export function countOf({ killed, timeout, survived, unreached }: Tally): number {
  return killed + timeout + survived + unreached;
}

/** Killed or endless, of all that a test could notice, in percent. */
export function scoreOf(counts: Tally): number {
  return (100 * (counts.killed + counts.timeout)) / Math.max(1, countOf(counts));
}

/** Wilson's 95 % interval of a share (J. Am. Stat. Assoc. 22 (1927) 209), in percent. */
export function wilson(hits: number, n: number): [number, number] {
  const z = 1.959963984540054;
  const p = hits / n;
  const centre = p + (z * z) / (2 * n);
  const spread = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  return [(100 * (centre - spread)) / (1 + (z * z) / n), (100 * (centre + spread)) / (1 + (z * z) / n)];
}

export function summary(record: RunRecord): string {
  const counts = tally(record, record.mutants);
  const total = countOf(counts);
  const share = `${scoreOf(counts).toFixed(1)} % of ${total} mutants killed (${counts.killed} by a failing test, ${counts.timeout} endless), ${counts.survived} survived, ${counts.unreached} reached by no test; ${counts.equivalent} more are equivalent`;
  if (record.sample === undefined) return share;
  const [low, high] = wilson(counts.killed + counts.timeout, total);
  return `${share}. Sample of ${record.sample.size} of ${record.sample.of} (seed ${record.sample.seed}); 95 % interval ${low.toFixed(1)}–${high.toFixed(1)} %`;
}

export function survivorLines(record: RunRecord): string[] {
  return record.mutants
    .filter(
      ({ id }) => ['survived', 'unreached'].includes(record.results.get(id)?.status ?? '') && !record.excluded.has(id),
    )
    .map((mutant) => {
      const note = record.results.get(mutant.id)!.status === 'unreached' ? ' (reached by no test)' : '';
      return `${mutant.file}:${mutant.line}  ${describeChange(mutant)}${note}  in  ${mutant.context}`;
    });
}

/** The page for people: what was done, figures by file and operator, and what is left. */
export function page(record: RunRecord): string {
  const judged = record.mutants.filter(({ id }) => record.results.has(id));
  const row = (name: string, mutants: readonly Mutant[]): string => {
    const counts = tally(record, mutants);
    return `| ${name} | ${countOf(counts)} | ${counts.killed} | ${counts.timeout} | ${counts.survived + counts.unreached} | ${counts.equivalent} | ${scoreOf(counts).toFixed(1)} |`;
  };
  const head = (name: string): string[] => [
    `| ${name} | tried | killed | endless | survived | equivalent | % |`,
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: |',
  ];
  const files = [...groupBy(judged, ({ file }) => file)].sort(([a], [b]) => a.localeCompare(b));
  const operators = [...groupBy(judged, ({ operator }) => operator)].sort(([a], [b]) => a.localeCompare(b));
  return [
    '# The judge under mutation',
    '',
    'A test that cannot fail proves nothing. `npm run mutate` makes small mistakes in the code that decides over grades, one at a',
    'time, and counts how many of them the unit tests notice.',
    '',
    `**${summary(record)}.** ${record.tests} tests, ${(record.seconds / 60).toFixed(1)} minutes on two cores.`,
    '',
    ...METHOD,
    '',
    '## By file',
    '',
    ...head('file'),
    ...files.map(([file, mutants]) => row(`\`${file}\``, mutants)),
    row('**all**', judged),
    '',
    '## By kind of change',
    '',
    ...head('change'),
    ...operators.map(([operator, mutants]) => row(EXPLAINED[operator] ?? operator, mutants)),
    '',
    '## What survives',
    '',
    'Each line is one change that no test notices.',
    '',
    '```',
    ...survivorLines(record),
    '```',
    '',
  ].join('\n');
}

function groupBy<T, K>(items: readonly T[], key: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

const METHOD = [
  'How it works: the files are parsed (`@babel/parser`), every change is compiled in behind a switch, and one process per core runs',
  'the tests with one switch after the other set. Which tests reach which change is measured once, and only those run, the quick ones',
  'first, up to the first that fails. Modules are evaluated anew for each change, so that tables computed while loading count, too.',
  'A change that makes a loop endless counts as killed. Survivors that mean the same as the original, or change speed and the last',
  'bits only, are listed with their reasons in `scripts/mutate/equivalent.yaml` and left out of the percentage. The tests with',
  'thousands of random programs take too long here and are left out.',
  '',
  '`--only PATH` tries the files under a path, `--limit N --seed S` a random sample (the interval is Wilson’s, 95 %).',
];

const EXPLAINED: Partial<Record<Operator, string>> = {
  comparison: 'comparison (`<` as `<=`, `>=`; `===` as `!==` …)',
  arithmetic: 'arithmetic (`+` as `-`, `*` as `/`, sign dropped …)',
  logical: 'logical (`&&` as `||`, `??` as `&&` …)',
  boolean: '`true` as `false` and back',
  number: 'numbers (tolerances ×10 and ÷10, whole numbers + 1)',
  extremum: '`Math.max` as `min`, `floor` as `ceil` and back',
  'call removed': '`Math.abs` dropped',
  quantifier: '`every` as `some` and back',
  'condition negated': 'condition negated',
  'statement removed': 'statement left out (calls, assignments, early `return`, `continue`, `throw`)',
  status: 'another status (`accepted` as `wrong-answer` …)',
};
