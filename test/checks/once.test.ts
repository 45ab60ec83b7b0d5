import { expect, test } from 'vitest';
import { once } from '../../harness/checks/once.ts';

test('made when first asked for, and never again: not even where it is undefined', () => {
  let made = 0;
  const value = once(() => {
    made++;
    return undefined;
  });
  expect(made).toBe(0);
  expect([value(), value()]).toEqual([undefined, undefined]);
  expect(made).toBe(1);
});
