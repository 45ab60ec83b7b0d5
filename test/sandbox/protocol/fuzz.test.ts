import { expect, test } from 'vitest';
import { fuzz } from './fuzz.ts';

test('the parser of what children write: 20,000 frames, right, wrong and hostile', () => {
  const { faults, frames, whole, decoded, refused, slowestMs, grownBytes } = fuzz(20_000, 7);
  expect(faults).toEqual([]);
  expect(frames).toBeGreaterThanOrEqual(20_000);
  // The frames are what they are meant to be: many come through, many do not.
  expect(whole).toBeGreaterThan(1000);
  expect(decoded).toBeGreaterThan(100);
  expect(decoded).toBeLessThan(whole);
  expect(refused).toBeGreaterThan(1000);
  expect(slowestMs).toBeLessThan(5000);
  expect(grownBytes).toBeLessThan(512 * 1024 * 1024);
});
