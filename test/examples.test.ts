import { describe, expect, it } from 'vitest';
import { loadCatalogue } from '../harness/catalogue.ts';
import { judgeExamples, withoutTraining } from '../harness/example-verdicts.ts';

/** Training every program takes many minutes; `npm run study:examples` does it, and so does this with GRADUS_TRAINING=1. */
const some = process.env.GRADUS_TRAINING === '1' ? {} : { checks: withoutTraining };

/** Every program beside an exercise gets, through the real path, exactly the verdicts that its header states. */
describe('example programs', async () => {
  for (const entry of await loadCatalogue()) {
    it(`of ${entry.exercise.assignment}/${entry.exercise.id}`, { timeout: 600_000 }, async () => {
      const right = await judgeExamples(entry, { seed: 7, jobs: 2, kind: 'right', ...some });
      // No wrong program may pass, and cases that take minutes in all find no mistake that the others do not.
      const wrong = await judgeExamples(entry, { seed: 7, jobs: 2, kind: 'wrong', quick: true, ...some });
      const verdicts = [...right, ...wrong];
      const deviations = verdicts.flatMap(({ name, kind, deviations }) =>
        deviations.map((line) => `${kind}/${name}: ${line}`),
      );
      expect(deviations).toEqual([]);
      expect(right.filter(({ accepted }) => !accepted)).toEqual([]);
      expect(wrong.filter(({ accepted }) => accepted)).toEqual([]);
      expect(right.length).toBeGreaterThanOrEqual(3);
      expect(wrong.length).toBeGreaterThanOrEqual(12);
      expect(wrong.filter(({ named }) => named).length).toBeGreaterThanOrEqual(0.9 * wrong.length);
    });
  }
});
