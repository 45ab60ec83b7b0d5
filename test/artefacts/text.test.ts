import { describe, expect, test } from 'vitest';
import { examineText } from '../../harness/artefacts/text.ts';
import { utf8 } from './make.ts';

const problem = (bytes: Uint8Array, templates: Uint8Array[] = []) => {
  const result = examineText(bytes, templates);
  return result.ok ? undefined : result.problem;
};

describe('texts', () => {
  test('are given back as they are, whatever they hold', () => {
    const text = '# Exercise 1\n<script>alert(1)</script> \u001b[31mred\u001b[0m \u202eright to left — ∂E/∂α\n';
    expect(examineText(utf8(text))).toEqual({ ok: true, text });
  });

  test('may begin with a byte order mark', () => {
    expect(examineText(utf8('\ufeffπ = 3'))).toEqual({ ok: true, text: 'π = 3' });
  });

  test.each([
    ['', 'is empty'],
    [' \n\t\r\n', 'has no letter and no digit'],
    ['# ---\n\u200b', 'has no letter and no digit'],
    ['PK\u0003\u0004\u0000\u0000', 'is not a text'],
  ])('%j', (text, expected) => {
    expect(problem(utf8(text))).toContain(expected);
  });

  test('in other encodings are read, with a remark', () => {
    const latin = Uint8Array.from([0x4c, 0xf6, 0x73, 0x75, 0x6e, 0x67]);
    expect(examineText(latin)).toMatchObject({ ok: true, text: 'Lösung', remark: expect.stringContaining('UTF-8') });
    const utf16 = Uint8Array.from([0xff, 0xfe, 0x61, 0x00, 0xb1, 0x03]);
    expect(examineText(utf16)).toMatchObject({ ok: true, text: 'aα', remark: expect.stringContaining('UTF-16') });
    expect(problem(Uint8Array.from({ length: 500 }, (_, i) => 1 + ((i * 37) % 255)))).toContain('is not a text');
  });

  test('that are the template still are found, however their lines end', () => {
    const template = utf8('# Answers\n\nWrite here.\n');
    expect(problem(utf8('# Answers\r\n\r\n  Write here.'), [utf8('other'), template])).toContain(
      'as it was handed out',
    );
    expect(problem(utf8('# Answers\n\nWrite here. E = 1'), [template])).toBeUndefined();
  });
});
