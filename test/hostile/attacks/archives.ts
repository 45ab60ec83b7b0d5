import { createHash } from 'node:crypto';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { makeTar, makeTarGz, makeZip, type TarPart, type ZipPart } from '../../intake/archives.ts';
import { type Attack, EARNED, type Outcome, RIGHT } from '../attack.ts';

const PROGRAM = { name: 'exercise1.ts', content: RIGHT };
const zip = (...parts: ZipPart[]) => ({ extension: '.zip', make: () => makeZip([PROGRAM, ...parts]) });
const zipOf = (make: () => Buffer) => ({ extension: '.zip', make });
const tarGz = (...parts: TarPart[]) => ({ extension: '.tar.gz', make: () => makeTarGz([PROGRAM, ...parts]) });
const tarOf = (make: () => Buffer | Promise<Buffer>, extension = '.tar') => ({ extension, make });
const rejected = (reason: RegExp): Outcome => ({ rejected: reason });
const MIB = 1 << 20;

/** Archives that lead out of their folder, unpack to too much, or lie. */
export const archives: Attack[] = [
  ...(
    [
      ['parent', '../evil.ts', /leads out/],
      ['parent-inside', 'lib/../../evil.ts', /leads out/],
      ['backslashes', '..\\..\\evil.ts', /leads out/],
      ['dots-and-spaces', '.. /evil.ts', /leads out/],
      ['absolute', '/etc/cron.d/evil', /absolute path/],
      ['drive', 'C:\\evil.ts', /absolute path/],
      ['share', '\\\\host\\share\\evil.ts', /absolute path/],
      ['nul', 'evil.ts\0.md', /control characters/],
      ['line-end', 'evil\n.ts', /control characters/],
      ['escape-sequence', 'evil\u001b[2J.md', /control characters/],
      ['deep-path', `${'d/'.repeat(40)}x.ts`, /folders deep/],
      ['long-path', `${'n'.repeat(60_000)}.ts`, /too long/],
      ['drop-box', '~/../.ssh/authorized_keys', /leads out/],
    ] as const
  ).map(
    ([name, path, reason]): Attack => ({
      name: `zip-${name}`,
      tries: `has an entry called ${JSON.stringify(path.slice(0, 30))}`,
      content: zip({ name: path, content: 'x' }),
      outcome: rejected(reason),
      quick: name === 'parent',
    }),
  ),
  ...(['parent', 'absolute'] as const).map(
    (name): Attack => ({
      name: `tar-${name}`,
      tries: `is a tar with a path that leads out (${name})`,
      content: tarGz({ name: name === 'parent' ? '../../evil.ts' : '/tmp/evil.ts', content: 'x' }),
      outcome: rejected(/leads out|absolute path/),
    }),
  ),
  {
    name: 'zip-link',
    tries: 'is a zip with a symbolic link to a file of the machine',
    content: zip({ name: 'exercise2.ts', content: '/etc/passwd', mode: 0o120777, method: 0 }),
    outcome: rejected(/contains a link/),
    quick: true,
  },
  {
    name: 'zip-link-then-file',
    tries: 'is a zip with a link to a folder and a file that goes through it',
    content: zip({ name: 'd', content: '/tmp', mode: 0o120777, method: 0 }, { name: 'd/evil.ts', content: 'x' }),
    outcome: rejected(/contains a link/),
  },
  {
    name: 'zip-device',
    tries: 'is a zip with a device',
    content: zip({ name: 'dev.ts', content: '', mode: 0o060666 }),
    outcome: rejected(/a device/),
  },
  {
    name: 'tar-link',
    tries: 'is a tar with a symbolic link',
    content: tarGz({ name: 'exercise2.ts', type: 'symlink', linkname: '/etc/passwd' }),
    outcome: rejected(/contains a link/),
  },
  {
    name: 'tar-hard-link',
    tries: 'is a tar with a hard link',
    content: tarGz({ name: 'exercise2.ts', type: 'link', linkname: '/etc/passwd' }),
    outcome: rejected(/contains a link/),
  },
  {
    name: 'tar-device',
    tries: 'is a tar with a device',
    content: tarGz({ name: 'dev.ts', type: 'block-device' }),
    outcome: rejected(/a device/),
  },
  {
    name: 'tar-pipe',
    tries: 'is a tar with a named pipe',
    content: tarGz({ name: 'pipe.ts', type: 'fifo' }),
    outcome: rejected(/a device/),
  },
  {
    name: 'zip-bomb',
    tries: 'unpacks to a thousand times its size',
    content: zip({ name: 'big.md', content: Buffer.alloc(15 * MIB) }),
    outcome: rejected(/far more than its own size/),
    quick: true,
  },
  {
    name: 'zip-lying-size',
    tries: 'states a small size and unpacks to more',
    content: zip({ name: 'big.md', content: Buffer.alloc(15 * MIB), statedSize: 10 }),
    outcome: rejected(/broken/),
  },
  {
    name: 'zip-lying-big',
    tries: 'states a size of four gigabytes',
    content: zip({ name: 'big.md', content: 'x', statedSize: 0xfffffff0 }),
    outcome: rejected(/too large/),
  },
  {
    name: 'zip-lying-packed',
    tries: 'states a packed size beyond its end',
    content: zip({ name: 'big.md', content: 'x', statedPackedSize: 0x7ffffff0 }),
    outcome: rejected(/broken/),
  },
  {
    name: 'zip-overlapping',
    tries: 'has 400 entries over the same quarter of a megabyte',
    content: zipOf(() => {
      const part = (i: number): ZipPart => ({ name: `a${i}.md`, content: shared, method: 0 });
      const shared = noise(1 << 18);
      return makeZip([
        PROGRAM,
        part(0),
        ...Array.from({ length: 400 }, (_, i) => ({ ...part(i + 1), sharesDataOf: 1 })),
      ]);
    }),
    outcome: rejected(/overlap|too large|broken/),
  },
  {
    name: 'zip-many-entries',
    tries: 'has 60,000 entries',
    content: zipOf(() =>
      makeZip([PROGRAM, ...Array.from({ length: 60_000 }, (_, i) => ({ name: `f${i}.md`, method: 0 }))]),
    ),
    outcome: rejected(/more than (?:500 files|20000 files and folders)/),
  },
  {
    name: 'zip-million-entries',
    tries: 'states a million entries that are not there',
    content: zipOf(() =>
      patched(makeZip([PROGRAM]), (end) => {
        end.writeUInt16LE(0xfffe, 8);
        end.writeUInt16LE(0xfffe, 10);
      }),
    ),
    outcome: rejected(/broken/),
  },
  {
    name: 'zip-nested',
    tries: 'has archives in archives, ten deep',
    content: zipOf(() => {
      let inner = makeZip([PROGRAM]);
      for (let i = 0; i < 10; i++) inner = makeZip([PROGRAM, { name: 'inner.zip', content: inner }]);
      return inner;
    }),
    outcome: EARNED,
    quick: true,
  },
  {
    name: 'zip-quine',
    tries: 'contains itself',
    content: zipOf(quine),
    outcome: rejected(/broken|contains no|cannot|far more/),
  },
  {
    name: 'zip-twice',
    tries: 'has its program twice, so that it may be chosen which one counts',
    content: zip({ name: 'exercise1.ts', content: 'throw 1' }),
    outcome: rejected(/twice/),
  },
  {
    name: 'zip-case',
    tries: 'has names that differ in case',
    content: zip({ name: 'EXERCISE1.TS', content: 'x' }),
    outcome: rejected(/same name on many systems/),
  },
  {
    name: 'zip-composed',
    tries: 'has names that differ in how an accent is written',
    content: zip({ name: 'é.md', content: 'x' }, { name: 'e\u0301.md', content: 'x' }),
    outcome: rejected(/twice|same name/),
  },
  {
    name: 'zip-file-as-folder',
    tries: 'has a file that is a folder, too',
    content: zip({ name: 'exercise1.ts/x.md', content: 'x' }),
    outcome: rejected(/same name|twice/),
  },
  {
    name: 'zip-encrypted',
    tries: 'is protected by a password',
    content: zip({ name: 'secret.md', content: 'x', flags: 0x801 }),
    outcome: rejected(/password/),
  },
  {
    name: 'zip-strongly-encrypted',
    tries: 'claims strong encryption',
    content: zip({ name: 'secret.md', content: 'x', flags: 0x841 }),
    outcome: rejected(/password/),
  },
  {
    name: 'zip-method',
    tries: 'is packed in a way that nobody knows',
    content: zip({ name: 'x.md', content: 'x', method: 99 }),
    outcome: rejected(/way of packing|password/),
  },
  {
    name: 'zip-checksum',
    tries: 'has a wrong checksum',
    content: zip({ name: 'x.md', content: 'x', statedCrc: 1 }),
    outcome: rejected(/broken/),
  },
  {
    name: 'zip-64',
    tries: 'claims sizes of 16 exabytes by the 64-bit fields',
    content: zipOf(() =>
      patched(makeZip([PROGRAM]), (end) => {
        end.writeUInt32LE(0xffffffff, 12);
        end.writeUInt32LE(0xffffffff, 16);
        end.writeUInt16LE(0xffff, 10);
      }),
    ),
    outcome: rejected(/broken/),
  },
  {
    name: 'zip-prefix',
    tries: 'begins with another program, as self-extracting archives do',
    content: zipOf(() => Buffer.concat([Buffer.from('#!/bin/sh\nrm -rf /\n'), makeZip([PROGRAM])])),
    outcome: rejected(/broken/),
  },
  {
    name: 'zip-comment',
    tries: 'has a comment with another archive in it',
    content: zipOf(() => {
      const inner = makeZip([{ name: 'exercise1.ts', content: 'throw 1' }]);
      return patched(makeZip([PROGRAM], inner), (end) => end.writeUInt16LE(inner.length, 20), inner.length);
    }),
    outcome: rejected(/broken/),
  },
  {
    name: 'zip-cut',
    tries: 'ends in the middle',
    content: zipOf(() => makeZip([PROGRAM]).subarray(0, 300)),
    outcome: rejected(/broken/),
  },
  {
    name: 'zip-noise',
    tries: 'is noise under the name of an archive',
    content: zipOf(() => noise(100_000)),
    outcome: rejected(/broken/),
  },
  { name: 'zip-empty', tries: 'is empty', content: zipOf(() => Buffer.alloc(0)), outcome: rejected(/empty/) },
  {
    name: 'zip-end-alone',
    tries: 'is the end of an archive, and nothing else',
    content: zipOf(() => makeZip([])),
    outcome: { error: 'missing', posterior: 'missing', mu: 'missing' },
  },
  {
    name: 'zip-encodings',
    tries: 'has names in three encodings, a mark among them that turns the text around',
    content: zip(
      { name: Buffer.from([0x81, 0x2e, 0x6d, 0x64]), content: 'x', flags: 0 },
      { name: Buffer.from([0xff, 0xfe, 0x61, 0x2e, 0x6d, 0x64]), content: 'x' },
      { name: '\u202edm.md', content: 'x' },
    ),
    outcome: EARNED,
  },
  {
    name: 'zip-huge',
    tries: 'is larger than any archive may be',
    content: zipOf(() => Buffer.alloc(65 * MIB)),
    outcome: rejected(/too large/),
  },
  {
    name: 'gzip-bomb',
    tries: 'is a tar that unpacks to 600 MB',
    content: tarOf(gzipBomb, '.tar.gz'),
    outcome: rejected(/far more|too large/),
    quick: true,
  },
  {
    name: 'gzip-of-gzip',
    tries: 'is packed twice',
    content: tarOf(async () => gzipSync(await makeTarGz([PROGRAM])), '.tar.gz'),
    outcome: rejected(/broken/),
  },
  {
    name: 'gzip-cut',
    tries: 'is a tar that ends in the middle',
    content: tarOf(async () => (await makeTarGz([PROGRAM])).subarray(0, 400), '.tar.gz'),
    outcome: rejected(/broken/),
  },
  {
    name: 'tar-lying-size',
    tries: 'is a tar whose entry claims eight gigabytes',
    content: tarOf(async () => resized(await makeTar([PROGRAM, { name: 'big.md', content: 'x' }]), 1, '77777777777')),
    outcome: rejected(/too large/),
  },
  {
    name: 'tar-negative-size',
    tries: 'is a tar whose entry claims a negative size',
    content: tarOf(async () =>
      resized(
        await makeTar([PROGRAM, { name: 'big.md', content: 'x' }]),
        1,
        Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00]),
      ),
    ),
    outcome: rejected(/broken|too large|cannot/),
  },
  {
    name: 'tar-checksum',
    tries: 'is a tar with a wrong checksum',
    content: tarOf(async () => {
      const bytes = await makeTar([PROGRAM]);
      bytes[0] = 0x78;
      return bytes;
    }),
    outcome: rejected(/broken/),
  },
  {
    name: 'tar-pax-path',
    tries: 'is a tar whose extended header gives an entry another path',
    content: tarOf(() => pax('path', '/etc/cron.d/evil')),
    outcome: rejected(/absolute path/),
    quick: true,
  },
  {
    name: 'tar-pax-link',
    tries: 'is a tar whose extended header makes links',
    content: tarOf(() => pax('linkpath', '/etc/passwd')),
    outcome: EARNED,
  },
  {
    name: 'tar-pax-size',
    tries: 'is a tar whose extended header gives an entry a size of a terabyte',
    content: tarOf(() => pax('size', '1099511627776')),
    outcome: rejected(/too large|broken/),
  },
  {
    name: 'tar-pax-huge',
    tries: 'is a tar with an extended header of 30 MB',
    content: tarOf(() => pax('comment', 'x'.repeat(30 * MIB))),
    outcome: { rejected: /broken|too large|far more/ },
  },
  {
    name: 'tar-sparse',
    tries: 'is a tar with a sparse file of a terabyte',
    content: tarOf(async () => retyped(await makeTar([PROGRAM, { name: 'big.md', content: 'x' }]), 1, 'S')),
    outcome: rejected(/a device or another special file|broken/),
  },
  {
    name: 'tar-unknown-type',
    tries: 'is a tar with an entry of a kind that does not exist',
    content: tarOf(async () => retyped(await makeTar([PROGRAM, { name: 'big.md', content: 'x' }]), 1, 'Z')),
    outcome: rejected(/special file|broken/),
  },
  {
    name: 'tar-gnu-long-name',
    tries: 'is a tar with a name of ten megabytes in GNU’s way',
    content: tarOf(async () =>
      retyped(await makeTar([{ name: '././@LongLink', content: 'n'.repeat(10 * MIB) }, PROGRAM]), 0, 'L'),
    ),
    outcome: rejected(/too long|broken|cannot be used/),
  },
  {
    name: 'tar-global',
    tries: 'is a tar whose global header renames everything',
    content: tarOf(async () => retyped(await pax('path', '../evil.ts'), 0, 'g')),
    // A header for all entries that follow is not heeded: each keeps its own name.
    outcome: { ...EARNED },
  },
  {
    name: 'other-kind',
    tries: 'is an archive of a kind that is not opened',
    content: tarOf(() => Buffer.from('Rar!'), '.rar'),
    outcome: rejected(/of a kind that the grader does not open/),
  },
];

