import { Command } from 'commander';
import { examine, type Finding } from '../doctor/examine.ts';

/** `gradus doctor` */
export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Says what is there, what is not, what follows from that, and how to mend it.')
    .option('--json', 'print as JSON', false)
    .addHelpText('after', '\nExample:\n  npx gradus doctor')
    .action(async ({ json }: { json: boolean }) => {
      const findings = await examine();
      console.log(json ? JSON.stringify(findings, null, 2) : findings.map(asText).join('\n'));
    });
}

const SIGNS = { ok: '✓', missing: '✗', optional: '–' } as const;

function asText({ group, name, state, detail, consequence, mend }: Finding): string {
  const lines = [`${SIGNS[state]} ${group}: ${name} — ${detail}`];
  if (state !== 'ok' && consequence !== '') lines.push(`    follows: ${consequence}`);
  if (state !== 'ok' && mend !== '') lines.push(`    mend:    ${mend}`);
  return lines.join('\n');
}
