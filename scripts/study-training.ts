/**
 * Trains every example program of the exercises that have training checks, with several seeds, through the real path, and
 * prints each figure's distribution: what bars are set from.
 *   node --import tsx scripts/study-training.ts [--only EXERCISE] [--name PROGRAM] [--kind right|wrong] [--long] [--seeds N] [--from SEED] [--jobs N] [--json FILE]
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { loadCatalogue } from '../harness/catalogue.ts';
import { type ExampleVerdict, judgeExamples } from '../harness/example-verdicts.ts';

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    name: { type: 'string' },
    kind: { type: 'string' },
    seeds: { type: 'string', default: '5' },
    from: { type: 'string', default: '1' },
    long: { type: 'boolean' },
    jobs: { type: 'string', default: '1' },
    json: { type: 'string' },
  },
});

interface Run {
  exercise: string;
  check: string;
  program: string;
  seed: number;
  status: string;
  mistake?: string;
  /** input and figure → value as it is shown in the report */
  figures: Record<string, string>;
}

const runs: Run[] = [];
const first = Number(values.from);
for (const entry of await loadCatalogue()) {
  const { id } = entry.exercise;
  if (values.only !== undefined && values.only !== id) continue;
  if (!entry.exercise.checks(first).some(({ kind }) => kind === 'training')) continue;
  for (let seed = first; seed < first + Number(values.seeds); seed++) {
    const verdicts = await judgeExamples(entry, {
      ...{ seed, jobs: Number(values.jobs), everyProgram: true },
      checks: ({ kind }) => kind === 'training',
      ...(values.long ? { profile: 'long' as const } : {}),
      ...(values.name === undefined ? {} : { name: values.name }),
      ...(values.kind === undefined ? {} : { kind: values.kind as 'right' | 'wrong' }),
    });
    for (const verdict of verdicts) runs.push(...runsOf(id, seed, verdict));
    if (values.json !== undefined) await writeFile(values.json, JSON.stringify(runs, null, 1));
  }
}
for (const exercise of new Set(runs.map((run) => run.exercise))) print(exercise);

function runsOf(exercise: string, seed: number, { kind, name, verdicts }: ExampleVerdict): Run[] {
  return [...verdicts].map(([check, { status, mistake, summary, evidence }]) => {
    const figures: Record<string, string> = {};
    for (const shown of evidence) {
      if (shown.kind !== 'table' || shown.title !== 'What was learned') continue;
      for (const [input, figure, value, , compared] of shown.rows) {
        figures[`${input}: ${figure}`] = figure === 'time' ? `${value}, ${compared}` : String(value);
      }
    }
    const run: Run = { exercise, check, program: `${kind}/${name}`, seed, status, figures };
    if (mistake !== undefined) run.mistake = mistake.id;
    console.log(`${exercise} ${run.program} seed ${seed}: ${check} ${status} ${JSON.stringify(figures)}`);
    if (status !== 'accepted') console.log(`    ${summary}${mistake === undefined ? '' : ` [${mistake.id}]`}`);
    return run;
  });
}

/** A line for each program and figure: least, median and greatest value over the seeds. */
function print(exercise: string): void {
  console.log(
    `\n| ${exercise} | figure | seeds | least | median | greatest | accepted |\n| --- | --- | --- | --- | --- | --- | --- |`,
  );
  const own = runs.filter((run) => run.exercise === exercise);
  for (const program of new Set(own.map((run) => run.program))) {
    const of = own.filter((run) => run.program === program);
    const accepted = of.filter(({ status }) => status === 'accepted').length;
    for (const figure of new Set(of.flatMap(({ figures }) => Object.keys(figures)))) {
      const numbers = of.flatMap(({ figures }) =>
        figures[figure] === undefined ? [] : [numberOf(figure, figures[figure])],
      );
      numbers.sort((a, b) => a - b);
      const at = (share: number): string => numbers[Math.round(share * (numbers.length - 1))]!.toPrecision(3);
      console.log(
        `| ${program} | ${figure} | ${numbers.length} | ${at(0)} | ${at(0.5)} | ${at(1)} | ${accepted}/${of.length} |`,
      );
    }
  }
}

/** Of a time the multiple of the reference's: "12.0 s, 1.5 × the reference's 8.0 s". */
function numberOf(figure: string, text: string): number {
  return Number.parseFloat(figure.endsWith('time') ? text.split(', ')[1]! : text);
}
