import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { folderNames } from '../../harness/reporters/folder-name.ts';

const name = (id: string) => folderNames([id]).get(id)!;

const odd = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('a', 'A', 'ß', 'S', 's', 'ı', 'I', 'é', 'e', '\u0301', '.', ' ', '%', '~', '/') }),
  fc.string({ unit: fc.constantFrom('\ud800', '\udc00', 'ﬁ', 'fi', '\u1100', '\u1161', '가', '\\', '2', 'f', ':') }),
  fc.constantFrom('', '.', '..', 'CON', 'con', 'nul.txt', 'LPT1', 'index.html', 'Grades.json', '~', '%'),
  fc.string({ minLength: 150, maxLength: 400 }),
);

describe('folderNames', () => {
  it.each(['ada-lovelace', 'Anna Müller_12345', 's0123456', 'Группа 3', 'a.b', 'x+y@z'])('keeps %s', (id) => {
    expect(name(id)).toBe(id);
  });

  it.each([
    ['..', '%2e%2e'],
    ['.hidden', '%2ehidden'],
    ['a/b', 'a%2fb'],
    ['', '%'],
    ['100%', '100%25'],
    ['index.html', '%69ndex.html'],
    ['CON', '%43ON'],
    ['<b>', '%3cb%3e'],
  ])('%j becomes %s', (id, folder) => {
    expect(name(id)).toBe(folder);
  });

  it('keeps apart what some file systems take for the same', () => {
    const ids = ['anna', 'Anna', 'ANNA', 'straße', 'strasse', 'é', 'e\u0301', 'ﬁ', 'fi'];
    const names = folderNames(ids);
    expect(names.get('anna')).toBe('anna');
    expect(new Set([...names.values()].map((text) => text.normalize('NFKD').toLowerCase())).size).toBe(ids.length);
  });

  it('is injective and safe for any class, case and Unicode form aside', () => {
    fc.assert(
      fc.property(fc.uniqueArray(odd, { maxLength: 30 }), (ids) => {
        const names = [...folderNames(ids).values()];
        expect(names).toHaveLength(ids.length);
        for (const fold of [same, lower, upper]) expect(new Set(names.map(fold)).size).toBe(ids.length);
        for (const folder of names) {
          expect(folder).toMatch(/^[^/\\:*?"<>|\p{Cc}\p{Cs}]+$/u);
          expect(folder).not.toMatch(/^[.\s-]|[.\s]$/);
          expect(Buffer.byteLength(folder)).toBeLessThanOrEqual(200);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('names folders that can be made', () => {
    const root = mkdtempSync(path.join(tmpdir(), 'gradus-folders-'));
    try {
      const ids = fc.sample(odd, { numRuns: 100, seed: 7 });
      const names = [...folderNames(ids).values()];
      for (const folder of names) mkdirSync(path.join(root, folder));
      expect(readdirSync(root)).toHaveLength(new Set(ids).size);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});

const same = (text: string) => text.normalize('NFD');
const lower = (text: string) => text.normalize('NFKC').toLowerCase();
const upper = (text: string) => text.normalize('NFKC').toUpperCase();
