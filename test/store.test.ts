import { readdir, writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Observation } from '../harness/model/observation.ts';
import { NdArray } from '../harness/model/value.ts';
import { Store } from '../harness/store.ts';
import { Workshop } from './cli/gradus.ts';

const workshop = new Workshop();
afterAll(() => workshop.clear());

const key = { hash: 'abc', exercise: 'some-exercise', seed: 7, fingerprint: 'f' };

function observation(status: 'ok' | 'internal-error' = 'ok'): Observation {
  const outcome =
    status === 'ok'
      ? { status, value: NdArray.of([1, Number.NaN, -0]), ms: 1 }
      : { status, message: 'The sandbox could not be started.', ms: 0 };
  return {
    ...{ schema: 1, exercise: key.exercise, seed: 7, harness: 'f', backend: 'wasm', exports: ['f'], output: '' },
    ...{ sandbox: { level: 'full', missing: [] }, cases: { one: { value: outcome } }, durationMs: 3 },
  };
}

async function opened(): Promise<Store> {
  const store = await Store.open(await workshop.folder());
  await store.writeRun({ schema: 1, assignment: 'a', seed: 7, startedAt: '2026-01-01T00:00:00Z' });
  return store;
}

test('the same program is run once, also when it is asked for twice at the same time', async () => {
  const store = await opened();
  let runs = 0;
  const make = async (): Promise<Observation> => {
    runs += 1;
    await new Promise((resolve) => setTimeout(resolve, 20));
    return observation();
  };
  const together = await Promise.all(Array.from({ length: 8 }, () => store.observation(key, make)));
  const later = await store.observation(key, make);
  expect(runs).toBe(1);
  expect(together.filter(({ stored }) => !stored)).toHaveLength(1);
  for (const one of [...together, later]) expect(one.observation).toEqual(observation());
  await store.close();
});

test('one in which the grader failed is there to be judged, and made anew the next time', async () => {
  const store = await opened();
  await store.observation(key, async () => observation('internal-error'));
  expect(await store.readObservation(key)).toEqual(observation('internal-error'));
  const { observation: second, stored } = await store.observation(key, async () => observation());
  expect({ second, stored }).toEqual({ second: observation(), stored: false });
  await store.close();
});

test('what making throws comes through, and nothing is stored', async () => {
  const store = await opened();
  await expect(store.observation(key, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await store.hasObservation(key)).toBe(false);
  expect((await store.observation(key, async () => observation())).stored).toBe(false);
  await store.close();
});

test('another seed, exercise, program or fingerprint is another observation', async () => {
  const store = await opened();
  await store.observation(key, async () => observation());
  const others = [{ seed: 8 }, { exercise: 'other' }, { hash: 'b' }, { fingerprint: 'g' }];
  for (const other of others) expect(await store.readObservation({ ...key, ...other })).toBeUndefined();
  await store.forgetObservations(['other']);
  expect(await store.hasObservation(key)).toBe(true);
  await store.forgetObservations([key.exercise]);
  expect(await store.hasObservation(key)).toBe(false);
  await store.close();
});

test('facts by id, whatever the id is made of; a torn record counts as none', async () => {
  const store = await opened();
  const ids = ['b', 'a', '../../x', 'ä', 'a'.repeat(400), '\ud800', '\udfff'];
  for (const id of ids) await store.writeFacts({ id, unread: 'no' });
  expect((await store.readFacts()).map(({ id }) => id)).toEqual(ids.toSorted((x, y) => (x < y ? -1 : 1)));
  expect((await store.readFacts(['b', 'none'])).map(({ id }) => id)).toEqual(['b']);
  const folder = path.join(store.out, 'submissions');
  for (const name of await readdir(folder)) await writeFile(path.join(folder, name), '{"id": "b", "unre');
  expect(await store.readFacts()).toEqual([]);
  await store.close();
});

test('a folder that a first run was killed in is ours, a foreign one is not', async () => {
  const young = await workshop.files({ '.run.json.4194305-0.tmp': '{"sch' });
  const store = await Store.open(young);
  expect(await readdir(young)).toEqual(['.gradus-lock']);
  await store.close();
  await expect(Store.open(await workshop.files({ 'thesis.tex': '' }))).rejects.toThrow(
    'not an output folder of Gradus',
  );
});
