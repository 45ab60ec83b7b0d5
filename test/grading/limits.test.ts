import { expect, test } from 'vitest';
import { limitsOf, observeLimits, sandboxLimits } from '../../harness/grading/limits.ts';
import { parseRubric } from '../../harness/rubric/load.ts';

const rubric = parseRubric(
  `assignment: a
title: A
version: "1"
points: 3
limits: {memoryMb: 500, deadlineFloorMs: 100, outputKb: 8}
criteria:
  - {id: one, exercise: first, check: values, title: One, points: 1, limits: {memoryMb: 700}}
  - {id: two, exercise: first, check: more, title: Two, points: 1, limits: {wallSeconds: 2000, memoryMb: 600}}
  - {id: three, exercise: second, check: values, title: Three, points: 1, limits: {memoryMb: 300}}
`,
  'a.yaml',
);

test('the most generous of the criteria of an exercise holds for it', () => {
  expect(limitsOf(rubric, 'first')).toMatchObject({ memoryMb: 700, wallSeconds: 2000, deadlineFloorMs: 100 });
  expect(limitsOf(rubric, 'second')).toMatchObject({ memoryMb: 300, wallSeconds: 1200 });
  expect(limitsOf(rubric, 'none')).toEqual(rubric.limits);
});

test('each limit reaches the one who keeps it, in its unit', () => {
  const limits = limitsOf(rubric, 'first');
  expect(sandboxLimits(limits)).toEqual({
    ...{ memoryMb: 700, cpuSeconds: 1200, processes: 64, fileMb: 32, openFiles: 256, tmpMb: 64, outputBytes: 8192 },
  });
  expect(observeLimits(limits)).toEqual({
    ...{ deadlineFactor: 20, deadlineFloorMs: 100, deadlineCeilingMs: 600_000, totalMs: 2_000_000 },
  });
});
