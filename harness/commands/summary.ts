import * as path from 'node:path';
import type { GradeResult } from '../grading/types.ts';
import { renderTerminal } from '../reporters/terminal.ts';
import { visibleLine } from '../reporters/visible.ts';

/** The class in a table, and where the reports lie. */
export function printSummary({ grades, out, faults, stopped }: GradeResult): void {
  const { isTTY, columns } = process.stdout;
  const color = Boolean(isTTY) && process.env.NO_COLOR === undefined;
  console.log(renderTerminal(grades, undefined, { color, width: columns ?? 100 }));
  console.log(`Grades:  ${path.join(out, 'grades.json')}, ${path.join(out, 'grades.csv')}`);
  console.log(`Reports: ${path.join(out, 'index.html')}`);
  const broken = grades.submissions.filter(({ status }) => status === 'internal-error');
  if (broken.length > 0) {
    console.log(
      `\nThe grader itself failed on ${broken.map(({ id }) => visibleLine(id)).join(', ')}: their points are open, not lost. Run the command again.`,
    );
  }
  if (faults.length > 0) {
    console.log(
      `\nThe grader failed at something that costs no points, see above. \`gradus regrade ${out}\` tries again.`,
    );
  }
  if (stopped) console.log('\nStopped before the end. Run the same command again to go on.');
}