/** Bytes that nothing can pack: a hash in counter mode. */
function noise(size: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(size / 32) }, (_, i) =>
    createHash('sha256').update(String(i)).digest(),
  );
  return Buffer.concat(blocks, size);
}

/** Changes the end record of an archive that ends with it, but for `trailer` bytes. */
function patched(bytes: Buffer, change: (end: Buffer) => void, trailer = 0): Buffer {
  change(bytes.subarray(bytes.length - trailer - 22));
  return bytes;
}

/** Zeros to the end, under a header that says so. */
function gzipBomb(): Buffer {
  const zeros = gzipSync(Buffer.alloc(100 * MIB), { level: 9 });
  // Members of one gzip file may follow each other (RFC 1952).
  return Buffer.concat(Array.from({ length: 6 }, () => zeros));
}

/**
 * An archive whose one entry holds, by a deflate block that copies from before, the archive's own beginning: a step on the
 * way of R. Cox's “Zip files all the way down”; its checksum cannot be right.
 */
function quine(): Buffer {
  const head = makeZip([{ name: 'quine.zip', content: Buffer.alloc(0), statedSize: 400 }]);
  const body = deflateRawSync(head);
  return makeZip([
    { name: 'exercise1.ts', content: RIGHT, statedSize: RIGHT.length },
    { name: 'quine.md', content: body, method: 8, statedCrc: 0, statedSize: head.length },
  ]);
}

