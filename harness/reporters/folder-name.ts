import { createHash } from 'node:crypto';

/** What the output folder itself holds. */
const TAKEN = new Set(['index.html', 'grades.csv', 'grades.json', 'run.json', 'observations', 'submissions']);
/** Names of devices on Windows, with any extension. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;
/** Letters and digits of any script, and marks of punctuation that no file system and no shell's globbing minds. */
const SAFE = /[\p{L}\p{N} _.,@+=-]/u;
/** Bytes; file systems allow 255, and a temporary file's name must fit. */
const LONGEST = 160;

/**
 * The folder of each submission: id → one path segment. Ids stay as they are where they can; unsafe characters are
 * percent-encoded. No two ids share a folder, also where the file system ignores case or normalises Unicode.
 */
export function folderNames(ids: Iterable<string>): Map<string, string> {
  const names = new Map<string, string>();
  const folded = new Map<string, string[]>();
  for (const id of ids) {
    if (names.has(id)) continue;
    const name = encode(id);
    names.set(id, name);
    const key = fold(name);
    const group = folded.get(key);
    if (group === undefined) folded.set(key, [id]);
    else group.push(id);
  }
  for (const [key, group] of folded) {
    if (group.length === 1) continue;
    for (const id of group) {
      const name = names.get(id)!;
      // `~` is always encoded in ids, so a suffix cannot collide with a plain name.
      if (name !== key) names.set(id, `${name}~${digest(id)}`);
    }
  }
  return names;
}

function encode(id: string): string {
  if (id === '') return '%';
  const characters = [...id];
  const encoded = characters.map((character, i) => {
    const first = i === 0 && /[.\- ]/.test(character);
    const last = i === characters.length - 1 && /[. ]/.test(character);
    const safe = SAFE.test(character) && character === character.normalize('NFC') && !first && !last;
    return safe ? character : escaped(character);
  });
  if (TAKEN.has(id.toLowerCase()) || DEVICE.test(id)) encoded[0] = escaped(characters[0]!);
  const name = encoded.join('');
  if (Buffer.byteLength(name) <= LONGEST) return name;
  return `${shorten(name)}~~${digest(id)}`;
}

/** `%` and the bytes of UTF-8 in lower-case hexadecimal; `%u` and the code unit for half a surrogate pair. */
function escaped(character: string): string {
  const code = character.codePointAt(0)!;
  if (code >= 0xd800 && code <= 0xdfff) return `%u${code.toString(16)}`;
  return [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
}

function shorten(name: string): string {
  let kept = '';
  for (const character of name) {
    if (Buffer.byteLength(kept + character) > LONGEST / 2) break;
    kept += character;
  }
  return kept;
}

/** Equal for names that some file system takes for the same; rather for too many than for too few. */
function fold(name: string): string {
  return name.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
}

function digest(id: string): string {
  return createHash('sha256').update(id, 'utf16le').digest('hex').slice(0, 12);
}
