import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import * as path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCatalogue } from '../harness/catalogue.ts';
import { ROOT } from '../harness/root.ts';
import { freshReadme, README } from '../scripts/docs.ts';

const PAGES = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'bench/README.md', 'reports/README.md', 'docs/checks.md'];

describe('the documentation', () => {
  it('has an up-to-date table of exercises (else: npm run docs)', async () => {
    expect(await readFile(README, 'utf8')).toBe(await freshReadme());
  });

  it.each(PAGES)('links to files that are there: %s', async (page) => {
    const text = await readFile(path.join(ROOT, page), 'utf8');
    const targets = [...text.matchAll(/\]\(([^)#]+)/g)].map(([, target]) => target!);
    const missing = targets.filter(
      (target) => !/^https?:/.test(target) && !existsSync(path.resolve(ROOT, path.dirname(page), target)),
    );
    expect(missing).toEqual([]);
  });

  it.each(PAGES)('names only scripts that there are: %s', async (page) => {
    const { scripts } = JSON.parse(await readFile(path.join(ROOT, 'package.json'), 'utf8'));
    const text = await readFile(path.join(ROOT, page), 'utf8');
    const named = [...text.matchAll(/npm run ([a-z:]+)/g)].map(([, name]) => name!);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it.each(PAGES)('names only source files that there are: %s', async (page) => {
    const text = await readFile(path.join(ROOT, page), 'utf8');
    const named = [...text.matchAll(/`((?:harness|reference|rubrics|reports|scripts|test|docs)\/[\w./-]*)`/g)].map(
      ([, name]) => name!,
    );
    // What is only made by running, or only an example.
    const made = (name: string): boolean => name.startsWith('reports/out') || name.includes('my-sheet');
    expect(named.filter((name) => !made(name) && !existsSync(path.join(ROOT, name)))).toEqual([]);
  });

  it('describes every kind of check', async () => {
    const files = await readdir(path.join(ROOT, 'harness/checks'));
    const text = await readFile(path.join(ROOT, 'docs/checks.md'), 'utf8');
    const kinds = [];
    for (const file of files) {
      const source = await readFile(path.join(ROOT, 'harness/checks', file), 'utf8');
      if (/^export function \w+Checks?\(/m.test(source)) kinds.push(file);
    }
    expect(kinds.length).toBeGreaterThan(5);
    expect(kinds.filter((file) => !text.includes(`\`${file}\``))).toEqual([]);
  });

  it('shows example headers in CONTRIBUTING that a real example has', async () => {
    const text = await readFile(path.join(ROOT, 'CONTRIBUTING.md'), 'utf8');
    const [header] = /\/\*\*[\s\S]*?\*\//.exec(text)!;
    const entry = (await loadCatalogue()).find(({ exercise }) => exercise.id === 'mdn-gradients')!;
    const example = await readFile(path.join(entry.folder, 'examples/wrong/logits-sign.ts'), 'utf8');
    expect(example.startsWith(header)).toBe(true);
  });
});
