import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { listSubmissions, readEntry, takeIn, takeInOne, UsageError } from '../../harness/intake/intake.ts';
import { makeTarGz, makeZip } from './archives.ts';
import { makeFolder } from './temporary.ts';

const zip = makeZip([{ name: 'exercise1.ts', content: 'x' }]);
const ids = async (path: string) => (await takeIn(path)).map(({ id }) => id);

async function usageError(promise: Promise<unknown>): Promise<UsageError> {
  const error = await promise.then(
    () => undefined,
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(UsageError);
  return error as UsageError;
}

describe('a class', () => {
  it('is a folder with a folder or archive for each submission, sorted', async () => {
    const root = await makeFolder({
      'dora.tgz': await makeTarGz([{ name: 'exercise1.ts', content: 'x' }]),
      'carl.zip': zip,
      'bob/sheet/exercise1.ts': 'x',
      'ada/exercise1.ts': 'x',
      'eve/': '',
      'README.md': 'about this class',
      '.DS_Store': 'x',
      '__MACOSX/x': 'x',
    });
    const all = await takeIn(root);
    expect(all.map(({ id }) => id)).toEqual(['ada', 'bob', 'carl', 'dora', 'eve']);
    const hashes = new Set(all.map((one) => ('hash' in one ? one.hash : one.id)));
    expect(hashes.size).toBe(2); // the same file everywhere but for eve, who has none
  });

  it('goes on where one submission is broken', async () => {
    const root = await makeFolder({ 'ada/exercise1.ts': 'x', 'bob.zip': 'no archive' });
    const [ada, bob] = await takeIn(root);
    expect(ada).toHaveProperty('files');
    expect(bob).toMatchObject({ id: 'bob', rejected: true });
  });

  it('can be listed without reading it', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 300 }, (_, i) => [`s${String(i).padStart(4, '0')}/exercise1.ts`, 'x']),
    );
    const root = await makeFolder(files);
    const entries = [];
    for await (const entry of listSubmissions(root)) entries.push(entry);
    expect(entries).toHaveLength(300);
    expect(entries[7]).toMatchObject({ id: 's0007', kind: 'folder', location: `${root}/s0007` });
    expect(await readEntry(entries[7]!)).toHaveProperty('hash');
  });

  it('with two submissions of one id grades neither', async () => {
    const root = await makeFolder({ 'ada/exercise1.ts': 'x', 'ada.zip': zip, 'bob/exercise1.ts': 'x' });
    const all = await takeIn(root);
    expect(all.map((one) => [one.id, 'rejected' in one])).toEqual([
      ['ada', true],
      ['ada.zip', true],
      ['bob', false],
    ]);
    expect(all[0]).toMatchObject({
      message: expect.stringContaining('(ada and ada.zip)'),
      detail: expect.stringContaining('same id'),
    });
  });

  it.skipIf(process.platform !== 'linux')('with ids that differ only in case grades neither', async () => {
    const root = await makeFolder({
      'Ada/exercise1.ts': 'x',
      'ada.tar.gz': await makeTarGz([]),
      'ADA/exercise1.ts': 'x',
    });
    const all = await takeIn(root);
    expect(all.map((one) => [one.id, 'rejected' in one])).toEqual([
      ['ADA', true],
      ['Ada', true],
      ['ada.tar.gz', true],
    ]);
    expect(all[0]).toMatchObject({ detail: expect.stringContaining('where case does not count') });
  });

  it('never has one id twice, however the names are chosen', async () => {
    const root = await makeFolder({ 'a/q.ts': 'x', 'a.zip': zip, 'a.zip.zip': zip, 'a.zip.zip.zip': zip });
    const found = await ids(root);
    expect(new Set(found).size).toBe(4);
  });

  it('with an archive of another kind says so', async () => {
    const root = await makeFolder({ 'ada/exercise1.ts': 'x', 'bob.rar': 'x', 'carl.7z': 'x' });
    const [, bob, carl] = await takeIn(root);
    expect(bob).toMatchObject({ id: 'bob.rar', message: expect.stringContaining('Please hand in a .zip or .tar.gz') });
    expect(carl).toMatchObject({ id: 'carl.7z', rejected: true });
  });

  it('does not follow a link in place of a submission', async () => {
    const root = await makeFolder({ 'ada/exercise1.ts': 'x' });
    symlinkSync('/etc', `${root}/bob`);
    expect((await takeIn(root))[1]).toMatchObject({
      id: 'bob',
      rejected: true,
      detail: expect.stringContaining('symbolic link'),
    });
  });

  it.skipIf(process.platform !== 'linux')('may have submissions whose names are not UTF-8', async () => {
    const root = await makeFolder({ 'ada/exercise1.ts': 'x' });
    const name = Buffer.concat([Buffer.from(`${root}/Ren`), Buffer.from([0xe9])]);
    mkdirSync(name);
    writeFileSync(Buffer.concat([name, Buffer.from('/exercise1.ts')]), 'x');
    const rene = (await takeIn(root))[0];
    expect(rene).toMatchObject({ id: 'Ren%E9', remarks: [expect.stringContaining('not UTF-8')] });
    expect('files' in rene! && rene.files.size).toBe(1);
  });

  it('may name its students in students.csv, which stands above what submissions say', async () => {
    const claim = JSON.stringify({ students: [{ name: 'Somebody Else' }], submittedAt: '2026-01-01T00:00:00Z' });
    const root = await makeFolder({
      'ada/exercise1.ts': 'x',
      'ada/submission.json': claim,
      'bob/exercise1.ts': 'x',
      'bob/submission.json': claim,
      'students.csv': 'submission,name,submittedAt\nada,"Lovelace, Ada",2026-07-01T12:00:00+02:00\n',
    });
    const [ada, bob] = await takeIn(root);
    expect(ada).toMatchObject({
      students: [{ name: 'Lovelace, Ada' }],
      submittedAt: '2026-07-01T12:00:00+02:00',
      remarks: [],
    });
    expect(bob).toMatchObject({ students: [{ name: 'Somebody Else' }], submittedAt: '2026-01-01T00:00:00Z' });
    expect(bob).toMatchObject({ remarks: ['The time of submission is the one stated in submission.json.'] });
  });

  it('with a broken students.csv does not start', async () => {
    const root = await makeFolder({ 'ada/exercise1.ts': 'x', 'students.csv': 'name,id\nAda,1\n' });
    expect((await usageError(takeIn(root))).message).toContain('students.csv, line 1');
  });
});

