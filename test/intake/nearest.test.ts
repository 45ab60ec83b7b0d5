import { expect, it } from 'vitest';
import { nearestName } from '../../harness/intake/nearest.ts';

const modules = ['question1', 'question2', 'question3', 'question4'];
const functions = ['mdnError', 'posterior', 'dErrorDAlpha', 'dErrorDMu', 'dErrorDLogits', 'matrixExp'];

it.each([
  ['Question 2.ts', 'question2'],
  ['question_2.ts', 'question2'],
  ['QUESTION-2.TS', 'question2'],
  ['quesiton2.ts', 'question2'],
  ['question2 (1).ts', 'question2'],
  ['question2_final.ts', 'question2'],
  ['src/question3.mts', 'question3'],
  ['q4.ts', 'question4'],
  ['question02.ts', 'question2'],
])('the module meant by %s is %s', (name, expected) => {
  expect(nearestName(name, modules)).toBe(expected);
});

it.each([
  ['matrix_exp', 'matrixExp'],
  ['MatrixExp', 'matrixExp'],
  ['dErrorDalpha', 'dErrorDAlpha'],
  ['d_error_d_mu', 'dErrorDMu'],
  ['posteriors', 'posterior'],
  ['mdnEror', 'mdnError'],
])('the function meant by %s is %s', (name, expected) => {
  expect(nearestName(name, functions)).toBe(expected);
});

it.each(['question5.ts', 'main.ts', 'utils.ts', 'x', '', 'question.ts', 'question12.ts', '.ts'])(
  'nothing is meant by %j',
  (name) => {
    expect(nearestName(name, modules)).toBeUndefined();
  },
);

it('a number is never taken for a typo', () => {
  expect(nearestName('question1', ['question2'])).toBeUndefined();
  expect(nearestName('logDetConv1x1', ['logDetConv2x2'])).toBeUndefined();
});
