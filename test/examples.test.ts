import { describe, expect, it } from 'vitest';
import { type CatalogueEntry, loadCatalogue } from '../harness/catalogue.ts';
import { type ExampleVerdict, judgeExamples, withoutTraining } from '../harness/example-verdicts.ts';
import { loadExamples } from '../harness/examples.ts';

/**
 * Every program beside an exercise gets, through the real path, exactly the verdicts that its header states. All of them, with
 * their trainings and all cases, are an hour: `npm run study:examples` runs them, and so does this test with GRADUS_EXAMPLES=all.
 * Without, it runs a fixed choice of them on the cases of the quick profile, and leaves out trainings.
 */
const all = process.env.GRADUS_EXAMPLES === 'all';
const some = { seed: 7, jobs: 2, ...(all ? {} : { checks: withoutTraining, profile: 'quick' as const }) };
/** Fewer where programs learn: their other checks are dear, too. */
const sample = ({ exercise }: CatalogueEntry) =>
  all ? {} : { sample: { right: 2, wrong: exercise.checks(7).every(withoutTraining) ? 4 : 3 } };

describe('example programs', async () => {
  for (const entry of await loadCatalogue()) {
    it(`of ${entry.exercise.assignment}/${entry.exercise.id}`, { timeout: 1_200_000 }, async () => {
      const verdicts = await judgeExamples(entry, { ...some, ...sample(entry) });
      const [right, wrong] = ['right', 'wrong'].map((one) => verdicts.filter(({ kind }) => kind === one)) as [
        ExampleVerdict[],
        ExampleVerdict[],
      ];
      const deviations = verdicts.flatMap(({ name, kind, deviations }) =>
        deviations.map((line) => `${kind}/${name}: ${line}`),
      );
      expect(deviations).toEqual([]);
      expect(right.filter(({ accepted }) => !accepted)).toEqual([]);
      expect(wrong.filter(({ accepted }) => accepted)).toEqual([]);
      // One without a name may be among few.
      expect(wrong.filter(({ named }) => named).length).toBeGreaterThanOrEqual(Math.floor(0.8 * wrong.length));
      const written = await loadExamples(entry);
      expect(written.filter(({ kind }) => kind === 'right').length).toBeGreaterThanOrEqual(3);
      expect(written.filter(({ kind }) => kind === 'wrong').length).toBeGreaterThanOrEqual(12);
    });
  }
});
