/**
 * Grades all example programs of an assignment as one class, a submission each, and compares the wall time with the bare
 * compute of their calls.
 *   npm run study:class -- [--assignment ASSIGNMENT]… [--write]
 * With --write the table goes into docs/class-time.md, too.
 */
import { writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { machine, timed } from '../bench/measure.ts';
import {
  gradus,
  inWorkerMs,
  JOBS,
  SEED,
  storedObservations,
  withFolder,
  workerStartMs,
  writeFiles,
} from '../bench/setting.ts';
import { type CatalogueEntry, loadCatalogue } from '../harness/catalogue.ts';
import { type Example, loadExamples } from '../harness/examples.ts';
import type { Observation } from '../harness/model/observation.ts';
import { casesOf, groupByMode } from '../harness/observe.ts';
import { ROOT } from '../harness/root.ts';

const { values } = parseArgs({
  options: { assignment: { type: 'string', multiple: true }, write: { type: 'boolean' } },
});
const wanted = values.assignment ?? ['image-registration', 'tub-sheet10'];
const HEAD = [
  'assignment',
  'programs',
  'wall',
  'calls',
  'processes',
  'wall ÷ (calls ÷ 2)',
  'wall ÷ (calls and starts ÷ 2)',
];
const rows: string[][] = [];
const catalogue = await loadCatalogue();
const measuredOn = machine();
const start = await workerStartMs();
for (const assignment of wanted) {
  const entries = catalogue.filter(({ exercise }) => exercise.assignment === assignment);
  if (entries.length === 0) throw new Error(`there is no assignment ${assignment}`);
  rows.push(await measure(assignment, entries));
  console.log(rows.at(-1)!.join(' · '));
}
const table = [HEAD, HEAD.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
console.log(table);
if (values.write) await writeFile(path.join(ROOT, 'docs/class-time.md'), asMarkdown());

async function measure(assignment: string, entries: readonly CatalogueEntry[]): Promise<string[]> {
  return withFolder(async (folder) => {
    const all: { id: string; example: Example }[] = [];
    // What is made once for a class of any size: the references, and the known mistakes, for which one wrong answer has to be there.
    const few: typeof all = [];
    for (const entry of entries) {
      const programs = (await loadExamples(entry)).map((example) => ({
        id: `${entry.exercise.id}-${example.kind}-${example.name}`,
        example,
      }));
      all.push(...programs);
      for (const kind of ['right', 'wrong'])
        few.push(...programs.filter(({ example }) => example.kind === kind).slice(0, 1));
    }
    await grade(assignment, path.join(folder, 'few'), few);
    const { wall, observations } = await grade(assignment, path.join(folder, 'all'), all);
    const calls = observations.reduce((sum, observation) => sum + inWorkerMs(observation), 0);
    const processes = observations.reduce((sum, observation) => sum + processesOf(entries, observation), 0);
    const share = (bare: number): string => (wall / (bare / JOBS)).toFixed(2);
    return [
      assignment,
      String(all.length),
      `${(wall / 1000).toFixed(0)} s`,
      `${(calls / 1000).toFixed(0)} s`,
      String(processes),
      share(calls),
      share(calls + processes * start),
    ];
  });
}

async function grade(assignment: string, folder: string, programs: readonly { id: string; example: Example }[]) {
  for (const { id, example } of programs) await writeFiles(path.join(folder, id), example.files);
  const out = `${folder}-out`;
  const args = ['grade', folder, '--assignment', assignment, '--as', 'class', '--out', out];
  const { ms: wall } = await timed(() => gradus([...args, '--seed', String(SEED), '--jobs', String(JOBS)]));
  return { wall, observations: await storedObservations(out) };
}

/** One for each kind of worker in which a case of the exercise was made. */
function processesOf(entries: readonly CatalogueEntry[], { exercise: id, cases }: Observation): number {
  const { exercise } = entries.find((entry) => entry.exercise.id === id)!;
  const made = casesOf(exercise.checks(SEED)).filter((item) => item.id in cases);
  return groupByMode(made).length;
}

function asMarkdown(): string {
  return `${[
    '# Whole classes of example programs',
    '',
    `Written by \`npm run study:class -- --write\` on ${new Date().toISOString().slice(0, 10)}; ${measuredOn}. All example programs of an assignment graded as one class with ${JOBS} jobs, trainings with them, the references and known mistakes being there. “Calls”: the time of all calls in the workers, from request to reply. “Starts”: ${start.toFixed(0)} ms for each process, measured alone.`,
    '',
    table,
  ].join('\n')}\n`;
}
