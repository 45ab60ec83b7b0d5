import { Command } from 'commander';
import { regradeClass } from '../class-grade.ts';
import { EXIT } from '../cli.ts';
import type { WorkerBackend } from '../sandbox/bundle.ts';
import { backendOption, jobsOption } from './options.ts';
import { makeProgress } from './progress.ts';
import { printSummary } from './summary.ts';

/** `gradus regrade OUT` */
export function regradeCommand(): Command {
  return new Command('regrade')
    .description('Judges stored observations again under the present rubric and checks; runs no submitted program.')
    .argument('<out>', 'folder that `gradus grade --out` wrote')
    .option('--json', 'print the grades as JSON', false)
    .addOption(jobsOption())
    .addOption(backendOption())
    .addHelpText('after', '\nExample:\n  npx gradus regrade grades/')
    .action(async (out: string, options: { json: boolean; jobs: number; backend: WorkerBackend }) => {
      const progress = makeProgress(options.json);
      const result = await regradeClass(out, options, progress.show).finally(progress.close);
      if (options.json) console.log(JSON.stringify(result.grades));
      else printSummary(result);
      if (result.grades.submissions.some(({ status }) => status === 'internal-error')) process.exitCode = EXIT.internal;
    });
}
