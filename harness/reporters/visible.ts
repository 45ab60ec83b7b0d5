/**
 * Everything that a reader would not see, or that would change how its surroundings look: controls, bidirectional
 * marks and overrides, zero-width characters, fillers, lone surrogates (Unicode general categories Cc, Cf, Cs, Zl, Zp
 * and the property Default_Ignorable_Code_Point).
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
/** By far the most texts: nothing to do. */
const PLAIN = /^[\x20-\x7e\n\t]*$/;
/** Variation selectors 15 and 16 only choose between the text and the picture form of the symbol before them. */
const HARMLESS = new Set(['\n', '\t', '\ufe0e', '\ufe0f']);

/**
 * A student's text as it can be shown: what is unseen becomes a visible stand-in (⟨ESC⟩, ⟨NUL⟩, ⟨U+202E⟩).
 * Line ends (`\n`, `\r\n`) and tabs stay. Idempotent. This is no escaping for HTML: the templates do that.
 */
export function visible(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replaceAll('\r\n', '\n').replace(UNSEEN, (character) => {
    return HARMLESS.has(character) ? character : standIn(character);
  });
}

/** The same for a text that must stay on one line, as in a terminal's table or a CSV cell: ⟨LF⟩ for a line end, ⟨TAB⟩ for a tab. */
export function visibleLine(text: string): string {
  return visible(text).replace(/[\n\t]/g, standIn);
}

/** A copy of plain data in which every string (but no key) is made visible. Other than plain data stays as it is. */
export function visibleDeep<T>(data: T): T {
  if (typeof data === 'string') return visible(data) as T;
  if (Array.isArray(data)) return data.map(visibleDeep) as T;
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, visibleDeep(value)])) as T;
}

/**
 * The names of the ASCII controls (ECMA-48), which fonts show where they lack the control pictures from U+2400 on.
 */
const CONTROLS = [
  ...['NUL', 'SOH', 'STX', 'ETX', 'EOT', 'ENQ', 'ACK', 'BEL', 'BS', 'TAB', 'LF', 'VT', 'FF', 'CR', 'SO', 'SI'],
  ...['DLE', 'DC1', 'DC2', 'DC3', 'DC4', 'NAK', 'SYN', 'ETB', 'CAN', 'EM', 'SUB', 'ESC', 'FS', 'GS', 'RS', 'US'],
];

function standIn(character: string): string {
  const code = character.codePointAt(0)!;
  const name = code === 0x7f ? 'DEL' : CONTROLS[code];
  return `⟨${name ?? `U+${code.toString(16).toUpperCase().padStart(4, '0')}`}⟩`;
}
