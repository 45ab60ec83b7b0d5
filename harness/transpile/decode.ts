export type Decoded = { ok: true; text: string } | { ok: false; message: string };

/** Source text of a program: UTF-8, with or without a byte order mark. The message completes "question1.ts …". */
export function decodeSource(bytes: Uint8Array): Decoded {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return { ok: false, message: 'is saved as UTF-16; please save it as UTF-8' };
  }
  // A NUL never stands in source text; UTF-16 without a mark is full of them.
  if (bytes.includes(0)) {
    return {
      ok: false,
      message: 'is not a text file (it contains NUL bytes); please hand in the source code, saved as UTF-8',
    };
  }
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { ok: false, message: 'is not valid UTF-8; please save it with the encoding UTF-8' };
  }
}
