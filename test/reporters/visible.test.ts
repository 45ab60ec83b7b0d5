import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { visible, visibleDeep, visibleLine } from '../../harness/reporters/visible.ts';

/** Characters that hide or reorder, beside ordinary ones. */
const nasty = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\u0000', '\u001b', '\r', '\n', '\t', '\u007f', '\u009b', '\u200b', '\u200d', '\u200e', '\u200f'),
    fc.constantFrom('\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069', '\u2028'),
    fc.constantFrom('\ufeff', '\u00ad', '\u061c', '\u3164', '\u{e0041}', '\ud800', '\udc00', '⟨', 'é', '😀', '<', 'a'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
});
// Written out anew, so that a gap in the implementation's own expression shows.
const HIDING =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/u;

describe('visible', () => {
  it('leaves ordinary text of any script alone', () => {
    for (const text of ['', 'Anna Müller', 'Софья', 'محمد بن موسى', '数学', 'a\tb\nc', '❤️ 😀', '<b>{{x}}</b> & "q"']) {
      expect(visible(text)).toBe(text);
    }
  });

  it.each([
    ['\u001b[31mred\u001b[0m', '⟨ESC⟩[31mred⟨ESC⟩[0m'],
    ['a\u0000b', 'a⟨NUL⟩b'],
    ['invoice\u202Efdp.exe', 'invoice⟨U+202E⟩fdp.exe'],
    ['\u2066\u2069\u200e\u200f\u200b', '⟨U+2066⟩⟨U+2069⟩⟨U+200E⟩⟨U+200F⟩⟨U+200B⟩'],
    ['\u007f\u009b', '⟨DEL⟩⟨U+009B⟩'],
    ['one\r\ntwo\rthree', 'one\ntwo⟨CR⟩three'],
    ['\ud800x', '⟨U+D800⟩x'],
    ['\u{e0041}', '⟨U+E0041⟩'],
  ])('shows %j as %s', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  it('leaves nothing hidden in any string', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const shown = visible(text);
        expect(shown).not.toMatch(HIDING);
        expect(() => encodeURIComponent(shown)).not.toThrow();
        expect(visible(shown)).toBe(shown);
      }),
      { numRuns: 1000 },
    );
  });

  it('puts any string on one line for tables', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        expect(visibleLine(text)).not.toMatch(/[\n\t\r\u2028\u2029\u0085]/);
      }),
    );
    expect(visibleLine('a\nb\tc')).toBe('a⟨LF⟩b⟨TAB⟩c');
  });

  it('reaches every string of a record and nothing else', () => {
    const record = { a: ['\u0000', { b: '\u202e' }], n: 1, nothing: null, flag: true };
    expect(visibleDeep(record)).toEqual({ a: ['⟨NUL⟩', { b: '⟨U+202E⟩' }], n: 1, nothing: null, flag: true });
  });
});
