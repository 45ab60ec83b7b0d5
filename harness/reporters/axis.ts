/** Maps values of the data to coordinates of a drawing, with round numbers to write beside it. */
export interface Axis {
  log: boolean;
  ticks: { at: number; value: number }[];
  place(value: number): number;
}

/**
 * An axis over the values, drawn from `start` to `end`. Logarithmic where it is allowed, all values are positive and they
 * spread over more than three decades: a loss that falls from 100 to 0.01 is a flat line otherwise.
 */
export function axisOver(values: readonly number[], start: number, end: number, mayBeLog = false): Axis {
  const finite = values.filter(Number.isFinite);
  let low = finite.reduce((a, b) => Math.min(a, b), Infinity);
  let high = finite.reduce((a, b) => Math.max(a, b), -Infinity);
  if (low > high) [low, high] = [0, 1];
  const log = mayBeLog && low > 0 && high / low > 1e3;
  if (log) [low, high] = [Math.log10(low), Math.log10(high)];
  // Halves, so that the range of ±1e308 does not overflow.
  if (high / 2 - low / 2 < 1e-12 * Math.max(Math.abs(low), Math.abs(high), 1e-300)) {
    const margin = Math.abs(low) > 1e-290 ? Math.abs(low) / 2 : 1;
    [low, high] = [Math.max(low - margin, -Number.MAX_VALUE), Math.min(high + margin, Number.MAX_VALUE)];
  }
  const share = (x: number) => (x / 2 - low / 2) / (high / 2 - low / 2);
  const place = (value: number) => {
    const at = start + share(log ? Math.log10(value) : value) * (end - start);
    return Math.round(at * 100) / 100;
  };
  const ticks = (log ? powersOfTen(low, high) : roundNumbers(low, high)).map((value) => ({ at: place(value), value }));
  return { log, ticks, place };
}

/** Two to seven multiples of 1, 2 or 5 times a power of ten within [low, high]. */
export function roundNumbers(low: number, high: number): number[] {
  const rough = high / 5 - low / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = [1, 2, 5].find((candidate) => candidate * power >= rough * (1 - 1e-9)) ?? 10;
  const step = factor * power;
  const first = Math.ceil(low / step - 1e-9);
  // At most seven fit; rounding near the ends of double precision may add what is beyond.
  return Array.from({ length: 8 }, (_, i) => Number(((first + i) * step).toPrecision(12))).filter(
    (value) => Number.isFinite(value) && value <= high + step * 1e-9,
  );
}

function powersOfTen(low: number, high: number): number[] {
  const stride = Math.max(1, Math.ceil((high - low) / 6));
  const numbers: number[] = [];
  for (let exponent = Math.ceil(low - 1e-9); exponent <= high + 1e-9; exponent += stride) {
    numbers.push(10 ** exponent);
  }
  return numbers;
}
