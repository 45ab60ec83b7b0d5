import { Command, CommanderError } from 'commander';
import { doctorCommand } from './commands/doctor.ts';
import { gradeCommand } from './commands/grade.ts';
import { listCommand } from './commands/list.ts';
import { regradeCommand } from './commands/regrade.ts';
import { showCommand } from './commands/show.ts';
import { UsageError } from './intake/errors.ts';
import { stopCompiler } from './transpile/transpile.ts';
import { harnessVersion } from './version.ts';

/** Exit codes: 0 grading worked, whatever the grades; 1 something internal failed; 2 wrong usage; 130 stopped. */
export const EXIT = { ok: 0, internal: 1, usage: 2, stopped: 130 } as const;

/** The command line. Sets `process.exitCode`; never throws. */
export async function main(argv: string[]): Promise<void> {
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
      '\nExample:\n  npx gradus grade submissions/demo --assignment tub-sheet10 --out reports/out/demo',
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
}

function report(error: unknown): number {
  // Commander has already said what is wrong; --help and --version end here, too.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  if (error instanceof UsageError) {
    console.error(`gradus: ${error.message}`);
    return EXIT.usage;
  }
  console.error(`gradus: something went wrong inside the grader; no points were lost by it.\n${describe(error)}`);
  return EXIT.internal;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
