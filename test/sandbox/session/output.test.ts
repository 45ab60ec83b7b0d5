import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { OutputCapture } from '../../../harness/sandbox/output.ts';

async function textOf(printed: string, limit = 1 << 20): Promise<string> {
  const [out, err] = [new PassThrough(), new PassThrough()];
  const output = new OutputCapture([out, err], limit, () => {});
  err.end();
  out.end(printed);
  await output.ended;
  return output.text();
}

test('Node’s last words are left out, with the line ends before them', async () => {
  expect(await textOf('mine\n\n\n<--- Last few GCs --->\n[1:0x1] 2 ms: Mark-sweep')).toBe('mine');
  expect(await textOf('mine\nFATAL ERROR: Reached heap limit')).toBe('mine');
  expect(await textOf('mine\n#\n# Fatal error in x')).toBe('mine');
  expect(await textOf('mine\n\n')).toBe('mine\n\n');
});

test('line ends alone take no longer than other texts', async () => {
  const started = performance.now();
  expect((await textOf('\n'.repeat(60_000))).length).toBe(60_000);
  // The square of it would be minutes.
  expect(performance.now() - started).toBeLessThan(2000);
});
