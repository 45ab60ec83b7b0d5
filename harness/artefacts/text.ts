import { type Unusable, unusable } from './kinds.ts';

export interface TextArtefact {
  ok: true;
  /** Raw: whoever shows it makes controls visible and escapes it. */
  text: string;
  /** What should be known beside it. */
  remark?: string;
}

/**
 * A written answer. UTF-8 is asked for; other encodings that editors write without being asked are read too, since
 * nobody's answer should count as missing for that. `templates`: texts that students were given.
 */
export function examineText(bytes: Uint8Array, templates: readonly Uint8Array[] = []): TextArtefact | Unusable {
  if (bytes.length === 0) return unusable('is empty');
  const decoded = decode(bytes);
  if (decoded === undefined) return unusable('is not a text: it holds bytes that no text has');
  if (!/[\p{L}\p{N}]/u.test(decoded.text)) return unusable('has no letter and no digit in it');
  const words = wordsOf(decoded.text);
  const given = templates.some((template) => wordsOf(decode(template)?.text ?? '') === words);
  if (given) return unusable('is as it was handed out: nothing was written into it');
  return { ok: true, ...decoded };
}

/** The text without its line ends, indentation and byte order mark. */
function wordsOf(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function decode(bytes: Uint8Array): { text: string; remark?: string } | undefined {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    const encoding = first === 0xff ? 'utf-16le' : 'utf-16be';
    return { text: new TextDecoder(encoding).decode(bytes), remark: 'It is saved as UTF-16.' };
  }
  if (bytes.includes(0)) return undefined;
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    const text = new TextDecoder('windows-1252').decode(bytes);
    const controls = text.match(/[\x00-\x08\x0e-\x1f\x7f-\x9f]/g)?.length ?? 0;
    if (controls > text.length / 100) return undefined;
    return { text, remark: 'It is not saved as UTF-8, so that letters beyond ASCII may be shown wrongly.' };
  }
}
