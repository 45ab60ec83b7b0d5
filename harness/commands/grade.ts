import { Command } from 'commander';
import { type GradeOptions, gradeClass } from '../class-grade.ts';
import { EXIT } from '../cli.ts';
import { backendOption, integer, jobsOption } from './options.ts';
import { makeProgress } from './progress.ts';
import { printSummary } from './summary.ts';

/** `gradus grade <folder or archive>` */
export function gradeCommand(): Command {
  return new Command('grade')
    .description('Grades a folder of submissions, or one submission.')
    .argument('<source>', 'folder with one sub-folder or archive (.zip, .tar.gz) a submission, or one submission')
    .option('--assignment <id>', 'assignment; recognised by the file names where they leave no choice')
    .option('--out <folder>', 'where grades and reports go (default: reports/out/<assignment>)')
    .option('--seed <n>', 'seed of all inputs (default: that of an earlier run in --out, else a fresh one)', integer(0))
    .option('--only <exercise...>', 'grade these exercises only')
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
      const stop = new AbortController();
      const progress = makeProgress(options.json);
      const onSignal = (): void => {
        stop.abort();
        progress.note('Stopping; what is finished stays. Run the same command again to go on.');
      };
      process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
      try {
        const result = await gradeClass(source, options, progress.show, stop.signal);
        progress.close();
        if (options.json) console.log(JSON.stringify(result.grades));
        else printSummary(result);
        if (result.stopped) process.exitCode = EXIT.stopped;
        else if (result.grades.submissions.some(({ status }) => status === 'internal-error'))
          process.exitCode = EXIT.internal;
      } finally {
        progress.close();
        process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
      }
    });
}
