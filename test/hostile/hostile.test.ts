import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { lacking } from '../sandbox/launch/lacking.ts';
import { FAMILIES } from './attack.ts';
import { ATTACKS } from './attacks/index.ts';
import { attackClass, type Result } from './run.ts';

/**
 * A part of the hostile class, at the best level of this machine; `npm run study:hostile` makes every attack at every level.
 */
const level = (['full', 'strong'] as const).find((each) => lacking(each) === null);
const hasPython = spawnSync('python3', ['--version']).status === 0;
const attacks = ATTACKS.filter(({ quick }) => quick);

test('the class is what it is meant to be', () => {
  const archives = ATTACKS.filter(({ family }) => family === 'archives');
  expect(archives.length).toBeGreaterThanOrEqual(40);
  expect(ATTACKS.length - archives.length).toBeGreaterThanOrEqual(100);
  expect(new Set(ATTACKS.map(({ id }) => id)).size).toBe(ATTACKS.length);
  for (const family of FAMILIES)
    expect(attacks.filter((attack) => attack.family === family).length, family).toBeGreaterThan(0);
});

describe.runIf(level !== undefined && hasPython)(`${attacks.length} attacks at level ${level}`, () => {
  let result: Result;
  beforeAll(async () => {
    result = await attackClass(level!, attacks);
  }, 600_000);

  test('each has the outcome that is stated beside it', () => expect(result.unexpected).toEqual([]));
  test('nothing gets out', () => expect(result.escapes).toEqual([]));
  test('no point is forged', () => expect(result.forged).toEqual([]));
  test('honest neighbours have the same grades, byte by byte', () => expect(result.neighboursTouched).toEqual([]));
  test('nothing is left behind', () => expect(result.leftBehind).toEqual([]));
  test('texts of students are text in every report', () => expect(result.reports).toEqual([]));
});
