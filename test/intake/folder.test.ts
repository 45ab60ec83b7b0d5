import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { type IntakeOptions, takeInOne } from '../../harness/intake/intake.ts';
import { makeFolder } from './temporary.ts';

async function accepted(root: string, options?: IntakeOptions) {
  const result = await takeInOne(root, options);
  if ('rejected' in result) throw new Error(result.detail);
  return result;
}

describe('a folder', () => {
  it('is read with the folders in it', async () => {
    const root = await makeFolder({ 'exercise1.ts': 'a', 'lib/deep/u.ts': 'b', 'answers.md': 'c', 'plot.PNG': 'd' });
    const { files, hash, remarks } = await accepted(root);
    expect([...files.keys()]).toEqual(['answers.md', 'exercise1.ts', 'lib/deep/u.ts', 'plot.PNG']);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(remarks).toEqual([]);
  });

  it('that is empty gives a submission without files', async () => {
    const { files, remarks } = await accepted(await makeFolder());
    expect(files.size).toBe(0);
    expect(remarks).toEqual(['The submission contains no file that could be graded.']);
  });

  it('loses one or several wrapping folders', async () => {
    const root = await makeFolder({
      'a/b/exercise1.ts': '1',
      'a/b/lib/u.ts': '2',
      'a/notes.docx': '3',
      '.hidden': '4',
    });
    const { files, remarks } = await accepted(root);
    expect([...files.keys()]).toEqual(['exercise1.ts', 'lib/u.ts']);
    expect(remarks[0]).toContain('a/b');
  });

  it('is not left by links, which are named', async () => {
    const root = await makeFolder({ 'exercise1.ts': '1' });
    symlinkSync('/etc/passwd', `${root}/stolen.txt`);
    symlinkSync('/etc', `${root}/etc`);
    symlinkSync('exercise1.ts', `${root}/copy.ts`);
    symlinkSync('.', `${root}/loop`);
    const { files, remarks } = await accepted(root);
    expect([...files.keys()]).toEqual(['exercise1.ts']);
    expect(remarks).toEqual(['copy.ts, etc, loop, stolen.txt were ignored: links are not followed.']);
  });

  it('may hold pipes and sockets, which are not opened', async () => {
    const root = await makeFolder({ 'exercise1.ts': '1' });
    execFileSync('mkfifo', [`${root}/pipe.ts`]);
    const server = createServer().listen(`${root}/socket.ts`);
    await new Promise((resolve) => server.once('listening', resolve));
    const { files, remarks } = await accepted(root);
    await new Promise((resolve) => server.close(resolve));
    expect([...files.keys()]).toEqual(['exercise1.ts']);
    expect(remarks).toEqual(['pipe.ts, socket.ts were ignored: it is not an ordinary file.']);
  });

  it.skipIf(process.platform !== 'linux')('may have names that are not UTF-8, which are named', async () => {
    const root = await makeFolder({ 'exercise1.ts': '1' });
    writeFileSync(Buffer.concat([Buffer.from(`${root}/caf`), Buffer.from([0xe9]), Buffer.from('.ts')]), 'x');
    const { files, remarks } = await accepted(root);
    expect([...files.keys()]).toEqual(['exercise1.ts']);
    expect(remarks).toEqual(['caf%E9.ts was ignored: its name is not UTF-8; please rename it with plain letters.']);
  });

  it.skipIf(process.platform !== 'linux')('with names that differ only in case is rejected', async () => {
    const result = await takeInOne(await makeFolder({ 'q.ts': '1', 'Q.ts': '2' }));
    expect('rejected' in result && result.message).toContain('both Q.ts and q.ts');
  });

  it('with too large or too many files is rejected', async () => {
    const root = await makeFolder({ 'a.ts': 'x'.repeat(100), 'b.ts': 'x'.repeat(100) });
    const message = async (limits: IntakeOptions['limits']) => {
      const result = await takeInOne(root, { limits });
      return 'rejected' in result ? result.message : 'accepted';
    };
    expect(await message({ fileBytes: 99 })).toContain('a.ts is too large');
    expect(await message({ totalBytes: 199 })).toContain('too large together');
    expect(await message({ files: 1 })).toContain('more than 1 files');
    expect(await message({ entries: 1 })).toContain('more than 1 files and folders');
    expect(await message({ fileBytes: 100, totalBytes: 200, files: 2, entries: 2 })).toBe('accepted');
  });

  it('does not read libraries, however many', async () => {
    const root = await makeFolder({
      'exercise1.ts': '1',
      'node_modules/x/index.js': '2',
      'node_modules/y/index.js': '2',
    });
    const { files, remarks } = await accepted(root, { limits: { entries: 2 } });
    expect([...files.keys()]).toEqual(['exercise1.ts']);
    expect(remarks).toEqual(['node_modules was ignored: the grader brings its own libraries.']);
  });

  it('has the same hash again, and another one when a byte or a name changes', async () => {
    const hash = async (files: Record<string, string>) => (await accepted(await makeFolder(files))).hash;
    const one = await hash({ 'a.ts': 'xy', 'b.ts': 'z' });
    expect(await hash({ 'b.ts': 'z', 'a.ts': 'xy', 'ignored.csv': '1' })).toBe(one);
    expect(await hash({ 'a.ts': 'x', 'b.ts': 'yz' })).not.toBe(one);
    expect(await hash({ 'a.ts': 'xy', 'c.ts': 'z' })).not.toBe(one);
    expect(await hash({ 'a.ts': 'xy' })).not.toBe(one);
  });

  it.skipIf(!existsSync('/usr/bin/setpriv'))('that may not be read is rejected, with words for both', async () => {
    const root = await makeFolder({ 'ada/exercise1.ts': '1', 'bob/exercise1.ts': '1', 'eve.zip': 'x' });
    chmodSync(root, 0o755);
    chmodSync(`${root}/ada`, 0o000);
    chmodSync(`${root}/bob/exercise1.ts`, 0o000);
    chmodSync(`${root}/eve.zip`, 0o000);
    // Permissions hold nobody back who is root.
    const intake = new URL('../../harness/intake/intake.ts', import.meta.url).href;
    const program = `import('${intake}').then(async ({ takeIn }) => console.log(JSON.stringify(await takeIn(process.argv[1]))))`;
    const node = [process.execPath, '--import', 'tsx', '--eval', program, root];
    const asNobody =
      process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', ...node] : node;
    const output = execFileSync(asNobody[0]!, asNobody.slice(1), { encoding: 'utf8' });
    chmodSync(`${root}/ada`, 0o755);
    const results = JSON.parse(output);
    expect(results.map(({ id, rejected }: { id: string; rejected: boolean }) => [id, rejected])).toEqual([
      ['ada', true],
      ['bob', true],
      ['eve', true],
    ]);
    for (const { message, detail } of results) {
      expect(message).toContain('not your fault');
      expect(detail).toContain('permission denied');
    }
  });
});
