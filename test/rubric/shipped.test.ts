import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, it } from 'vitest';
import { loadRubric } from '../../harness/rubric/load.ts';
import { hundredths } from '../../harness/rubric/points.ts';

const folder = new URL('../../rubrics/', import.meta.url).pathname;
const rubrics = readdirSync(folder).filter((name) => name.endsWith('.yaml'));

it('there are rubrics', () => {
  expect(rubrics).toContain('tub-sheet10.yaml');
  expect(rubrics).toContain('image-registration.yaml');
});

it.each(rubrics)('%s is named after its assignment and adds up', async (name) => {
  const rubric = await loadRubric(`${folder}${name}`);
  expect(rubric.assignment).toBe(basename(name, '.yaml'));
  expect(rubric.points).toBe(rubric.assignment === 'cv1-abp' ? 10 : 100);
  expect(rubric.criteria.reduce((sum, { points }) => sum + hundredths(points)!, 0)).toBe(rubric.points * 100);
});

it('sheet 10 gives its exercises the points of the sheet', async () => {
  const { criteria } = await loadRubric(`${folder}tub-sheet10.yaml`);
  const of = (exercise: string) =>
    criteria.filter((one) => one.exercise === exercise).reduce((sum, { points }) => sum + points, 0);
  expect([of('mdn-gradients'), of('crbm'), of('pca-inpainting'), of('energy-inpainting')]).toEqual([30, 30, 20, 20]);
});