describe('one submission', () => {
  it('is a folder with programs in it', async () => {
    const root = await makeFolder({ 'ada/exercise1.ts': 'x', 'ada/lib/u.ts': 'y', 'ada/old.zip': zip });
    const all = await takeIn(`${root}/ada`);
    expect(all).toHaveLength(1);
    expect(all[0]).toMatchObject({ id: 'ada' });
    expect('files' in all[0]! && [...all[0].files.keys()]).toEqual(['exercise1.ts', 'lib/u.ts']);
  });

  it('may have no program at all', async () => {
    const root = await makeFolder({ 'ada/report.pdf': 'x' });
    expect(await ids(`${root}/ada`)).toEqual(['ada']);
  });

  it('is an archive', async () => {
    const root = await makeFolder({ 'ada.zip': zip });
    expect(await ids(`${root}/ada.zip`)).toEqual(['ada']);
    symlinkSync('ada.zip', `${root}/link.zip`);
    expect((await takeInOne(`${root}/link.zip`)) as object).toMatchObject({ id: 'link' });
  });

  it('is what one says it is', async () => {
    const root = await makeFolder({ 'a/exercise1.ts': 'x' });
    expect((await takeInOne(root)) as object).toMatchObject({ remarks: [expect.stringContaining('the folder a')] });
    expect(await ids(root)).toEqual(['a']);
    expect((await takeIn(root, { as: 'submission' })).map(({ id }) => id)).not.toEqual(['a']);
  });

  it('whose submission.json is bad is taken without it', async () => {
    const remarks = async (json: string) => {
      const result = await takeInOne(await makeFolder({ 'exercise1.ts': 'x', 'submission.json': json }));
      return 'remarks' in result ? result.remarks : [];
    };
    expect(await remarks('{')).toEqual(['submission.json was ignored: it is not valid JSON.']);
    expect((await remarks('{"submittedAt":"yesterday"}'))[0]).toContain('submittedAt');
    expect((await remarks('{"students":[{"name":7}]}'))[0]).toContain('students.0.name');
    expect(await remarks('{"students":[]}')).toEqual([]);
  });
});

describe('wrong usage', () => {
  it('no such folder', async () => {
    const { message, where } = await usageError(takeIn('/no/such/folder'));
    expect(message).toContain('no such file or folder: /no/such/folder');
    expect(where).toBe('/no/such/folder');
  });

  it('an empty folder', async () => {
    expect((await usageError(takeIn(await makeFolder()))).message).toContain('There is no submission in this folder');
    expect((await usageError(takeIn(await makeFolder({ '.git/config': 'x', 'data.csv': 'x' })))).what).toContain(
      'no submission',
    );
  });

  it('a file that is no archive, and a path through a file', async () => {
    const root = await makeFolder({ 'exercise1.ts': 'x' });
    expect((await usageError(takeIn(`${root}/exercise1.ts`))).message).toContain('no archive that can be read');
    expect((await usageError(takeIn(`${root}/exercise1.ts/x`))).message).toContain('no such file or folder');
    expect((await usageError(takeIn('/dev/null'))).message).toContain('neither a folder nor an archive');
  });
});
