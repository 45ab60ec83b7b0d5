import { mkdir, readFile, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Grades } from '../harness/model/grade.ts';
import { ROOT } from '../harness/root.ts';
import { gradus, Workshop } from './cli/gradus.ts';

/** What Gradus is made of, without any exercise and any rubric. */
const GRADER = ['bin', 'harness', 'reports/templates', 'package.json', 'tsconfig.json'];

const SOLUTION = `import * as tf from '@tensorflow/tfjs';
export function softplus(x) { return tf.add(tf.relu(x), tf.log1p(tf.exp(tf.neg(tf.abs(x))))); }
`;
const STABLE = `export function softplus(x) { return Array.from(x.dataSync(), (v) => Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v)))); }
`;
const IN_BASE_2 = `import * as tf from '@tensorflow/tfjs';
export function softplus(x) { return tf.div(tf.log1p(tf.exp(x)), Math.LN2); }
`;
const MISTAKE = `/**
 * @mistake The logarithm has base 2.
 * @expect values wrong-answer
 */
`;

/** The first code block after a heading line of a Markdown text that begins with these words. */
function block(text: string, language: string, after: string): string {
  const rest = text.slice(text.indexOf(after));
  return new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(rest)![1]!;
}

test('an exercise is one folder and one rubric: the one of CONTRIBUTING, added to a grader that has none', async () => {
  const workshop = new Workshop();
  onTestFinished(() => workshop.clear());
  const root = await workshop.checkout(...GRADER);

  const text = await readFile(path.join(ROOT, 'CONTRIBUTING.md'), 'utf8');
  const place = (file: string): string => path.join(root, file);
  const files: Record<string, string> = {
    'reference/my-sheet/softplus/exercise.ts': block(text, 'ts', '## Adding an exercise'),
    'reference/my-sheet/softplus/solution.ts': SOLUTION,
    'reference/my-sheet/softplus/examples/wrong/base-2.ts': MISTAKE + IN_BASE_2,
    'rubrics/my-sheet.yaml': block(text, 'yaml', '## Adding an exercise'),
    'class/ada/task1.ts': STABLE,
    'class/bob/task1.ts': IN_BASE_2,
  };
  for (const [file, content] of Object.entries(files)) {
    await mkdir(path.dirname(place(file)), { recursive: true });
    await writeFile(place(file), content);
  }

  const list = await gradus(['list'], { root });
  expect(list.stdout, list.stderr).toContain('softplus');
  const grade = await gradus(['grade', place('class'), '--out', place('out'), '--seed', '7'], { root });
  expect(grade.code, grade.stderr).toBe(0);
  const { assignment, submissions } = JSON.parse(await readFile(place('out/grades.json'), 'utf8')) as Grades;
  expect(assignment).toBe('my-sheet');
  expect(submissions.map(({ id, points }) => [id, points])).toEqual([
    ['ada', 5],
    ['bob', 0],
  ]);
  expect(submissions[1]!.criteria[0]!.mistake).toMatchObject({ id: 'base-2', message: 'The logarithm has base 2.' });
});
