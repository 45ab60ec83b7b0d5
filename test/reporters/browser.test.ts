import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Grades, SubmissionGrade } from '../../harness/model/grade.ts';
import { renderClass, renderStudent } from '../../harness/reporters/html.ts';
import { visible } from '../../harness/reporters/visible.ts';
import { everyStatus, sampleGrades, samplePicture } from './sample.ts';

const CHROMIUM = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const PAYLOADS = [
  '<script>window.ran=1</script>',
  '<img src=x onerror="window.ran=1">',
  '"><svg onload=window.ran=1>',
  "' onmouseover='window.ran=1' x='",
  '</pre></style></title></textarea><iframe src="javascript:window.ran=1">',
  'javascript:window.ran=1',
  '{{constructor.constructor "window.ran=1"}} {{{raw}}} {{> style}} {{#each this}}x{{/each}}',
  '<style>@import "http://127.0.0.1:9/x.css"</style><link rel=stylesheet href=http://127.0.0.1:9/y.css>',
  '<meta http-equiv=refresh content="0;url=http://127.0.0.1:9/">',
  '<!-- --> <![CDATA[ ]]> &lt;b&gt; &amp; &#60;',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is to look like one
  '\u202egnp.exe\u202c \u2066x\u2069 a\u200bb \u0000\u001b[31m\u0007 `${window.ran=1}`',
  '</script><script>window.ran=1</script>',
];

/** Values that the schema fixes: nothing of a student's can stand there. */
const FIXED = new Set(['kind', 'status', 'visibility', 'level', 'startedAt', 'finishedAt', 'submittedAt', 'commit']);

/** The record with a payload in the place of every free string; each has a number of its own. */
function poisoned<T>(value: T, used: string[], key = ''): T {
  if (typeof value === 'string') {
    if (FIXED.has(key) || ['NaN', 'Infinity', '-Infinity'].includes(value)) return value;
    const text = `${PAYLOADS[used.length % PAYLOADS.length]} #${used.length}#`;
    used.push(text);
    return text as T;
  }
  if (Array.isArray(value)) return value.map((item) => poisoned(item, used, key)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, poisoned(item, used, name)])) as T;
}

