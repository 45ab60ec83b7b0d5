import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countCriteria, countMistakes, histogram, summarise } from '../../harness/reporters/statistics.ts';
import { sampleGrades } from './sample.ts';

describe('summarise', () => {
  it('counts graded submissions only in figures of points', () => {
    expect(summarise(sampleGrades())).toEqual({
      count: 14,
      graded: 11,
      rejected: 1,
      internalErrors: 2,
      maxPoints: 100,
      points: { mean: 564.25 / 11, median: 60, min: 0, max: 90 },
      pendingPoints: 230,
      pendingSubmissions: 13,
    });
  });

  it('has no figures of points where nothing was graded', () => {
    const grades = { ...sampleGrades(), submissions: [] };
    expect(summarise(grades)).toMatchObject({ count: 0, maxPoints: 0 });
    expect(summarise(grades).points).toBeUndefined();
  });
});

describe('histogram', () => {
  it('puts full marks into the last bin and each edge into the bin above it', () => {
    const counts = histogram([0, 9.99, 10, 99, 100], 100).map(({ count }) => count);
    expect(counts).toEqual([2, 1, 0, 0, 0, 0, 0, 0, 0, 2]);
  });

  it('loses nobody', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -50, max: 150, noNaN: true })),
        fc.integer({ min: 1, max: 100 }),
        (points, max) => {
          expect(histogram(points, max).reduce((sum, { count }) => sum + count, 0)).toBe(points.length);
        },
      ),
    );
  });

  it('has no bins without points to get', () => {
    expect(histogram([0, 0], 0)).toEqual([]);
  });
});

describe('countCriteria', () => {
  it('says how often each failed, over submissions taken in, most often first', () => {
    const counts = countCriteria(sampleGrades());
    expect(counts[0]).toEqual({
      id: 'mdn-gradients/dErrorDMu-gradient',
      exercise: 'mdn-gradients',
      title: 'The gradient with respect to the means',
      of: 13,
      failed: 6,
      partial: 0,
      accepted: 6,
      open: 1,
    });
    for (const { of, failed, partial, accepted, open } of counts) expect(failed + partial + accepted + open).toBe(of);
    expect(counts.map(({ failed }) => failed)).toEqual([6, 5, 5, 4, 3, 3, 3, 2, 2, 0]);
  });

  it('does not hold the grader’s own errors against anyone', () => {
    const logits = countCriteria(sampleGrades()).find(({ id }) => id === 'mdn-gradients/dErrorDLogits-gradient')!;
    expect(logits.open).toBe(2);
  });
});

describe('countMistakes', () => {
  it('counts a submission once for a mistake that several criteria show', () => {
    const grades = sampleGrades();
    const { criteria } = grades.submissions[1]!;
    criteria[0] = { ...criteria[0]!, mistake: criteria[1]!.mistake! };
    const [first] = countMistakes(grades);
    expect(first).toMatchObject({ id: 'sign-of-the-mean', submissions: ['noether-hilbert', 'kurt', 'wrong-name'] });
    expect(first!.criteria).toHaveLength(2);
  });
});
