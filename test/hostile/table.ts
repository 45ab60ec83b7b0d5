import { FAMILIES } from './attack.ts';
import type { Member } from './attacks/index.ts';
import type { Result } from './run.ts';

/** Everything that must not be. */
export function faults(result: Result): string[] {
  return [
    ...result.unexpected.map((text) => `unexpected: ${text}`),
    ...result.escapes.map((text) => `escape: ${text}`),
    ...result.forged.map((text) => `forged: ${text}`),
    ...result.neighboursTouched.map((text) => `neighbour touched: ${text}`),
    ...result.leftBehind.map((text) => `left behind: ${text}`),
    ...result.reports.map((text) => `in a report: ${text}`),
  ];
}

/** Results of one level, made in several batches, as one. */
export function together(parts: readonly Result[]): Result | undefined {
  const [first] = parts;
  if (first === undefined) return undefined;
  const lists = <K extends keyof Result>(key: K) => parts.flatMap((part) => part[key] as string[]);
  return {
    level: first.level,
    unprivileged: first.unprivileged,
    attacks: parts.reduce((sum, { attacks }) => sum + attacks, 0),
    outcomes: new Map(parts.flatMap(({ outcomes }) => [...outcomes])),
    unexpected: lists('unexpected'),
    escapes: lists('escapes'),
    known: lists('known'),
    forged: lists('forged'),
    neighboursTouched: lists('neighboursTouched'),
    leftBehind: lists('leftBehind'),
    reports: lists('reports'),
    seconds: parts.reduce((sum, { seconds }) => sum + seconds, 0),
    batches: parts.length,
  };
}

const COLUMNS: [string, (result: Result) => string | number][] = [
  ['level', levelOf],
  ['attacks', ({ attacks }) => attacks],
  ['as stated', ({ attacks, unexpected }) => attacks - unexpected.length],
  ['escapes', ({ escapes }) => escapes.length],
  ['forged', ({ forged }) => forged.length],
  ['neighbours touched', ({ neighboursTouched }) => neighboursTouched.length],
  ['left behind', ({ leftBehind }) => leftBehind.length],
  ['more than text in reports', ({ reports }) => reports.length],
  ['known not to hold', ({ known }) => known.length],
  ['batches', ({ batches }) => batches ?? 1],
  ['seconds', ({ seconds }) => seconds.toFixed(0)],
];

/** Of a result, as it is named in tables. */
export function levelOf({ level, unprivileged }: Pick<Result, 'level' | 'unprivileged'>): string {
  return unprivileged ? `${level}, as a user without rights` : level;
}

export function asTable(results: readonly Result[]): string {
  const rows = [COLUMNS.map(([name]) => name), ...results.map((result) => COLUMNS.map(([, of]) => String(of(result))))];
  const widths = COLUMNS.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) => `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`).join('\n');
}

export function asMarkdown(
  results: readonly Result[],
  absent: readonly [string, string][],
  attacks: readonly Member[],
): string {
  const [head = '', ...rows] = asTable(results).split('\n');
  const lines = [
    '# A hostile class',
    '',
    `Written by \`npm run study:hostile -- --write\` on ${new Date().toISOString().slice(0, 10)}. Every hand-in under \`test/hostile/attacks\` was graded by the real command line beside six honest ones, in one batch, or a few where the table says so. “As stated”: the outcome is the one that stands beside the attack. “Escapes”: something was read, reached or changed that must not be, by the program's own account or by what was found on the host afterwards. “Forged”: points were given or opened to somebody who had not earned them. “Neighbours touched”: an honest student's grade or page differs by a byte from a run without attackers. “Left behind”: processes, files, sockets, mounts or cgroups after the end. “Known not to hold”: attempts that succeeded where the level is known not to hold; they are listed below.`,
    '',
    head,
    `|${COLUMNS.map(() => ' --- |').join('')}`,
    ...rows,
    ...absent.map(([level, reason]) => `\nLevel ${level} could not be had on that machine: ${reason}.`),
    '',
    '## What a level cannot hold',
    '',
    ...known(results, attacks),
    '',
    '## The attacks',
    '',
    '| attack | the program or archive … | outcome |',
    '| --- | --- | --- |',
    ...FAMILIES.flatMap((family) => attacks.filter((attack) => attack.family === family)).map(
      ({ family, name, id, tries }) =>
        `| ${family}: ${name} | ${cell(tries)} | ${cell(
          results
            .map(({ outcomes }) => outcomes.get(id) ?? '')
            .filter((text, i, all) => text !== '' && all.indexOf(text) === i)
            .join('; '),
        )} |`,
    ),
  ];
  return `${lines.join('\n')}\n`;
}

function known(results: readonly Result[], attacks: readonly Member[]): string[] {
  const lines = results.flatMap((result) =>
    result.known.map((attempt) => {
      const attack = attacks.find(({ id }) => attempt.startsWith(`${id}: `));
      return `- **${levelOf(result)}**, ${attack?.family}: ${attack?.name}: ${attempt.slice((attack?.id.length ?? 0) + 2)}; ${attack?.known?.[result.level]?.why}.`;
    }),
  );
  return lines.length > 0 ? [...new Set(lines)] : ['Nothing of what was tried.'];
}

function cell(text: string): string {
  return text
    .replaceAll('|', '\\|')
    .replaceAll('<', '&lt;')
    .replace(/[\u0000-\u001f]/g, '');
}
