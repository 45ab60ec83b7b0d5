import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { renderClass, renderStudent } from '../../harness/reporters/html.ts';
import { everyStatus, HOSTILE_NAME, sampleGrades, samplePicture } from './sample.ts';

const TEMPLATES = new URL('../../reports/templates/', import.meta.url);

describe('the templates', () => {
  it('never write a value unescaped', () => {
    for (const file of readdirSync(TEMPLATES).filter((name) => name.endsWith('.hbs'))) {
      const text = readFileSync(new URL(file, TEMPLATES), 'utf8');
      expect(text, file).not.toMatch(/\{\{\{|\{\{&/);
      // A value in an attribute without quotes could end it with a space.
      expect(text, file).not.toMatch(/=\{\{/);
    }
  });

  it('keep style and script free of what would end their elements or fetch anything', () => {
    for (const file of ['style.css', 'sort.js']) {
      const text = readFileSync(new URL(file, TEMPLATES), 'utf8');
      expect(text).not.toMatch(/<\/|\{\{|url\(|@import|https?:/);
    }
  });
});

describe('renderClass', () => {
  const html = renderClass(sampleGrades());

  it('allows one script, by its hash', () => {
    const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)];
    expect(scripts).toHaveLength(1);
    const hash = createHash('sha256').update(scripts[0]![1]!).digest('base64');
    expect(html).toContain(`script-src &#x27;sha256-${hash.replaceAll('=', '&#x3D;')}&#x27;`);
  });

  it.each(['partial', 'none'] as const)('warns of sandbox level %s', (level) => {
    const grades = sampleGrades();
    grades.environment.sandbox = { level, missing: ['bwrap', 'seccomp'] };
    expect(renderClass(grades)).toContain('role="alert"');
    expect(renderClass(grades)).toContain('What was missing: bwrap, seccomp.');
    expect(html).not.toContain('role="alert"');
  });

  it('gives each criterion a column where they are few', () => {
    const grades = sampleGrades();
    for (const submission of grades.submissions) {
      submission.criteria = submission.criteria.filter(({ exercise }) => exercise === 'mdn-gradients');
    }
    expect(renderClass(grades).match(/<th scope="col" data-by="number" class="cell">/g)).toHaveLength(5);
    expect(html.match(/<th scope="col" data-by="number" class="cell">/g)).toHaveLength(3);
  });

  it('shows an empty class', () => {
    expect(renderClass({ ...sampleGrades(), submissions: [] })).toContain('There are no submissions.');
  });
});

describe('renderStudent', () => {
  const grades = sampleGrades();
  const page = (id: string) => renderStudent(grades, grades.submissions.find((one) => one.id === id)!, samplePicture);

  it('has no script and the strict policy', () => {
    expect(page('noether-hilbert')).not.toContain('<script');
    expect(page('noether-hilbert')).toContain(
      'content="default-src &#x27;none&#x27;; style-src &#x27;unsafe-inline&#x27;; img-src data:;',
    );
  });

  it('opens what is not accepted and shuts what is', () => {
    const html = page('grace');
    expect(html.match(/<details class="criterion good">/g)).toHaveLength(6);
    expect(html.match(/<details class="criterion (?:bad|part|wait)" open>/g)).toHaveLength(3);
  });

  it('shows every status and every kind of evidence', () => {
    const html = renderStudent(grades, everyStatus(), samplePicture);
    expect(html.match(/<details class="criterion/g)).toHaveLength(15);
    // None for the grader's own error.
    expect(html.match(/<table class="matrix">/g)).toHaveLength(28);
    expect(html.match(/<svg class="chart"/g)).toHaveLength(14);
    expect(html.match(/<td class="worst">12\.000001/g)).toHaveLength(14);
  });

  it('says kindly what happened where nothing was graded', () => {
    expect(page('broken.zip')).toContain('The archive is cut off after 1,204 bytes.');
    expect(page('harness-failed')).toContain('This is our fault and not yours');
    expect(page('harness-failed')).not.toContain('bwrap');
  });

  it('caps long output, keeping its end', () => {
    const html = page('noether-hilbert');
    expect(html).toMatch(/… \d+ characters left out …/);
    expect(html).toContain('the end</pre>');
    expect(html.match(/What your program printed<\/summary>/g)).toHaveLength(1);
    expect(html.match(/because it ran on hidden inputs too/g)).toHaveLength(1);
  });

  it('tells how to get the same result again', () => {
    expect(page('grace')).toContain('npx gradus grade YOUR-FOLDER --assignment tub-sheet10 --seed 7');
  });

  it('shows hostile names as text', () => {
    const html = page('hostile');
    expect(html).toContain(
      '&lt;img src&#x3D;x onerror&#x3D;alert(1)&gt;{{constructor}}⟨U+202E⟩gnp.exe⟨U+200B⟩⟨NUL⟩⟨ESC⟩[31m',
    );
    expect(html).not.toContain(HOSTILE_NAME);
  });

  it('shows a part of a large matrix around its worst entry', () => {
    const submission = everyStatus();
    const rows = Array.from({ length: 50 }, (_, i) => Array.from({ length: 40 }, (_, j) => i * 100 + j));
    submission.criteria = [
      { ...submission.criteria[9]!, evidence: [{ kind: 'matrix', title: 'large', rows, highlight: [49, 20] }] },
    ];
    const html = renderStudent(grades, submission, samplePicture);
    expect(html).toContain('A part of the 50 × 40 matrix.');
    expect(html).toContain('<td class="worst">4920</td>');
    expect(html).not.toContain('<td>0</td>');
  });

  it('takes nothing but PNG for a picture', () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>');
    const html = renderStudent(grades, grades.submissions[1]!, () => svg);
    expect(html).not.toContain('<img');
    expect(html.match(/This picture could not be shown/g)).toHaveLength(4);
  });
});
