/**
 * Sends a million frames, right, wrong and hostile, through the parser of what a sandboxed program writes.
 *   npm run study:protocol -- [--frames N] [--seed N]
 */
import { parseArgs } from 'node:util';
import { fuzz } from '../test/sandbox/protocol/fuzz.ts';

const { values } = parseArgs({ options: { frames: { type: 'string' }, seed: { type: 'string' } } });
const started = performance.now();
const { faults, frames, whole, decoded, refused, slowestMs, grownBytes } = fuzz(
  Number(values.frames ?? 1_000_000),
  Number(values.seed ?? 7),
);
for (const fault of faults) console.log(`✗ ${fault}`);
console.log(
  [
    `${frames} frames`,
    `${whole} whole`,
    `${decoded} values`,
    `${refused} streams given up`,
    `slowest piece ${slowestMs.toFixed(0)} ms`,
    `memory grew by ${(grownBytes / 2 ** 20).toFixed(0)} MB at most`,
    `${((performance.now() - started) / 1000).toFixed(0)} s`,
    `${faults.length} faults`,
  ].join(' · '),
);
process.exitCode = faults.length > 0 ? 1 : 0;
