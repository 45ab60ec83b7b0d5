import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { example, gradeArgs, gradus, LIGHT, readGrades, Workshop } from '../cli/gradus.ts';

vi.setConfig({ testTimeout: 300_000 });

const workshop = new Workshop();
afterAll(() => workshop.clear());

test('a program that keeps what hidden tests gave it finds no visible place to show it', async () => {
  const right = await example('right/plain-loops-nested-arrays');
  const rubric = (await readFile(LIGHT, 'utf8')).replace(
    /title: The error has the right values\n {4}points: 3\n/,
    `title: The error has the right values
    points: 2
    visibility: hidden
  - {id: extreme, exercise: mdn-gradients, check: extreme-mdnError, title: Far away, points: 1, visibility: hidden}
`,
  );
  // The order of the exercise asks mdnError first, and so does everything that takes place in one process.
  const hoarder = `import * as right from './right';
const seen: number[][] = [];
export const mdnError = (...args) => { seen.push(args[0].arraySync()); return right.mdnError(...args); };
export const posterior = () => { console.log('printed', JSON.stringify(seen)); throw new Error('seen ' + JSON.stringify(seen)); };
export const dErrorDMu = (alpha, mu) => mu.arraySync().map((row) => row.map(() => seen.length));
export const dErrorDAlpha = right.dErrorDAlpha;
export const dErrorDLogits = right.dErrorDLogits;
`;
  const place = await workshop.files({
    'class/ada/exercise1.ts': hoarder,
    'class/ada/right.ts': right,
    'rubric.yaml': rubric,
  });
  const out = path.join(place, 'out');
  const args = gradeArgs(path.join(place, 'class'), out, '--as', 'class');
  const result = await gradus(args.with(args.indexOf(LIGHT), path.join(place, 'rubric.yaml')));
  expect(result.code, result.stderr).toBe(0);
  const { criteria } = (await readGrades(out)).submissions[0]!;
  const summary = (id: string) => criteria.find((criterion) => criterion.id === id)!.summary;
  expect(summary('posterior')).toContain('Error: seen []');
  expect(summary('mu')).toMatch(/gives 0\b/);
  for (const file of ['ada/index.html', 'ada/grade.json']) {
    const page = await readFile(path.join(out, file), 'utf8');
    expect(page, file).toContain('seen []');
    expect(page, file).not.toMatch(/seen \[\[|printed \[/);
  }
});
