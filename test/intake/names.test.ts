import { posix, win32 } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanPath, escapeName, foldName } from '../../harness/intake/names.ts';

const limits = { depth: 16, pathBytes: 400 };
const segment = fc.oneof(
  fc.constantFrom('..', '.', '', '...', '.. ', 'a', 'C:', '~', '\u0000', '\ud800', 'e\u0301', ' ', '..\\x'),
  fc.string({ unit: 'binary', maxLength: 6 }),
);
const anyPath = fc
  .array(segment, { maxLength: 8 })
  .chain((parts) => fc.constantFrom('/', '\\').map((slash) => parts.join(slash)));

describe('cleanPath', () => {
  it('never leads out of the folder it is put in, on any system', () => {
    fc.assert(
      fc.property(anyPath, (raw) => {
        const clean = cleanPath(raw, limits);
        if (!clean.ok) return;
        for (const path of [posix, win32]) {
          const joined = path.join(`${path.sep}root`, clean.path);
          expect(joined.startsWith(`${path.sep}root${path.sep}`)).toBe(true);
          expect(path.isAbsolute(clean.path)).toBe(false);
        }
        expect(clean.path).not.toMatch(/[\0-\x1f\\]|(?:^|\/)\.{1,2}(?:\/|$)|\/\/|\/$/);
        expect(clean.path.split('/').length).toBeLessThanOrEqual(limits.depth);
      }),
      { numRuns: 2_000 },
    );
  });

  it('changes nothing of what it has cleaned', () => {
    fc.assert(
      fc.property(anyPath, (raw) => {
        const clean = cleanPath(raw, limits);
        if (clean.ok) expect(cleanPath(clean.path, limits)).toEqual(clean);
      }),
    );
  });

  it('keeps ordinary names', () => {
    for (const path of ['exercise1.ts', 'lib/utils.ts', 'Ada Lovelace/Frage 1.ts', 'größe.ts', 'a..b.ts', '..a.ts']) {
      expect(cleanPath(path, limits)).toEqual({ ok: true, path });
    }
  });
});

describe('foldName', () => {
  it('is one for names that some system takes for the same', () => {
    expect(foldName('Ada')).toBe(foldName('ada'));
    expect(foldName('Zoe\u0308')).toBe(foldName('zo\u00eb'));
    expect(foldName('ada. ')).toBe(foldName('ada'));
    expect(foldName('ada')).not.toBe(foldName('adam'));
  });
});

describe('escapeName', () => {
  it('is readable and never the same for two names', () => {
    expect(escapeName(Buffer.from([0x63, 0xe9, 0x25, 0x0a]))).toBe('c%E9%25%0A');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20 }), (bytes) => {
        const back = escapeName(bytes).replace(/%(..)/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
        expect(Buffer.from(back, 'latin1').equals(bytes)).toBe(true);
      }),
    );
  });
});
