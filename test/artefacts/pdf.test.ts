import { describe, expect, test } from 'vitest';
import { examinePdf } from '../../harness/artefacts/pdf.ts';
import { packedPdf, pdf, utf8 } from './make.ts';

describe('PDFs', () => {
  test('have their pages counted, also packed ones', () => {
    const page = '3 0 obj <</Type/Page>> endobj\n4 0 obj << /Type\n/Page /A 1 >> endobj\n';
    expect(examinePdf(pdf())).toEqual({ ok: true, pages: 1, active: false });
    expect(examinePdf(pdf({ page }))).toEqual({ ok: true, pages: 2, active: false });
    expect(examinePdf(packedPdf())).toEqual({ ok: true, pages: 1, active: false });
    expect(examinePdf(packedPdf('<</Type/Page>> <</Type/Page /AA 1>>'))).toEqual({ ok: true, pages: 2, active: true });
  });

  test('that are encrypted, or packed in another way, are left to the person', () => {
    const encrypted = pdf({ page: '', more: 'trailer << /Encrypt 9 0 R >>\n' });
    expect(examinePdf(encrypted)).toMatchObject({ ok: true, pages: null });
    const odd = pdf({ page: '', more: '5 0 obj << /Type /ObjStm >>\nstream\nnot deflated\nendstream endobj\n' });
    expect(examinePdf(odd)).toMatchObject({ ok: true, pages: null });
  });

  test.each(['/JavaScript', '/OpenAction', '/EmbeddedFile', '/Launch'])('with %s is told', (name) => {
    expect(examinePdf(pdf({ more: `6 0 obj << ${name} 7 0 R >> endobj\n` }))).toMatchObject({ ok: true, active: true });
  });

  test.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(), 'is empty'],
    ['a text', utf8('My report'), 'is not a PDF'],
    ['a web page', utf8('<html>%PDF</html>'), 'is not a PDF'],
    ['one without an end', pdf({ end: '' }), 'breaks off'],
    ['one without pages', pdf({ page: '' }), 'without pages'],
    ['one whose packed objects have no page', packedPdf('<< /Type /Pages >>'), 'without pages'],
  ])('%s', (_, bytes, expected) => {
    expect(examinePdf(bytes)).toEqual({ ok: false, problem: expect.stringContaining(expected) });
  });

  test('a packed bomb is not unpacked', () => {
    const bomb = packedPdf(' '.repeat(24 * 2 ** 20));
    const before = process.memoryUsage().arrayBuffers;
    expect(examinePdf(bomb)).toMatchObject({ ok: true, pages: null });
    expect((process.memoryUsage().arrayBuffers - before) / 2 ** 20).toBeLessThan(16);
  });

  test('the one that was handed out', () => {
    expect(examinePdf(pdf(), [pdf()])).toEqual({ ok: false, problem: expect.stringContaining('handed out') });
  });
});
