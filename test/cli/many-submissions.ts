import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import * as path from 'node:path';
import { readObservation } from '../../harness/observation-file.ts';
import { Store } from '../../harness/store.ts';

/**
 * Makes a graded class in `out` one of `count` submissions, as if so many had been run: every record is that of one of the
 * submissions there, in turn, under a new id and the hash of a different program. Grades are not written: `gradus regrade`
 * does that, and this is what it is measured with.
 */
export async function multiplySubmissions(out: string, count: number): Promise<void> {
  const store = await Store.existing(out);
  try {
    const run = (await store.readRun())!;
    const models = (await store.readFacts(run.submissions)).filter((facts) => 'files' in facts);
    const fingerprints = await storedFingerprints(out);
    const ids: string[] = [];
    for (let i = 0; i < count; i++) {
      const model = models[i % models.length]!;
      const id = `student-${String(i + 1).padStart(4, '0')}`;
      const hash = createHash('sha256').update(`${model.hash} ${i}`).digest('hex');
      for (const [exercise, fingerprint] of fingerprints) {
        const key = { exercise, seed: run.seed, fingerprint };
        const observation = await store.readObservation({ ...key, hash: model.hash });
        if (observation !== undefined) await store.observation({ ...key, hash }, async () => observation);
      }
      await store.writeFacts({ ...model, id, hash });
      ids.push(id);
    }
    await store.writeRun({ ...run, submissions: ids });
  } finally {
    await store.close();
  }
}

/** exercise → the fingerprint that its observations here were made under. */
async function storedFingerprints(out: string): Promise<Map<string, string>> {
  const root = path.join(out, 'observations');
  const found = new Map<string, string>();
  for (const exercise of await readdir(root)) {
    const [file] = await readdir(path.join(root, exercise));
    const observation = file === undefined ? undefined : await readObservation(path.join(root, exercise, file));
    if (observation !== undefined) found.set(exercise, observation.harness);
  }
  return found;
}
