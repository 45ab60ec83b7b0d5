/**
 * Grades a class of hostile hand-ins among honest ones, at every level of the sandbox that this machine can make, and says
 * what became of it.
 *   npm run study:hostile -- [--level LEVEL] [--user root|other] [--only FAMILY] [--name ATTACK] [--quick] [--verbose] [--write] [--keep]
 * With --write the figures go into docs/hostile.md, too. With --keep they are kept beside those of other levels and families
 * that were kept before, and the table is of all of them: for a machine that has not the time for all at once.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { CACHE, ROOT } from '../harness/root.ts';
import { ATTACKS } from '../test/hostile/attacks/index.ts';
import { whyNot } from '../test/hostile/levels.ts';
import { attackClass, type Result } from '../test/hostile/run.ts';
import { asMarkdown, asTable, faults, levelOf, together } from '../test/hostile/table.ts';

const { values } = parseArgs({
  options: {
    level: { type: 'string', multiple: true },
    user: { type: 'string', multiple: true },
    only: { type: 'string', multiple: true },
    name: { type: 'string' },
    quick: { type: 'boolean' },
    verbose: { type: 'boolean' },
    write: { type: 'boolean' },
    keep: { type: 'boolean' },
  },
});
/** As whoever runs this, and at the levels that a user without rights can have, as such a user. */
const SURROUNDINGS: Pick<Result, 'level' | 'unprivileged'>[] = [
  ...(['full', 'strong', 'partial'] as const).map((level) => ({ level, unprivileged: false })),
  ...(['strong', 'partial'] as const).map((level) => ({ level, unprivileged: true })),
];
const attacks = ATTACKS.filter(
  ({ family, id, quick }) =>
    (values.only?.includes(family) ?? true) &&
    (values.name === undefined || id.includes(values.name)) &&
    (!values.quick || quick),
);
const results: Result[] = [];
const absent: [string, string][] = [];
for (const surroundings of SURROUNDINGS) {
  const { level, unprivileged } = surroundings;
  if (!(values.level?.includes(level) ?? true)) continue;
  if (!(values.user?.includes(unprivileged ? 'other' : 'root') ?? true)) continue;
  const name = levelOf(surroundings);
  const reason = whyNot(level, unprivileged);
  if (reason !== undefined) {
    absent.push([name, reason]);
    continue;
  }
  const result = await attackClass(level, attacks, unprivileged);
  results.push(result);
  for (const line of faults(result)) console.log(`✗ ${name}: ${line}`);
  if (values.verbose) for (const [id, outcome] of result.outcomes) console.log(`· ${name}: ${id}: ${outcome}`);
  if (values.verbose) for (const line of result.known) console.log(`· ${name}: known: ${line}`);
}
const shown = values.keep ? await keep(results) : results;
console.log(asTable(shown));
for (const [name, reason] of absent) console.log(`Level ${name} cannot be had here: ${reason}.`);
if (values.write) await writeFile(path.join(ROOT, 'docs/hostile.md'), asMarkdown(shown, absent, ATTACKS));
process.exitCode = results.some((result) => faults(result).length > 0) ? 1 : 0;

type Kept = Record<string, Omit<Result, 'outcomes'> & { outcomes: [string, string][] }>;

/** Adds results to those kept before, in place of earlier ones of the same level and families; gives back all, by level. */
async function keep(fresh: readonly Result[]): Promise<Result[]> {
  const file = path.join(CACHE, 'study-hostile.json');
  const kept = JSON.parse(await readFile(file, 'utf8').catch(() => '{}')) as Kept;
  for (const result of fresh) {
    const key = `${levelOf(result)} ${[...(values.only ?? ['all'])].sort().join()} ${values.name ?? ''} ${values.quick ?? ''}`;
    kept[key] = { ...result, outcomes: [...result.outcomes] };
  }
  await mkdir(CACHE, { recursive: true });
  await writeFile(file, JSON.stringify(kept));
  const all = Object.values(kept).map((each): Result => ({ ...each, outcomes: new Map(each.outcomes) }));
  return SURROUNDINGS.flatMap((one) => together(all.filter((each) => levelOf(each) === levelOf(one))) ?? []);
}
