/**
 * Runs every example program through the real path and compares its verdicts with those that its header states.
 *   npm run study:examples -- [--only EXERCISE] [--seed N] [--name PROGRAM] [--no-training] [--write]
 * With --no-training the checks that train, which take minutes, are left out; with --write the figures go into
 * docs/examples.md, too.
 */
import { writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { loadCatalogue } from '../harness/catalogue.ts';
import { type ExampleVerdict, judgeExamples, withoutTraining } from '../harness/example-verdicts.ts';
import { ROOT } from '../harness/root.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seed: { type: 'string' },
    name: { type: 'string' },
    verbose: { type: 'boolean' },
    'no-training': { type: 'boolean' },
    write: { type: 'boolean' },
  },
});
const seed = Number(values.seed ?? 7);
let failures = 0;
const rows: string[] = [];
const unnamed: string[] = [];
const total = { right: 0, accepted: 0, wrong: 0, refused: 0, named: 0, asStated: 0, ms: 0 };
for (const entry of await loadCatalogue()) {
  if (values.only !== undefined && values.only !== entry.exercise.id) continue;
  const started = performance.now();
  const verdicts = await judgeExamples(entry, {
    seed,
    jobs: 2,
    ...(values.name === undefined ? {} : { name: values.name }),
    ...(values['no-training'] ? { checks: withoutTraining } : {}),
  });
  report(entry.exercise.id, verdicts, performance.now() - started);
}
if (values.write) await writeFile(path.join(ROOT, 'docs/examples.md'), asMarkdown());
process.exitCode = failures > 0 ? 1 : 0;

function percent(part: number, whole: number): string {
  return `${part} of ${whole} (${((100 * part) / Math.max(1, whole)).toFixed(1)} %)`;
}

function report(exercise: string, verdicts: ExampleVerdict[], ms: number): void {
  for (const verdict of verdicts) {
    const { name, kind, deviations } = verdict;
    if (deviations.length > 0) failures += 1;
    if (deviations.length > 0 || values.verbose) {
      console.log(`${deviations.length > 0 ? '✗' : '✓'} ${exercise} ${kind}/${name} (${verdict.ms.toFixed(0)} ms)`);
      for (const line of deviations) console.log(`    ${line}`);
      if (values.verbose) for (const line of verdict.lines) console.log(`    · ${line}`);
    }
  }
  const right = verdicts.filter(({ kind }) => kind === 'right');
  const wrong = verdicts.filter(({ kind }) => kind === 'wrong');
  const named = wrong.filter((verdict) => verdict.named);
  const accepted = percent(right.filter((v) => v.accepted).length, right.length);
  const refused = percent(wrong.filter((v) => !v.accepted).length, wrong.length);
  const asStated = percent(verdicts.filter((v) => v.deviations.length === 0).length, verdicts.length);
  console.log(
    [
      exercise,
      `right accepted ${accepted}`,
      `wrong refused ${refused}`,
      `named ${percent(named.length, wrong.length)}`,
      `as stated ${asStated}`,
      `${(ms / 1000).toFixed(1)} s`,
    ].join(' · '),
  );
  rows.push(
    `| ${exercise} | ${accepted} | ${refused} | ${percent(named.length, wrong.length)} | ${asStated} | ${(ms / 1000).toFixed(0)} s |`,
  );
  total.right += right.length;
  total.accepted += right.filter((v) => v.accepted).length;
  total.wrong += wrong.length;
  total.refused += wrong.filter((v) => !v.accepted).length;
  total.named += named.length;
  total.asStated += verdicts.filter((v) => v.deviations.length === 0).length;
  total.ms += ms;
  for (const { name } of wrong.filter((verdict) => !verdict.named)) unnamed.push(`${exercise}: \`${name}\``);
}

function asMarkdown(): string {
  const lines = [
    '# Example programs',
    '',
    `Written by \`npm run study:examples -- --write\` on ${new Date().toISOString().slice(0, 10)}, seed ${seed}. Every program under \`reference/*/*/examples\` was graded as a submission. “Accepted”: every check accepted, or inconclusive, which costs nothing. “Refused”: at least one check not accepted. “Named”: its mistake was found among the known ones, its own among them, or the failure says itself what is wrong. “As stated”: every check has the status that the program's header states.${values['no-training'] ? ' The checks that train were left out, and wrong programs that fail in none but those; [training.md](training.md) has their figures.' : ''}`,
    '',
    '| exercise | right accepted | wrong refused | named | as stated | time with two jobs |',
    '| --- | --- | --- | --- | --- | ---: |',
    ...rows,
    `| **all** | **${percent(total.accepted, total.right)}** | **${percent(total.refused, total.wrong)}** | **${percent(total.named, total.wrong)}** | **${percent(total.asStated, total.right + total.wrong)}** | ${(total.ms / 60_000).toFixed(0)} min |`,
  ];
  if (unnamed.length > 0) lines.push('', `Refused without a name: ${unnamed.join(', ')}.`);
  return `${lines.join('\n')}\n`;
}
