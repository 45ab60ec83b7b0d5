import { Command, Option } from 'commander';
import { gradeClass } from '../grading/grade-class.ts';
import type { GradeOptions } from '../grading/types.ts';
import { finish } from './finish.ts';
import { backendOption, integer, jobsOption, onlyOption, rubricOption } from './options.ts';
import { makeProgress } from './progress.ts';
import { stoppable } from './signals.ts';

/** `gradus grade <folder or archive>` */
export function gradeCommand(): Command {
  return new Command('grade')
    .description('Grades a folder of submissions, or one submission.')
    .argument('<source>', 'folder with one sub-folder or archive (.zip, .tar.gz) a submission, or one submission')
    .option('--assignment <id>', 'assignment; recognised by the file names where they leave no choice')
    .addOption(onlyOption())
    .addOption(
      new Option('--as <what>', 'what the source is, where its files leave that open').choices(['class', 'submission']),
    )
    .option('--out <folder>', 'where grades and reports go (default: reports/out/<assignment>)')
    .option('--seed <n>', 'seed of all inputs (default: that of an earlier run in --out, else a fresh one)', integer(0))
    .addOption(
      new Option(
        '--training <time>',
        'how long networks are trained where a sheet asks for more than the usual time (vae-faces): long takes minutes a program (default: as in an earlier run in --out, else usual)',
      ).choices(['usual', 'long']),
    )
    .addOption(rubricOption())
    .option('--fresh', 'run every program again, also those that were run before', false)
    .option('--json', 'print the grades as JSON', false)
    .option('--unsafe', 'grade although the sandbox is too weak for programs that one does not trust', false)
    .addOption(jobsOption())
    .addOption(backendOption())
    .addHelpText(
      'after',
      '\nExample:\n  npx gradus grade class/ --assignment tub-sheet10 --out grades/ --seed 7 --only mdn-gradients',
    )
    .action(async (source: string, options: GradeOptions & { json: boolean }) => {
      const progress = makeProgress();
      const stopping = (): void =>
        progress.note('Stopping; what is finished stays. Run the same command again to go on.');
      const result = await stoppable(stopping, (stop) => gradeClass(source, options, progress.show, stop)).finally(
        progress.close,
      );
      finish(result, options.json);
    });
}
