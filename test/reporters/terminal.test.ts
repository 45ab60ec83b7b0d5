import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderTerminal } from '../../harness/reporters/terminal.ts';
import { textWidth, wrap } from '../../harness/reporters/text-width.ts';
import { sampleGrades } from './sample.ts';

const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]/;

describe('renderTerminal', () => {
  it('shows the class', () => {
    const text = renderTerminal(sampleGrades(), undefined, { width: 100 });
    expect(text).toContain('Sheet 10: mixture densities and principal components (tub-sheet10)');
    expect(text).toMatch(/^noether-hilbert +Emmy Noether, David Hilbert +29\.25 +\+10 +✓✗✗✗✎ ◐✗≈ ✓✓$/m);
    expect(text).toMatch(/^broken\.zip +rejected +⊘{5} ⊘{3} ⊘{2}$/m);
    expect(text).toMatch(/^harness-failed +Maria Goeppert-Mayer +– +\+100 /m);
    expect(text).toContain('2 with an error of the grader itself');
  });

  it('shows one submission, a sentence a criterion', () => {
    const text = renderTerminal(sampleGrades(), 'noether-hilbert', { width: 90 });
    expect(text).toContain('29.25 of 100 points, 10 still open');
    expect(text).toContain('✗ wrong answer        0 / 20  The gradient with respect to the means');
    expect(text).toContain('known mistake “sign-of-the-mean”: This is πᵢ(tₖ − μᵢₖ)/σᵢ²');
    expect(text).toContain('– / 10  Written derivation');
  });

  it.each([40, 60, 80, 120])('keeps the class within %d columns where its figures fit', (width) => {
    for (const line of renderTerminal(sampleGrades(), undefined, { width }).split('\n').slice(4)) {
      expect(textWidth(line)).toBeLessThanOrEqual(Math.max(width, 64));
    }
  });

  it('lets no control character of a student through, and has no escapes of its own without colour', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (hostile, plain) => {
        const grades = sampleGrades();
        const submission = grades.submissions[1]!;
        submission.students = [{ name: `${hostile}\u001b[2J\u202e`, id: hostile }];
        submission.criteria[1]!.summary = `${plain}\u001b]0;title\u0007${hostile}`;
        submission.remarks = [hostile];
        for (const id of [undefined, submission.id]) {
          expect(renderTerminal(grades, id)).not.toMatch(CONTROL);
          const colours = renderTerminal(grades, id, { color: true });
          expect(colours.replace(/\u001b\[(?:\d+;?)+m/g, '')).not.toMatch(CONTROL);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('colours on request', () => {
    expect(renderTerminal(sampleGrades(), undefined, { color: true })).toContain('\u001b[32m✓\u001b[0m');
  });

  it('names the nearest submission where there is no such id', () => {
    expect(() => renderTerminal(sampleGrades(), 'kort')).toThrow('no submission called “kort”. Did you mean “kurt”?');
    expect(() => renderTerminal({ ...sampleGrades(), submissions: [] }, 'kurt')).toThrow('There are none.');
  });
});

describe('wrap', () => {
  it('keeps every line within the width and every character but spaces', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 2, max: 30 }), (text, width) => {
        const lines = wrap(text, width);
        for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
        expect(lines.join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
      }),
    );
  });
});
