import { Command, CommanderError } from 'commander';
import { doctorCommand } from './commands/doctor.ts';
import { EXIT } from './commands/exit.ts';
import { gradeCommand } from './commands/grade.ts';
import { listCommand } from './commands/list.ts';
import { regradeCommand } from './commands/regrade.ts';
import { showCommand } from './commands/show.ts';
import { Stopped } from './grading/stop.ts';
import { UsageError } from './intake/errors.ts';
import { StorageError } from './replace-file.ts';
import { visible } from './reporters/visible.ts';
import { stopCompiler } from './transpile/transpile.ts';
import { harnessVersion } from './version.ts';

/** The command line. Sets `process.exitCode`; never throws. */
export async function main(argv: string[]): Promise<void> {
  endQuietlyWithReader();
  const program = new Command('gradus')
    .description(
      'Grades deep-learning coursework: runs submissions in a sandbox beside a reference and says what is wrong.',
    )
    .version(harnessVersion().version)
    .exitOverride()
    .showHelpAfterError('(gradus --help lists the commands)')
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      '\nExample:\n  npx gradus grade submissions/demo/tub-sheet10 --assignment tub-sheet10 --out reports/out/demo/tub-sheet10',
    );
  for (const command of [gradeCommand(), regradeCommand(), showCommand(), listCommand(), doctorCommand()]) {
    program.addCommand(command.exitOverride().showHelpAfterError(`(gradus ${command.name()} --help says more)`));
  }
  try {
    await program.parseAsync(argv);
  } catch (error) {
    process.exitCode = report(error);
  } finally {
    await stopCompiler();
  }
  // What was given up may still be under way; nobody waits for it.
  if (process.exitCode === EXIT.stopped) process.stdout.write('', () => process.exit());
}

function report(error: unknown): number {
  // Commander has already said what is wrong; --help and --version end here, too.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof Stopped) return EXIT.stopped;
  if (error instanceof UsageError) {
    console.error(visible(`gradus: ${error.message}`));
    return EXIT.usage;
  }
  if (error instanceof StorageError) {
    console.error(visible(`gradus: ${error.message}\nWhat was finished before stays; no points were lost by it.`));
    return EXIT.internal;
  }
  console.error(
    visible(`gradus: something went wrong inside the grader; no points were lost by it.\n${describe(error)}`),
  );
  return EXIT.internal;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** `gradus show … | head`: whoever read has seen enough, and that is no error. */
function endQuietlyWithReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit();
      throw error;
    });
  }
}
