import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type IntakeOptions, takeInOne } from '../../harness/intake/intake.ts';
import { makeTar, makeTarGz, type TarPart } from './archives.ts';
import { makeFolder } from './temporary.ts';

async function take(bytes: Buffer, options?: IntakeOptions, name = 'ada.tar.gz') {
  const root = await makeFolder({ [name]: bytes });
  return takeInOne(`${root}/${name}`, options);
}

async function refused(parts: TarPart[] | Buffer, options?: IntakeOptions) {
  const result = await take(Buffer.isBuffer(parts) ? parts : await makeTarGz(parts), options);
  if (!('rejected' in result)) throw new Error(`accepted: ${[...result.files.keys()]}`);
  return result;
}

const good: TarPart[] = [
  { name: './sheet/', type: 'directory' },
  { name: './sheet/exercise1.ts', content: 'export const a = 1;' },
  { name: './sheet/lib/utils.ts', content: 'export const b = 2;' },
  { name: './sheet/.DS_Store', content: 'x' },
];

describe('tar archives', () => {
  it.each(['ada.tar.gz', 'ada.tgz', 'ada.zip'])('are unpacked as %s', async (name) => {
    const result = await take(await makeTarGz(good), {}, name);
    if ('rejected' in result) throw new Error(result.detail);
    expect(result.id).toBe('ada');
    expect([...result.files.keys()]).toEqual(['exercise1.ts', 'lib/utils.ts']);
    expect(new TextDecoder().decode(result.files.get('lib/utils.ts'))).toBe('export const b = 2;');
  });

  it('need not be compressed', async () => {
    const result = await take(await makeTar(good), {}, 'ada.tar');
    expect('files' in result && result.files.size).toBe(2);
  });

  it('give the same hash as the same files in any order', async () => {
    const [a, b] = await Promise.all([take(await makeTarGz(good)), take(await makeTarGz([...good].reverse()))]);
    expect('hash' in a && 'hash' in b && a.hash === b.hash).toBe(true);
  });

  it('may have long names', async () => {
    const name = `${'a'.repeat(90)}/${'b'.repeat(90)}/${'ü'.repeat(60)}.ts`;
    const result = await take(
      await makeTarGz([
        { name, content: 'x' },
        { name: 'q.ts', content: 'y' },
      ]),
    );
    expect('files' in result && [...result.files.keys()]).toContain(name);
  });

  it.each(['../evil.ts', '/etc/evil.ts', 'a/../../evil.ts', '..'])('with the name %j are rejected', async (name) => {
    await refused([...good, { name, content: 'x' }]);
    await refused([...good, { name: `${name}/`, type: 'directory' }]);
  });

  it.each(['link', 'symlink', 'fifo', 'character-device', 'block-device'] as const)(
    'with a %s are rejected',
    async (type) => {
      const { message } = await refused([...good, { name: 'sheet/x.ts', type, linkname: '/etc/passwd' }]);
      expect(message).toMatch(/contains a (link|device)/);
    },
  );

  it('may have links where nobody looks', async () => {
    const result = await take(
      await makeTarGz([...good, { name: 'sheet/node_modules/.bin/x', type: 'symlink', linkname: '../y' }]),
    );
    expect('files' in result).toBe(true);
  });

  it('with one name twice are rejected', async () => {
    await refused([
      { name: 'a.ts', content: '1' },
      { name: './a.ts', content: '2' },
    ]);
    await refused([
      { name: 'a.ts', content: '1' },
      { name: 'A.ts', content: '2' },
    ]);
  });

  it('that are cut off anywhere are rejected', async () => {
    const whole = await makeTarGz(good);
    for (let length = 0; length < whole.length - 8; length += 7) await refused(whole.subarray(0, length));
    const plain = await makeTar(good);
    await refused(gzipSync(plain.subarray(0, 600)));
    await refused(gzipSync(plain.subarray(0, 1100)));
  });

  it('that unpack to too much are rejected on the way, also in an ignored file', async () => {
    const bomb = await makeTarGz([{ name: 'node_modules/zeros.txt', content: '\0'.repeat(3_000_000) }]);
    const { detail } = await refused(bomb, { limits: { streamBytes: 1_000_000 } });
    expect(detail).toContain('suspected archive bomb');
    const large = await makeTarGz([{ name: 'zeros.txt', content: '\0'.repeat(3_000_000) }]);
    expect((await refused(large, { limits: { fileBytes: 1_000_000 } })).message).toContain('too large');
  });

  it('with a broken header are rejected', async () => {
    const plain = await makeTar(good);
    plain[0] = plain[0]! ^ 1;
    expect((await refused(gzipSync(plain))).message).toContain('broken');
  });

  it('with names that are not UTF-8 lose those files, with a remark', async () => {
    const plain = await makeTar([
      { name: 'caf_.ts', content: 'x' },
      { name: 'ok.ts', content: 'y' },
    ]);
    plain[3] = 0xe9;
    // The header's checksum, with its own field counted as spaces.
    const header = Buffer.from(plain.subarray(0, 512));
    header.fill(0x20, 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    plain.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    const result = await take(gzipSync(plain));
    if ('rejected' in result) throw new Error(result.detail);
    expect([...result.files.keys()]).toEqual(['ok.ts']);
    expect(result.remarks.join()).toContain('not UTF-8');
  });
});
