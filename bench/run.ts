/**
 * Measures and prints; with --write also into bench/README.md.
 *   npm run bench -- [NAME …] [--write]
 */
import { readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { stopCompiler } from '../harness/transpile/transpile.ts';
import { classOfLight } from './class.ts';
import { coldStart } from './cold-start.ts';
import { gradientCost } from './gradient-cost.ts';
import { lightSubmission } from './light-submission.ts';
import { type Benchmark, type Figure, machine } from './measure.ts';
import { regrade } from './regrade.ts';
import { roundTrip } from './round-trip.ts';

const BENCHMARKS: Benchmark[] = [roundTrip, lightSubmission, classOfLight, regrade, gradientCost, coldStart];

const { values, positionals } = parseArgs({ options: { write: { type: 'boolean' } }, allowPositionals: true });
const unknown = positionals.filter((name) => !BENCHMARKS.some(({ id }) => id === name));
if (unknown.length > 0) {
  console.error(`No such benchmark: ${unknown.join(', ')}. There are ${BENCHMARKS.map(({ id }) => id).join(', ')}.`);
  process.exit(2);
}

const where = machine();
console.log(where);
const sections: string[] = [];
for (const benchmark of BENCHMARKS) {
  if (positionals.length > 0 && !positionals.includes(benchmark.id)) continue;
  const figures = await benchmark.run();
  console.log(`\n${benchmark.title}`);
  const width = Math.max(...figures.map(({ name }) => name.length));
  for (const { name, value, target } of figures)
    console.log(`  ${name.padEnd(width)}  ${value}${target === undefined ? '' : `   (target ${target})`}`);
  sections.push(asMarkdown(benchmark, figures));
}
await stopCompiler();
if (values.write) await writeReadme(sections);

function asMarkdown({ title, method }: Benchmark, figures: Figure[]): string {
  const rows = figures.map(({ name, value, target = '' }) => `| ${name} | ${value} | ${target} |`);
  return [`## ${title}`, '', method, '', '| | measured | target |', '| --- | --- | --- |', ...rows].join('\n');
}

/** Everything below the marker is replaced. */
async function writeReadme(parts: string[]): Promise<void> {
  const file = path.join(import.meta.dirname, 'README.md');
  const marker = '<!-- written by npm run bench -- --write -->';
  const [head] = (await readFile(file, 'utf8')).split(marker);
  const day = new Date().toISOString().slice(0, 10);
  await writeFile(
    file,
    [`${head}${marker}`, `Measured on ${day}: ${where}.`, ...parts, ''].join('\n\n').replace(/\n+$/, '\n'),
  );
}
