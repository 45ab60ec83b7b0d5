/** A number with as many digits as help: 6 significant ones, more where `other` would otherwise look the same. */
export function formatNumber(value: number, other?: number): string {
  if (!Number.isFinite(value) || value === 0) return String(value);
  for (let digits = 6; digits < 17; digits += 2) {
    const text = shorten(value, digits);
    if (other === undefined || other === value || text !== shorten(other, digits)) return text;
  }
  return String(value);
}

function shorten(value: number, digits: number): string {
  return String(Number(value.toPrecision(digits)));
}

/** `[2, 0]` as an index; the only entry of a scalar needs none. */
export function formatIndex(index: readonly number[]): string {
  return index.length === 0 ? '' : ` at entry [${index.join(', ')}]`;
}
