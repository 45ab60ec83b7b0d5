import * as os from 'node:os';

/** One line of a benchmark's result. */
export interface Figure {
  name: string;
  /** As it is shown, with its unit. */
  value: string;
  /** What it is compared with, where there is a target. */
  target?: string;
  /** How it was measured, where the name does not say. */
  note?: string;
}

export interface Benchmark {
  id: string;
  title: string;
  /** How it is measured, in a sentence or two. */
  method: string;
  run(): Promise<Figure[]>;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The nearest rank. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

/** Median with the quartiles: `12.3 ms (11.8–13.0)`. */
export function spread(values: readonly number[]): string {
  return `${ms(median(values))} (${short(quantile(values, 0.25))}–${short(quantile(values, 0.75))})`;
}

export const ms = (value: number): string => `${short(value)} ms`;
export const seconds = (value: number): string => `${(value / 1000).toFixed(2)} s`;

function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

export async function timed<T>(work: () => Promise<T> | T): Promise<{ ms: number; value: T }> {
  const started = performance.now();
  const value = await work();
  return { ms: performance.now() - started, value };
}

/** The machine that figures are from, and how busy it was. */
export function machine(): string {
  const cpus = os.cpus();
  const memory = `${Math.round(os.totalmem() / 2 ** 30)} GiB`;
  const load = os.loadavg()[0]!.toFixed(1);
  return `${os.availableParallelism()} cores (${cpus[0]?.model.trim() ?? 'unknown'}), ${memory}, ${os.type()} ${os.release()}, Node ${process.version}; load average ${load} at the start`;
}