describe.skipIf(!existsSync(CHROMIUM))(`pages in a browser (skipped where there is no ${CHROMIUM})`, () => {
  let browser: Browser;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'gradus-pages-'));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGS });
  }, 60_000);
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  interface Opened {
    page: Page;
    requests: string[];
    messages: string[];
    close(): Promise<void>;
  }

  async function open(html: string, options: Parameters<Browser['newContext']>[0] = {}): Promise<Opened> {
    const file = path.join(folder, 'page.html');
    writeFileSync(file, html);
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const requests: string[] = [];
    const messages: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('console', (message) => messages.push(message.text()));
    page.on('pageerror', (error) => messages.push(error.message));
    page.on('dialog', (dialog) => {
      messages.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    await page.goto(pathToFileURL(file).href);
    return { page, requests, messages, close: () => context.close() };
  }

  const expectQuiet = ({ requests, messages }: Opened) => {
    expect(messages).toEqual([]);
    expect(requests.filter((url) => !url.startsWith('data:'))).toHaveLength(1);
  };

  /** Markup that a payload could have made; the policy is off, so that escaping alone is tested. */
  const intrusions = (page: Page) =>
    page.evaluate(() => ({
      ran: (window as { ran?: number }).ran,
      strange: document.querySelectorAll('iframe, link, object, embed, base, form, body style, body meta').length,
      scripts: document.scripts.length,
      pictures: [...document.images].filter((image) => !image.src.startsWith('data:image/png;base64,')).length,
      handlers: [...document.querySelectorAll('*')].flatMap((one) =>
        [...one.attributes].filter(({ name }) => name.startsWith('on')),
      ).length,
      links: [...document.links].map((link) => link.getAttribute('href')!),
    }));

  const texts = async (page: Page) => {
    await page.evaluate(() => {
      for (const one of document.querySelectorAll('details')) one.open = true;
    });
    return page.evaluate(() => {
      const labels = [...document.querySelectorAll('[aria-label], [alt]')];
      const own = labels.map((one) => one.getAttribute('aria-label') ?? one.getAttribute('alt'));
      return `${document.title}\n${document.body.textContent}\n${own.join('\n')}`;
    });
  };

  function poisonedClass(): { grades: Grades; submission: SubmissionGrade; used: string[] } {
    const sample = sampleGrades();
    const full: SubmissionGrade = { ...everyStatus(), ...sample.submissions[1]!, criteria: everyStatus().criteria };
    const used: string[] = [];
    const grades = poisoned({ ...sample, submissions: [full, ...sample.submissions] }, used);
    const submission = grades.submissions[0]!;
    // Keys of free records are strings of theirs too.
    const exercise = submission.criteria[0]!.exercise;
    submission.output = { [exercise]: submission.output!['pca-inpainting']! };
    for (const criterion of submission.criteria) criterion.exercise = exercise;
    submission.late = { [PAYLOADS[0]!]: PAYLOADS[1] };
    return { grades, submission, used };
  }

  it('shows hostile strings in every field of a student’s page as text', async () => {
    const { grades, submission } = poisonedClass();
    const opened = await open(renderStudent(grades, submission, samplePicture), { bypassCSP: true });
    expectQuiet(opened);
    const found = await intrusions(opened.page);
    expect(found).toMatchObject({ strange: 0, scripts: 0, pictures: 0, handlers: 0 });
    expect(found.ran).toBeUndefined();
    for (const href of found.links) expect(href).toMatch(/^#exercise-\d+$/);
    const text = squeezed(await texts(opened.page));
    const expected = stringsOf([
      submission.id,
      submission.students.map(({ id, name }) => [id, name]),
      submission.remarks,
      submission.output,
      submission.criteria
        .filter(({ status }) => status !== 'internal-error')
        .map(({ title, summary, mistake, evidence }) => [title, summary, mistake, evidence]),
      [grades.title, grades.assignment, grades.environment.backend, grades.environment.node],
    ]);
    expect(expected.length).toBeGreaterThan(500);
    for (const one of expected) expect(text).toContain(squeezed(visible(one)));
    await opened.close();
  }, 60_000);

  it('shows hostile strings in every field of the class page as text', async () => {
    const { grades } = poisonedClass();
    const opened = await open(renderClass(grades), { bypassCSP: true });
    expectQuiet(opened);
    const found = await intrusions(opened.page);
    expect(found).toMatchObject({ strange: 0, scripts: 1, pictures: 0, handlers: 0 });
    expect(found.ran).toBeUndefined();
    for (const href of found.links) expect(href).toMatch(/^[^:/]+\/index\.html$/);
    const text = squeezed(await texts(opened.page));
    const expected = stringsOf([
      [grades.title, grades.assignment],
      grades.submissions.map(({ id, students, message }) => [
        id,
        students.map(({ name }) => name ?? ''),
        message ?? '',
      ]),
    ]);
    for (const one of expected) expect(text).toContain(squeezed(visible(one)));
    await opened.close();
  }, 60_000);

  it('sorts the class under its own policy', async () => {
    const opened = await open(renderClass(sampleGrades()));
    const first = () => opened.page.locator('#submissions tbody tr:first-child th a').textContent();
    expect(await first()).toBe('ada-lovelace');
    await opened.page.getByRole('button', { name: 'Submission' }).click();
    expect(await first()).toBe('ada-lovelace');
    await opened.page.getByRole('button', { name: 'Submission' }).click();
    expect(await first()).toBe('wrong-name');
    await opened.page.getByRole('button', { name: 'Points' }).click();
    expect(await first()).toBe('ada-lovelace');
    await opened.page.getByRole('button', { name: 'Points' }).click();
    expect(await first()).toMatch(/broken\.zip|harness-failed/);
    expectQuiet(opened);
    await opened.close();
  }, 60_000);

  const pages = (): [string, string][] => {
    const grades = sampleGrades();
    const student = (id: string) =>
      renderStudent(grades, grades.submissions.find((one) => one.id === id)!, samplePicture);
    return [
      ['class', renderClass(grades)],
      ['noether-hilbert', student('noether-hilbert')],
      ['long', student('long')],
      ['hostile', student('hostile')],
      ['broken.zip', student('broken.zip')],
      ['every', renderStudent(grades, everyStatus(), samplePicture)],
    ];
  };

  describe.each(['light', 'dark'] as const)('with %s colours', (colorScheme) => {
    it('fits 400 pixels, is easy to read, and has headings in order and labels', async () => {
      for (const [name, html] of pages()) {
        const { page, close } = await open(html, { colorScheme, viewport: { width: 400, height: 800 } });
        const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(beyond, name).toBeLessThanOrEqual(0);
        expect(await page.evaluate(lowContrast), name).toEqual([]);
        const levels = await page.evaluate(() =>
          [...document.querySelectorAll('h1, h2, h3, h4')].map((one) => Number(one.tagName[1])),
        );
        expect(levels.filter((level) => level === 1).length, name).toBe(1);
        for (const [i, level] of levels.entries()) expect(level - (levels[i - 1] ?? 0), name).toBeLessThanOrEqual(1);
        const bare = 'th:not([scope]), img:not([alt]), svg:not([aria-label]):not([aria-hidden])';
        expect(await page.locator(bare).count(), name).toBe(0);
        await close();
      }
    }, 60_000);
  });

  it('prints dark on white where the screen is dark', async () => {
    const { page, close } = await open(pages()[1]![1], { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const colours = await page.evaluate(() => {
      const { color, backgroundColor } = getComputedStyle(document.body);
      return [color, backgroundColor];
    });
    expect(colours).toEqual(['rgb(28, 30, 34)', 'rgb(255, 255, 255)']);
    await close();
  }, 60_000);
});

/** All strings in a nest of arrays and records. */
function stringsOf(value: unknown): string[] {
  if (typeof value === 'string')
    return ['table', 'matrix', 'series', 'pictures', 'text'].includes(value) ? [] : [value];
  if (Array.isArray(value)) return value.flatMap(stringsOf);
  if (typeof value !== 'object' || value === null) return [];
  const { file: _, ...shown } = value as Record<string, unknown>;
  return Object.values(shown).flatMap(stringsOf);
}

/** HTML runs white space together. */
function squeezed(text: string): string {
  return text.replace(/\s+/g, ' ');
}

/**
 * Runs in the page: elements with a text of their own whose contrast to the colour behind them is below WCAG 2.2's AA
 * (4.5; 3 for large text). Relative luminance as defined there, from sRGB.
 */
function lowContrast(): string[] {
  const rgb = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = ([r, g, b]: number[]) => {
    const [x, y, z] = [r!, g!, b!].map((c) =>
      c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4,
    );
    return 0.2126 * x! + 0.7152 * y! + 0.0722 * z!;
  };
  const behind = (start: Element): number[] => {
    for (let one: Element | null = start; one; one = one.parentElement) {
      const colour = rgb(getComputedStyle(one).backgroundColor);
      if ((colour[3] ?? 1) === 1 && colour.length >= 3) return colour;
    }
    return matchMedia('(prefers-color-scheme: dark)').matches ? [18, 18, 18] : [255, 255, 255];
  };
  const found: string[] = [];
  for (const one of document.body.querySelectorAll('*')) {
    if (
      one.tagName === 'SCRIPT' ||
      ![...one.childNodes].some((node) => node.nodeType === 3 && node.textContent!.trim())
    )
      continue;
    const style = getComputedStyle(one);
    const isDrawing = one instanceof SVGElement;
    const light = luminance(rgb(isDrawing ? style.fill : style.color));
    const back = luminance(behind(one));
    const contrast = (Math.max(light, back) + 0.05) / (Math.min(light, back) + 0.05);
    const size = Number.parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (contrast < (large ? 3 : 4.5)) found.push(`${one.tagName}.${one.className} ${contrast.toFixed(2)}`);
  }
  return found;
}
