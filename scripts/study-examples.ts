/**
 * Runs every example program through the real path and compares its verdicts with those that its header states.
 *   npm run study:examples -- [--only EXERCISE] [--seed N] [--name PROGRAM]
 */
import { parseArgs } from 'node:util';
import { loadCatalogue } from '../harness/catalogue.ts';
import { type ExampleVerdict, judgeExamples } from '../harness/example-verdicts.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    seed: { type: 'string' },
    name: { type: 'string' },
    verbose: { type: 'boolean' },
  },
});
const seed = Number(values.seed ?? 7);
let failures = 0;
for (const entry of await loadCatalogue()) {
  if (values.only !== undefined && values.only !== entry.exercise.id) continue;
  const started = performance.now();
  const verdicts = await judgeExamples(entry, {
    seed,
    jobs: 2,
    ...(values.name === undefined ? {} : { name: values.name }),
  });
  report(entry.exercise.id, verdicts, performance.now() - started);
}
process.exitCode = failures > 0 ? 1 : 0;

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
  const percent = (part: number, whole: number): string =>
    `${part} of ${whole} (${((100 * part) / Math.max(1, whole)).toFixed(1)} %)`;
  console.log(
    [
      exercise,
      `right accepted ${percent(right.filter((v) => v.accepted).length, right.length)}`,
      `wrong refused ${percent(wrong.filter((v) => !v.accepted).length, wrong.length)}`,
      `named ${percent(named.length, wrong.length)}`,
      `as stated ${percent(verdicts.filter((v) => v.deviations.length === 0).length, verdicts.length)}`,
      `${(ms / 1000).toFixed(1)} s`,
    ].join(' · '),
  );
}
