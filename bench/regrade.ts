import * as path from 'node:path';
import { loadExamples } from '../harness/examples.ts';
import { type Benchmark, ms, seconds, timed } from './measure.ts';
import { exerciseEntry, gradus, SEED, withFolder, writeClass } from './setting.ts';

const COUNT = 1000;
const DISTINCT = 20;

export const regrade: Benchmark = {
  id: 'regrade',
  title: `Judging ${COUNT} stored submissions again`,
  method: `\`gradus regrade\` from start to end of the command, on ${COUNT} submissions of mdn-gradients: ${DISTINCT} programs, half of them wrong, each handed in ${COUNT / DISTINCT} times. Every submission's observation is read and judged, and every report written; no program runs.`,
  run: () =>
    withFolder(async (folder) => {
      const entry = await exerciseEntry('mdn-gradients');
      const examples = await loadExamples(entry);
      const pick = (kind: string, count: number): Map<string, Uint8Array>[] => {
        const all = examples.filter((one) => one.kind === kind);
        return Array.from({ length: count }, (_, i) => all[i % all.length]!.files);
      };
      const programs = [...pick('right', DISTINCT / 2), ...pick('wrong', DISTINCT / 2)];
      await writeClass(path.join(folder, 'class'), COUNT, programs, true);
      const out = path.join(folder, 'out');
      const args = ['--assignment', 'tub-sheet10', '--only', 'mdn-gradients', '--out', out, '--seed', String(SEED)];
      await gradus(['grade', path.join(folder, 'class'), ...args]);
      const { ms: wall } = await timed(() => gradus(['regrade', out]));
      return [
        { name: 'wall', value: seconds(wall), target: '≤ 10 s' },
        { name: 'per submission', value: ms(wall / COUNT) },
      ];
    }),
};
