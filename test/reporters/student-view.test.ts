import { expect, test } from 'vitest';
import type { CriterionGrade } from '../../harness/model/grade.ts';
import { studentView } from '../../harness/reporters/student-view.ts';
import { sampleGrades } from './sample.ts';

const grades = sampleGrades();
const submission = grades.submissions[0]!;
const criterion = (title: string, mistake?: CriterionGrade['mistake'], summary = 'Wrong.'): CriterionGrade => ({
  ...submission.criteria[0]!,
  ...{ id: title, exercise: 'e', title, status: 'wrong-answer', summary, evidence: [] },
  ...(mistake === undefined ? {} : { mistake }),
});
const view = (...criteria: CriterionGrade[]) =>
  studentView({ ...grades, exercises: { e: 'The exercise' } }, { ...submission, criteria }, () => undefined);
const mistakes = (...criteria: CriterionGrade[]) =>
  view(...criteria).exercises[0]!.criteria.map(({ mistake }) => mistake);

test('a mistake is explained once in an exercise', () => {
  const sign = { id: 'sign-of-the-mean', message: 'The sign.', hint: 'Look there.' };
  expect(mistakes(criterion('A', sign), criterion('B', sign), criterion('C', { ...sign, hint: 'Elsewhere.' }))).toEqual(
    [
      { name: 'sign of the mean', message: 'The sign.', hint: 'Look there.', sameAs: null },
      { name: 'sign of the mean', message: 'The sign.', hint: 'Look there.', sameAs: 'A' },
      { name: 'sign of the mean', message: 'The sign.', hint: 'Elsewhere.', sameAs: null },
    ],
  );
});

test('what the summary says is not said again', () => {
  const relation = { id: 'relation', message: 'The result is twice the expected.' };
  expect(mistakes(criterion('A', relation, 'It gives 4. The result is twice the expected.'))).toEqual([null]);
  expect(mistakes(criterion('A', relation))).toMatchObject([{ name: 'relation', sameAs: null }]);
});

test('an exercise has its title, or its id where the record has none', () => {
  expect(view(criterion('A')).exercises[0]).toMatchObject({ id: 'e', title: 'The exercise' });
  const { exercises: _, ...older } = grades;
  expect(studentView(older, submission, () => undefined).exercises[0]!.title).toBe(submission.criteria[0]!.exercise);
});
