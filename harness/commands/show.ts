import { readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { Command } from 'commander';
import { UsageError } from '../intake/errors.ts';
import { nearestName } from '../intake/nearest.ts';
import { type Grades, gradesSchema } from '../model/grade.ts';
import { renderTerminal } from '../reporters/terminal.ts';

/** `gradus show OUT [ID]` */
export function showCommand(): Command {
  return new Command('show')
    .description('Shows grades in the terminal: of the class, or of one submission.')
    .argument('<out>', 'folder that `gradus grade --out` wrote')
    .argument('[id]', 'one submission')
    .addHelpText('after', '\nExample:\n  npx gradus show grades/ ada')
    .action(async (out: string, id: string | undefined) => {
      const grades = await readGrades(out);
      const ids = grades.submissions.map((submission) => submission.id);
      if (id !== undefined && !ids.includes(id)) {
        const nearest = nearestName(id, ids);
        const todo =
          nearest === undefined
            ? `There are ${ids.slice(0, 8).join(', ')}${ids.length > 8 ? ', …' : ''}`
            : `Did you mean ${nearest}`;
        throw new UsageError('There is no such submission in this run', id, todo);
      }
      const { isTTY, columns } = process.stdout;
      const color = Boolean(isTTY) && process.env.NO_COLOR === undefined;
      console.log(renderTerminal(grades, id, { color, width: columns ?? 100 }));
    });
}

async function readGrades(out: string): Promise<Grades> {
  const file = path.join(out, 'grades.json');
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined)
    throw new UsageError('There are no grades', file, 'Give the folder that `gradus grade --out` wrote');
  const parsed = gradesSchema.safeParse(safeJson(text));
  if (!parsed.success)
    throw new UsageError('These grades cannot be read', file, 'Run `gradus regrade` on the folder to make them anew');
  return parsed.data;
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
