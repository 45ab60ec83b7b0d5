import { describe, expect, it } from 'vitest';
import { recognise, recogniseClass } from '../../harness/intake/recognise.ts';

const expected = {
  'image-registration': ['question1', 'question2', 'question3', 'question4'],
  'ece792-hw3': ['question1', 'question2', 'question3', 'question4'],
  'mathdnn-hw10': ['problem1', 'problem2'],
  'tub-sheet10': ['exercise1', 'exercise2', 'exercise3'],
  'cv1-abp': ['abp'],
  longer: ['problem1', 'problem2', 'problem3'],
};

describe('recognise', () => {
  it('finds the one assignment that fits', () => {
    expect(recognise(['exercise1.ts', 'utils.ts', 'answers.md'], expected)).toEqual({
      kind: 'assignment',
      assignment: 'tub-sheet10',
    });
    expect(recognise(['abp.py', 'libraries.txt'], expected)).toEqual({ kind: 'assignment', assignment: 'cv1-abp' });
  });

  it('asks where several fit', () => {
    const candidates = ['ece792-hw3', 'image-registration'];
    expect(recognise(['question1.ts'], expected)).toEqual({ kind: 'ambiguous', candidates });
    expect(recognise(['exercise1.ts', 'question1.ts'], expected)).toEqual({
      kind: 'ambiguous',
      candidates: [...candidates, 'tub-sheet10'],
    });
    expect(recognise(['problem1.ts'], expected)).toEqual({ kind: 'ambiguous', candidates: ['longer', 'mathdnn-hw10'] });
  });

  it('prefers the assignment that alone explains all', () => {
    expect(recognise(['problem1.ts', 'problem3.ts'], expected)).toEqual({ kind: 'assignment', assignment: 'longer' });
  });

  it('goes by programs at the top, and by the exact name', () => {
    for (const name of ['exercise1.md', 'old/exercise1.ts', 'Exercise1.ts', 'exercise12.ts', 'exercise1']) {
      expect(recognise([name], expected)).toEqual({ kind: 'none' });
    }
    expect(recognise([], expected)).toEqual({ kind: 'none' });
  });
});

describe('recogniseClass', () => {
  const of = (...classFiles: string[][]) => recogniseClass(classFiles.map((files) => recognise(files, expected)));
  it('takes what all submissions allow', () => {
    expect(of(['problem1.ts'], ['problem1.ts', 'problem3.ts'], [], ['notes.md'])).toEqual({
      kind: 'assignment',
      assignment: 'longer',
    });
  });
  it('asks where they disagree or none decides', () => {
    expect(of(['exercise1.ts'], ['abp.ts'])).toEqual({ kind: 'ambiguous', candidates: ['cv1-abp', 'tub-sheet10'] });
    expect(of(['question1.ts'], ['question2.ts']).kind).toBe('ambiguous');
    expect(of([], ['x.ts'])).toEqual({ kind: 'none' });
    expect(of(['exercise1.ts'], ['abp.ts'], ['exercise1.ts']).kind).toBe('ambiguous');
  });
});
