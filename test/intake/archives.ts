import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';

/** One entry of a ZIP archive; everything that a library would refuse to write can be set. */
export interface ZipPart {
  name: string | Buffer;
  content?: string | Buffer;
  method?: number;
  flags?: number;
  /** Unix mode, shifted into the external attributes. */
  mode?: number;
  /** As the archive states them, true or not. */
  statedSize?: number;
  statedPackedSize?: number;
  statedCrc?: number;
  /** Points to the data of the part with this index in place of its own. */
  sharesDataOf?: number;
}

/** A ZIP archive, written byte by byte. */
export function makeZip(parts: readonly ZipPart[], trailer: Buffer = Buffer.alloc(0)): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  const offsets: number[] = [];
  let offset = 0;
  for (const part of parts) {
    const name = Buffer.from(part.name);
    const content = Buffer.from(part.content ?? '');
    const method = part.method ?? 8;
    const packed = method === 8 ? deflateRawSync(content, { level: 9 }) : content;
    const shared = part.sharesDataOf === undefined ? undefined : offsets[part.sharesDataOf];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(part.flags ?? 0x800, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(part.statedCrc ?? crc32(content), 10);
    common.writeUInt32LE(part.statedPackedSize ?? packed.length, 14);
    common.writeUInt32LE(part.statedSize ?? content.length, 18);
    common.writeUInt16LE(name.length, 22);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE((3 << 8) | 20, 4);
    common.copy(central, 6);
    central.writeUInt32LE(((part.mode ?? 0o100644) << 16) >>> 0, 38);
    central.writeUInt32LE(shared ?? offset, 42);
    centrals.push(central, name);
    offsets.push(shared ?? offset);
    if (shared !== undefined) continue;
    const signature = Buffer.from([0x50, 0x4b, 3, 4]);
    locals.push(signature, common, name, packed);
    offset += 30 + name.length + packed.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end, trailer]);
}

export interface TarPart {
  name: string;
  content?: string;
  type?: 'file' | 'link' | 'symlink' | 'directory' | 'fifo' | 'character-device' | 'block-device';
  linkname?: string;
}

export async function makeTar(parts: readonly TarPart[]): Promise<Buffer> {
  const archive = pack();
  for (const { name, content = '', type = 'file', linkname } of parts) {
    const header = {
      name,
      type,
      size: type === 'file' ? Buffer.byteLength(content) : 0,
      ...(linkname ? { linkname } : {}),
    };
    archive.entry(header, type === 'file' ? content : '');
  }
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive as unknown as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export async function makeTarGz(parts: readonly TarPart[]): Promise<Buffer> {
  return gzipSync(await makeTar(parts));
}
