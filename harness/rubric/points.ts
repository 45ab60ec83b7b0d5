/**
 * Points are decimals with at most two places. They are kept as whole hundredths wherever they are added or
 * multiplied, so that no 0.30000000000000004 can arise, and become numbers again only in the record.
 */

/** Hundredths of a number with at most two decimal places; undefined for one with more, or that is not finite. */
export function hundredths(points: number): number | undefined {
  const scaled = Math.round(points * 100);
  // The nearest double of a two-place decimal is that of its hundredths over 100, and of no other number.
  return Number.isSafeInteger(scaled) && scaled / 100 === points ? scaled : undefined;
}

/** The number that prints as this decimal: 29 → 0.29. */
export function fromHundredths(value: number): number {
  return value / 100;
}

/**
 * A share (0 to 1) of so many hundredths, rounded half up to whole ones. Shares such as 5/6 are not exact in binary, so a
 * product within 1e-9 of a half counts as that half.
 */
export function shareOf(value: number, share: number): number {
  return Math.min(value, Math.floor(value * share + 0.5 + 1e-9));
}

/** `value · percent / 100`, rounded half up; `percent` with at most two places. Exact: whole numbers throughout. */
export function percentOf(value: number, percent: number): number {
  return Math.floor((value * Math.round(percent * 100) + 5_000) / 10_000);
}