/** Start of the n-th header of a tar. */
function headerAt(bytes: Buffer, n: number): number {
  let at = 0;
  for (let i = 0; i < n; i++)
    at += 512 + Math.ceil(Number.parseInt(bytes.toString('latin1', at + 124, at + 135), 8) / 512) * 512;
  return at;
}

/** With the checksum put right: the sum of all bytes of a header, those of the checksum taken for spaces. */
function mended(bytes: Buffer, at: number): Buffer {
  bytes.fill(0x20, at + 148, at + 156);
  const sum = bytes.subarray(at, at + 512).reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148, 'latin1');
  return bytes;
}

function resized(bytes: Buffer, n: number, size: string | Buffer): Buffer {
  const at = headerAt(bytes, n);
  Buffer.from(size).copy(bytes, at + 124);
  return mended(bytes, at);
}

function retyped(bytes: Buffer, n: number, type: string): Buffer {
  const at = headerAt(bytes, n);
  bytes.write(type, at + 156, 'latin1');
  return mended(bytes, at);
}

/** A program, and before it an extended header with one record (POSIX pax). */
async function pax(key: string, value: string): Promise<Buffer> {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length + 1;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return retyped(await makeTar([{ name: 'PaxHeader/x', content: `${length}${rest}` }, PROGRAM]), 0, 'x');
}
