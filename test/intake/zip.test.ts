import { describe, expect, it } from 'vitest';
import { type IntakeOptions, takeInOne } from '../../harness/intake/intake.ts';
import { makeZip, type ZipPart } from './archives.ts';
import { makeFolder } from './temporary.ts';

async function take(bytes: Buffer, options?: IntakeOptions) {
  const root = await makeFolder({ 'ada.zip': bytes });
  return takeInOne(`${root}/ada.zip`, options);
}

async function accepted(parts: ZipPart[], options?: IntakeOptions) {
  const result = await take(makeZip(parts), options);
  if ('rejected' in result) throw new Error(`rejected: ${result.detail}`);
  return result;
}

async function refused(bytes: Buffer | ZipPart[], options?: IntakeOptions) {
  const result = await take(Buffer.isBuffer(bytes) ? bytes : makeZip(bytes), options);
  if (!('rejected' in result)) throw new Error(`accepted: ${[...result.files.keys()]}`);
  expect(result.id).toBe('ada');
  return result;
}

const text = (bytes: Uint8Array | undefined) => new TextDecoder().decode(bytes);

describe('zip archives', () => {
  it('are unpacked, deflated or stored', async () => {
    const { files, remarks } = await accepted([
      { name: 'exercise1.ts', content: 'export const a = 1;' },
      { name: 'lib/', mode: 0o040755, method: 0 },
      { name: 'lib/utils.ts', content: 'export const b = 2;', method: 0 },
      { name: 'empty.md', content: '' },
    ]);
    expect([...files.keys()]).toEqual(['empty.md', 'exercise1.ts', 'lib/utils.ts']);
    expect(text(files.get('exercise1.ts'))).toBe('export const a = 1;');
    expect(text(files.get('lib/utils.ts'))).toBe('export const b = 2;');
    expect(remarks).toEqual([]);
  });

  it('lose the wrapping folder and what systems leave behind', async () => {
    const { files, remarks } = await accepted([
      { name: 'Ada Lovelace/', mode: 0o040755, method: 0 },
      { name: 'Ada Lovelace/exercise1.ts', content: 'x' },
      { name: 'Ada Lovelace/.DS_Store', content: 'x' },
      { name: 'Ada Lovelace/.git/config', content: 'x' },
      { name: '__MACOSX/Ada Lovelace/._exercise1.ts', content: 'x' },
      { name: 'Ada Lovelace/Thumbs.db', content: 'x' },
      { name: 'Ada Lovelace/node_modules/.bin/x', content: '../y', mode: 0o120777 },
      { name: 'Ada Lovelace/node_modules/x/index.js', content: 'x' },
    ]);
    expect([...files.keys()]).toEqual(['exercise1.ts']);
    expect(remarks).toEqual([
      'Your files lay in the folder Ada Lovelace; they were taken out of it.',
      'node_modules was ignored: the grader brings its own libraries.',
    ]);
  });

  it('may hold other files, with a remark each kind', async () => {
    const { files, remarks } = await accepted([
      { name: 'exercise1.ts', content: 'x' },
      { name: 'a.csv', content: 'x' },
      { name: 'tsconfig.json', content: 'x' },
      { name: 'inner.zip', content: 'x' },
      { name: 'work.ipynb', content: 'x' },
      { name: 'torch.py', content: 'x' },
      { name: 'numpy/core.py', content: 'x' },
    ]);
    expect([...files.keys()]).toEqual(['exercise1.ts']);
    expect(remarks).toEqual([
      'a.csv was ignored: no file of this kind is asked for.',
      'tsconfig.json was ignored: the grader brings its own settings.',
      'inner.zip was ignored: archives inside a submission are not opened.',
      'work.ipynb was ignored: notebooks are not run; please export it as a program file.',
      'torch.py, numpy/core.py were ignored: it has the name of a library.',
    ]);
  });

  it('are read by what they are, not by their name', async () => {
    const { gzipSync } = await import('node:zlib');
    const { message } = await refused(gzipSync('no tar in here, only some text'));
    expect(message).toContain('broken or not a tar archive');
  });

  it('may have names in UTF-8 without saying so, or in CP437', async () => {
    const { files } = await accepted([
      { name: 'é.ts', content: 'x', flags: 0 },
      { name: Buffer.from([0x81, 0x2e, 0x74, 0x73]), content: 'x', flags: 0 },
      { name: 'e\u0301e.ts', content: 'x' },
    ]);
    expect([...files.keys()].sort()).toEqual(['é.ts', 'ée.ts', 'ü.ts'].sort());
  });

  it.each([
    ['../evil.ts', 'leads out of the submission'],
    ['lib/../../evil.ts', 'leads out of the submission'],
    ['..\\evil.ts', 'leads out of the submission'],
    ['.. /evil.ts', 'leads out of the submission'],
    ['/etc/evil.ts', 'is an absolute path'],
    ['\\\\host\\evil.ts', 'is an absolute path'],
    ['C:\\evil.ts', 'is an absolute path'],
    ['a\0.ts', 'contains control characters'],
    ['a\n.ts', 'contains control characters'],
    [`${'d/'.repeat(16)}deep.ts`, 'folders deep'],
    [`${'n'.repeat(401)}.ts`, 'is too long'],
  ])('with the name %j are rejected', async (name, reason) => {
    const { message } = await refused([
      { name: 'exercise1.ts', content: 'x' },
      { name, content: 'evil' },
    ]);
    expect(message).toContain(reason);
  });

  it('with traversal in a folder entry, or in an ignored folder, are rejected', async () => {
    await refused([{ name: '../', mode: 0o040755, method: 0 }]);
    await refused([{ name: '__MACOSX/../../x.ts', content: 'x' }]);
  });

  it('with a symbolic link are rejected', async () => {
    const { message, detail } = await refused([{ name: 'exercise1.ts', content: '/etc/passwd', mode: 0o120777 }]);
    expect(message).toContain('contains a link (exercise1.ts)');
    expect(detail).toContain('120000');
  });

  it('with a device or a pipe are rejected', async () => {
    expect((await refused([{ name: 'a.ts', mode: 0o020644 }])).message).toContain('special file');
    expect((await refused([{ name: 'a.ts', mode: 0o010644 }])).message).toContain('special file');
  });

  it('with a password are rejected', async () => {
    expect((await refused([{ name: 'a.ts', content: 'x', flags: 0x801 }])).message).toContain('password');
    expect((await refused([{ name: 'a.ts', content: 'x', flags: 0x841 }])).message).toContain('password');
  });

  it('with a way of packing that nobody uses are rejected', async () => {
    expect((await refused([{ name: 'a.ts', content: 'x', method: 12 }])).detail).toContain('method 12');
  });

  it('with one name twice, or twice but for case, are rejected', async () => {
    expect(
      (
        await refused([
          { name: 'a.ts', content: '1' },
          { name: 'a.ts', content: '2' },
        ])
      ).message,
    ).toContain('a.ts twice');
    expect((await refused([{ name: 'a.ts' }, { name: './a.ts' }])).message).toContain('a.ts twice');
    expect((await refused([{ name: 'Q.ts' }, { name: 'q.ts' }])).message).toContain('both Q.ts and q.ts');
    expect((await refused([{ name: 'é.ts' }, { name: 'e\u0301.ts' }])).message).toContain('twice');
    expect(
      (await refused([{ name: 'a.ts.' }, { name: 'a.ts' }, { name: 'a.ts ' }, { name: 'a.ts/b.ts' }])).message,
    ).toContain('a.ts');
    expect((await refused([{ name: 'Lib/a.ts' }, { name: 'lib/b.ts' }])).message).toContain('both Lib and lib');
  });

  it('that state a smaller size than they unpack to are rejected, and not unpacked', async () => {
    const { detail } = await refused([{ name: 'a.txt', content: Buffer.alloc(50_000_000), statedSize: 10 }]);
    expect(detail).toContain('another size');
    await refused([{ name: 'a.txt', content: 'abc', statedSize: 4 }]);
    await refused([{ name: 'a.txt', content: 'abc', statedSize: 2, method: 0 }]);
    await refused([{ name: 'a.txt', content: 'abc', statedSize: 0 }]);
  });

  it('that are bombs are rejected before anything is unpacked', async () => {
    const zeros = Buffer.alloc(10_000_000);
    expect((await refused([{ name: 'a.txt', content: zeros }])).detail).toContain('suspected archive bomb');
    const many = Array.from({ length: 8 }, (_, i) => ({
      name: `${i}.txt`,
      content: i ? '' : zeros,
      statedSize: 10_000_000,
    }));
    expect((await refused(many)).message).toContain('too large together');
    expect((await refused([{ name: 'a.txt', content: 'x', statedSize: 0xfffffff0 }])).message).toContain('too large');
  });

  it('whose entries share their data are rejected', async () => {
    const kernel = Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * 7919) % 251));
    const sharing = { statedSize: kernel.length, method: 0, content: kernel, sharesDataOf: 0 };
    const parts = [
      { name: '0.txt', content: kernel, method: 0 },
      ...Array.from({ length: 20 }, (_, i) => ({ name: `${i + 1}.txt`, ...sharing })),
    ];
    expect((await refused(parts)).detail).toContain('overlap');
  });

  it('may be well packed as long as they are small', async () => {
    const { files } = await accepted([{ name: 'zeros.npy', content: Buffer.alloc(4_000_000) }]);
    expect(files.get('zeros.npy')?.length).toBe(4_000_000);
  });

  it('with too many entries or files are rejected', async () => {
    const parts = Array.from({ length: 12 }, (_, i) => ({ name: `${i}.ts`, content: 'x' }));
    expect((await refused(parts, { limits: { entries: 10 } })).message).toContain('more than 10 files and folders');
    expect((await refused(parts, { limits: { files: 10 } })).message).toContain('more than 10 files');
    expect((await accepted(parts, { limits: { files: 12, entries: 12 } })).files.size).toBe(12);
  });

  it('with a wrong checksum are rejected', async () => {
    expect((await refused([{ name: 'a.ts', content: 'abc', statedCrc: 1 }])).detail).toContain('checksum');
  });

  it('that are cut off anywhere are rejected, never half taken', async () => {
    const whole = makeZip([
      { name: 'a.ts', content: 'export const a = 1;' },
      { name: 'b.ts', content: 'let b = 2;' },
    ]);
    for (let length = 0; length < whole.length; length++) await refused(whole.subarray(0, length));
  });

  it('with any one byte changed are rejected or give the same contents', async () => {
    const whole = makeZip([{ name: 'a.ts', content: 'export const a = 1;' }]);
    for (let index = 0; index < whole.length; index++) {
      const changed = Buffer.from(whole);
      changed[index] = changed[index]! ^ 0x55;
      const result = await take(changed);
      if ('rejected' in result) continue;
      for (const content of result.files.values()) expect(text(content)).toBe('export const a = 1;');
    }
  });

  it('that are something else entirely are rejected with clear words', async () => {
    expect((await refused(Buffer.from('<html>not found</html>'))).message).toBe(
      'Your archive is broken or not a ZIP archive. Please pack it again and hand it in anew.',
    );
    expect((await refused(Buffer.alloc(0))).message).toContain('empty (0 bytes)');
  });

  it('larger than allowed are not read', async () => {
    const { message } = await refused(makeZip([{ name: 'a.ts', content: 'x' }]), { limits: { archiveBytes: 50 } });
    expect(message).toContain('too large');
  });
});
