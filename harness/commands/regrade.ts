import { Command } from 'commander';
import { regradeClass } from '../grading/regrade-class.ts';
import type { RegradeOptions } from '../grading/types.ts';
import { finish } from './finish.ts';
import { backendOption, jobsOption, rubricOption } from './options.ts';
import { makeProgress } from './progress.ts';
import { stoppable } from './signals.ts';

/** `gradus regrade OUT` */
export function regradeCommand(): Command {
  return new Command('regrade')
    .description('Judges stored observations again under the present rubric and checks; runs no submitted program.')
    .argument('<out>', 'folder that `gradus grade --out` wrote')
    .addOption(rubricOption())
    .option('--json', 'print the grades as JSON', false)
    .addOption(jobsOption())
    .addOption(backendOption())
    .addHelpText('after', '\nExample:\n  npx gradus regrade grades/')
    .action(async (out: string, options: RegradeOptions & { json: boolean }) => {
      const progress = makeProgress();
      const stopping = (): void => progress.note('Stopping; the grades stay as they were.');
      const result = await stoppable(stopping, (stop) => regradeClass(out, options, progress.show, stop)).finally(
        progress.close,
      );
      finish(result, options.json);
    });
}
