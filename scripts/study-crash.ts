/**
 * Kills the grader at random moments of a batch, again and again, and compares what it comes to in the end with a run that
 * nobody disturbed. A batch that came to its end is compared, and the next one begins.
 *   npm run study:crash -- [--kills N] [--size N] [--seed N]
 */
import { readdir, readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Random } from '../harness/numerics/random.ts';
import { gradeArgs, gradus, lightClass, startGradus, timeless, Workshop } from '../test/cli/gradus.ts';
import { descendants, survivors } from '../test/cli/tree.ts';

const { values } = parseArgs({
  options: { kills: { type: 'string' }, size: { type: 'string' }, seed: { type: 'string' } },
});
const kills = Number(values.kills ?? 100);
const size = Number(values.size ?? 60);
const random = Random.fromSeed(Number(values.seed ?? 7));
const workshop = new Workshop();
const faults: string[] = [];
let batches = 0;
let slowest = 0;
try {
  const source = await lightClass(workshop, size);
  const first = await workshop.folder();
  const started = performance.now();
  const quiet = await gradus(gradeArgs(source, first));
  const wholeMs = performance.now() - started;
  if (quiet.code !== 0) throw new Error(quiet.stderr);
  const expected = await timeless(first);

  let out = await workshop.folder();
  for (let i = 0; i < kills; i++) {
    const running = startGradus(gradeArgs(source, out));
    const moment = random.uniform() * Math.min(wholeMs, 2000 + (8 * wholeMs) / size);
    const ended = await Promise.race([running.ended, sleep(moment, undefined)]);
    if (ended !== undefined) {
      await compare(ended.code, out, expected, `kill ${i}`);
      out = await workshop.folder();
      continue;
    }
    const children = await descendants(running.child.pid!);
    running.child.kill('SIGKILL');
    await running.ended;
    const asked = performance.now();
    const left = await survivors(children, 1000);
    slowest = Math.max(slowest, performance.now() - asked);
    if (left.length > 0)
      faults.push(`kill ${i}, after ${moment.toFixed(0)} ms: processes ${left} are alive a second later`);
    faults.push(...(await torn(out)).map((name) => `kill ${i}, after ${moment.toFixed(0)} ms: ${name} is torn`));
  }
  const last = await gradus(gradeArgs(source, out));
  await compare(last.code, out, expected, 'the last run');
} finally {
  await workshop.clear();
}
for (const fault of faults) console.log(`✗ ${fault}`);
console.log(
  `${kills} kills in batches of ${size} · ${batches} batches came to their end with the grades of an undisturbed run · last orphan gone after ${slowest.toFixed(0)} ms at most · ${faults.length} faults`,
);
process.exitCode = faults.length > 0 ? 1 : 0;

async function compare(code: number | null, out: string, expected: string, when: string): Promise<void> {
  if (code !== 0) faults.push(`${when}: the grader ended with ${code}`);
  else if ((await timeless(out)) !== expected) faults.push(`${when}: the grades are others than without kills`);
  else batches += 1;
  const left = (await readdir(out, { recursive: true })).filter((name) => /\.tmp$|gradus-lock/.test(name));
  faults.push(...left.map((name) => `${when}: ${name} was left behind`));
}

/** Files under their own names that are not whole. */
async function torn(out: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await readdir(out, { recursive: true })) {
    if (path.basename(name).startsWith('.') || !/\.(?:json|html)$/.test(name)) continue;
    const text = await readFile(path.join(out, name), 'utf8').catch(() => '');
    const whole = name.endsWith('.html') ? /<\/html>\s*$/.test(text) : isJson(text);
    if (!whole) found.push(name);
  }
  return found;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
