import { Command } from 'commander';
import { loadCatalogue } from '../catalogue.ts';
import { findRubric } from '../grading/find-rubric.ts';

/** `gradus list` */
export function listCommand(): Command {
  return new Command('list')
    .description('Lists assignments, exercises, checks and points.')
    .option('--json', 'print as JSON', false)
    .addHelpText('after', '\nExample:\n  npx gradus list')
    .action(async ({ json }: { json: boolean }) => {
      const catalogue = await loadCatalogue();
      const assignments = [...new Set(catalogue.map(({ exercise }) => exercise.assignment))];
      const all = await Promise.all(assignments.map((id) => describe(id, catalogue)));
      console.log(json ? JSON.stringify(all, null, 2) : all.map(asText).join('\n\n'));
    });
}

async function describe(id: string, catalogue: Awaited<ReturnType<typeof loadCatalogue>>) {
  const rubric = await findRubric(id, catalogue);
  const exercises = catalogue
    .filter(({ exercise }) => exercise.assignment === id)
    .map(({ exercise }) => {
      const criteria = rubric.criteria.filter((criterion) => criterion.exercise === exercise.id);
      return {
        id: exercise.id,
        title: exercise.title,
        files: [...new Set(Object.values(exercise.functions).map(({ module }) => `${module}.ts`))],
        functions: Object.values(exercise.functions).map(({ signature }) => signature),
        points: sum(criteria),
        criteria: criteria.map((criterion) => ({
          check: criterion.manual ? 'manual' : criterion.check,
          title: criterion.title,
          points: criterion.points,
          visibility: criterion.visibility,
        })),
      };
    });
  const byHand = rubric.gradedByHand.map((name) => ({
    id: name,
    points: sum(rubric.criteria.filter(({ exercise }) => exercise === name)),
  }));
  return { id, title: rubric.title, points: rubric.points, exercises, gradedByHand: byHand };
}

function asText({ id, title, points, exercises, gradedByHand }: Awaited<ReturnType<typeof describe>>): string {
  const lines = [`${id} — ${title} (${points} points)`];
  for (const exercise of exercises) {
    lines.push(`  ${exercise.id} — ${exercise.title} (${exercise.points} points; ${exercise.files.join(', ')})`);
    for (const signature of exercise.functions) lines.push(`    ${signature}`);
    const width = Math.max(...exercise.criteria.map(({ check }) => check.length));
    for (const criterion of exercise.criteria) {
      lines.push(`    ${String(criterion.points).padStart(5)}  ${criterion.check.padEnd(width)}  ${criterion.title}`);
    }
  }
  for (const exercise of gradedByHand) lines.push(`  ${exercise.id} — graded by a person (${exercise.points} points)`);
  return lines.join('\n');
}

/** Points in hundredths, so that sums are exact. */
function sum(criteria: { points: number }[]): number {
  return criteria.reduce((total, { points }) => total + Math.round(points * 100), 0) / 100;
}
