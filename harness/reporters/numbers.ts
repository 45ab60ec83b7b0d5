import type { Cell } from '../model/verdict.ts';

/** Significant digits shown where nothing asks for more. */
const DIGITS = 6;
/** From here on a double has no more to tell: its shortest exact notation. */
const ALL_DIGITS = 17;

/**
 * A number for a reader: whole numbers whole, others with `digits` significant digits, no trailing zeros, and an
 * exponent only below 1e-4 and from 1e7 on. With 17 digits the notation is exact.
 */
export function formatNumber(x: number, digits = DIGITS): string {
  if (!Number.isFinite(x)) return String(x);
  if (Number.isInteger(x) && Math.abs(x) < 1e9) return String(x + 0);
  if (digits >= ALL_DIGITS) return String(x);
  const size = Math.abs(x);
  if (size >= 1e-4 && size < 1e7) return String(Number(x.toPrecision(digits)));
  const [mantissa, exponent] = x.toExponential(digits - 1).split('e') as [string, string];
  return `${Number(mantissa)}e${Number(exponent)}`;
}

/** The fewest digits, at least 6, with which different numbers look different. */
export function digitsToTellApart(numbers: readonly number[], least = DIGITS): number {
  const different = [...new Set(numbers.filter(Number.isFinite))];
  for (let digits = least; digits < ALL_DIGITS; digits++) {
    if (new Set(different.map((x) => formatNumber(x, digits))).size === different.length) return digits;
  }
  return ALL_DIGITS;
}

/** Points as they are: no rounding up to a full mark (9.99996 is not 10), at most four decimals, cut off. */
export function formatPoints(points: number): string {
  // Sums of decimal points may carry binary noise in the 16th digit.
  const clean = String(Number(points.toPrecision(12)));
  const [, whole, decimals] = /^(-?\d+)(?:\.(\d+))?$/.exec(clean) ?? [];
  if (whole === undefined) return clean;
  const kept = (decimals ?? '').slice(0, 4).replace(/0+$/, '');
  return kept === '' ? whole : `${whole}.${kept}`;
}

/**
 * Pads notations of numbers with spaces so that, right-aligned in a font of equal widths, their decimal points agree.
 * What is no number (NaN, a dash) stays as it is.
 */
export function alignDecimals(notations: readonly string[]): string[] {
  const tails = notations.map((notation) => /(?<=^-?\d+)(?!\d).*$/.exec(notation)?.[0].length);
  const longest = Math.max(0, ...tails.filter((tail) => tail !== undefined));
  return notations.map((notation, i) => notation + ' '.repeat(longest - (tails[i] ?? longest)));
}

export interface FormattedTable {
  /** Per column: only numbers (and what stands for NaN and the infinities)? */
  numeric: boolean[];
  rows: string[][];
}

const NON_FINITE = new Set(['NaN', 'Infinity', '-Infinity']);

/**
 * The cells of a table as text. Within a row, different numbers get enough digits to look different, so that
 * expected and got do; within a numeric column the decimal points are aligned.
 */
export function formatTable(rows: readonly (readonly Cell[])[], columns: number): FormattedTable {
  const text = rows.map((row) => {
    const digits = digitsToTellApart(row.filter((value) => typeof value === 'number'));
    return Array.from({ length: columns }, (_, column) => formatCell(row[column] ?? null, digits));
  });
  const numeric = Array.from({ length: columns }, (_, column) => {
    const cells = rows.map((row) => row[column] ?? null).filter((value) => value !== null);
    return cells.length > 0 && cells.every((value) => typeof value === 'number' || NON_FINITE.has(value));
  });
  for (const [column, isNumeric] of numeric.entries()) {
    if (!isNumeric) continue;
    const aligned = alignDecimals(text.map((row) => row[column]!));
    for (const [i, row] of text.entries()) row[column] = aligned[i]!;
  }
  return { numeric, rows: text };
}

function formatCell(value: Cell, digits: number): string {
  if (value === null) return '–';
  return typeof value === 'number' ? formatNumber(value, digits) : value;
}
