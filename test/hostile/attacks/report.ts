import { deflateSync } from 'node:zlib';
import { type Attack, atImport, EARNED, inCall, inError, lying, NOT_ACCEPTED, own, RIGHT } from '../attack.ts';

/** Texts that would do something if a report wrote them down as they are. The study looks for them in every report. */
export const PAYLOADS = {
  script: '<script>alert("%TOKEN%")</script>',
  image: '"><img src=x onerror=alert(1)>',
  style: '</style><style>*{display:none}</style>',
  comment: '--><iframe src=//example.com>',
  template: '{{#with this}}{{{constructor.constructor "return process"}}}{{/with}}\x24{7*7}<%= 7*7 %>',
  ansi: '\u001b[2J\u001b[1;1H\u001b]0;title\u0007\u009b31m',
  bidi: '\u202eaccepted\u2066\u200f',
  formula: "=cmd|' /C calc'!A0",
  workflow: '::error file=a::x\n::set-output name=points::10\n##[error]x\n##vso[task.complete result=Succeeded;]',
  xml: ']]></system-out></testcase><testcase name="x"/>',
  markdown: '[click](javascript:alert(1)) ![x](http://example.com/x.png) `x` | y |',
  controls: '\u0000\u0001\u0008\u000b\u007f\u0085\u2028\u2029\ufeff\ud800',
};

const ALL = Object.values(PAYLOADS).join('\n');
const TEXT = JSON.stringify(ALL);

/** Programs and names that want to run in the reports, or to look like something else there. */
export const report: Attack[] = [
  {
    name: 'printed',
    tries: 'prints markup, escape sequences and commands',
    content: atImport(`console.log(${TEXT}); console.error(${TEXT});`),
    outcome: EARNED,
    quick: true,
  },
  {
    name: 'printed-bytes',
    tries: 'prints every byte there is',
    content: atImport('fs.writeSync(1, Buffer.from(Array.from({ length: 256 }, (_, i) => i)));'),
    outcome: EARNED,
  },
  ...Object.entries(PAYLOADS).map(
    ([name, text]): Attack => ({
      name: `thrown-${name}`,
      tries: `throws an error whose message is an attack on reports (${name})`,
      content: inCall(`throw new Error(${JSON.stringify(text)});`),
      outcome: inError('runtime-error'),
      quick: name === 'script' || name === 'ansi',
    }),
  ),
  {
    name: 'error-name',
    tries: 'throws an error whose name and stack are an attack on reports',
    content: inCall(
      `throw Object.assign(new Error('x'), { name: ${TEXT}, stack: 'at f (<script>.ts:1:1)\\nat ' + ${TEXT} });`,
    ),
    outcome: inError('runtime-error'),
  },
  {
    name: 'error-stack',
    tries: 'throws errors with stacks that are slow to search for a place',
    content: inCall("throw Object.assign(new Error('x'), { stack: 'at ' + '('.repeat(4000) });"),
    outcome: inError('runtime-error'),
  },
  {
    name: 'returned-text',
    tries: 'returns markup where a number is expected',
    content: inCall(`return '(' + ${TEXT} + ')';`),
    outcome: inError('wrong-answer'),
  },
  {
    name: 'returned-keys',
    tries: 'returns a record with keys of markup',
    content: lying(
      `export const mdnError = () => ({ ${JSON.stringify(PAYLOADS.script)}: 1, ${JSON.stringify(PAYLOADS.ansi)}: 2, ${JSON.stringify(PAYLOADS.bidi)}: 3 });`,
    ),
    outcome: NOT_ACCEPTED,
  },
  {
    name: 'exports-of-markup',
    tries: 'exports functions whose names are markup',
    content: own(
      `const f = () => 0; export { f as ${JSON.stringify('<script>alert(1)</script>')}, f as ${JSON.stringify('mdnErr\u202eor')} };`,
    ),
    outcome: {
      error: ['missing', 'compile-error'],
      posterior: ['missing', 'compile-error'],
      mu: ['missing', 'compile-error'],
    },
  },
  {
    name: 'compile-error',
    tries: 'has a compile error in a line of markup',
    content: own(`const x = ${TEXT} <script>alert(1)</script> \u202e;`),
    outcome: { error: 'compile-error', posterior: 'compile-error', mu: 'compile-error' },
  },
  {
    name: 'people',
    tries: 'says that its authors are called markup and formulas',
    content: {
      'exercise1.ts': RIGHT,
      'submission.json': JSON.stringify({
        students: Object.values(PAYLOADS).map((text) => ({
          id: text.slice(0, 190),
          name: text.slice(0, 190),
          email: text.slice(0, 190),
        })),
        submittedAt: '2026-01-01T00:00:00+00:00',
      }),
    },
    outcome: EARNED,
    quick: true,
  },
  {
    name: 'grade-of-its-own',
    tries: 'hands in grades for itself in every file that a grader might read',
    content: {
      'exercise1.ts': 'export const mdnError = () => 0;',
      'submission.json': JSON.stringify({
        students: [],
        points: 10,
        status: 'accepted',
        grade: { points: 10 },
        late: { deduction: -5 },
      }),
      'grade.json': '{"points": 10}',
      'grades.json': '{"points": 10}',
      'rubric.yaml': 'points: 0',
      '.gradus-lock': '{}',
      'run.json': '{}',
    },
    outcome: { error: 'wrong-answer', posterior: 'missing', mu: 'missing' },
    quick: true,
  },
  {
    name: 'file-names',
    tries: 'has file names of markup, marks and formulas',
    content: {
      'exercise1.ts': RIGHT,
      '<script>alert(1)<_script>.md': 'x',
      "=cmd|'C calc'!A0.md": 'x',
      '\u202egpj.md': 'x',
      'a"b\'c`d$(touch %TOKEN%).txt': 'x',
      [`${'n'.repeat(250)}.md`]: 'x',
    },
    outcome: EARNED,
  },
  {
    name: 'file-name-with-newline',
    tries: 'has a file name with a line end and a workflow command in it',
    content: { 'exercise1.ts': RIGHT, 'a\n::error::x.md': 'x' },
    outcome: { rejected: /control characters/ },
  },
  {
    name: 'id-markup',
    tries: 'is called markup',
    id: 'r<script>alert(1)<\u2215script>&amp;"\'`',
    content: { 'exercise1.ts': RIGHT },
    outcome: EARNED,
  },
  {
    name: 'id-formula',
    tries: 'is called like a formula',
    id: "=cmd|' C calc'!A0",
    content: { 'exercise1.ts': RIGHT },
    outcome: EARNED,
    quick: true,
  },
  {
    name: 'id-option',
    tries: 'is called like an option of a program',
    id: '--unsafe',
    content: { 'exercise1.ts': RIGHT },
    outcome: EARNED,
  },
  {
    name: 'id-direction',
    tries: 'has marks in its name that turn the text around',
    id: 'report-\u202eecila\u2066',
    content: { 'exercise1.ts': RIGHT },
    outcome: EARNED,
  },
  {
    name: 'id-controls',
    tries: 'has a line end, an escape sequence and a workflow command in its name',
    id: 'report-\n::error::x\u001b[2J\r',
    content: { 'exercise1.ts': RIGHT },
    outcome: EARNED,
    quick: true,
  },
  {
    name: 'id-dots',
    tries: 'is called by dots and spaces',
    id: 'report. . .',
    content: { 'exercise1.ts': RIGHT },
    outcome: EARNED,
  },
  {
    name: 'id-long',
    tries: 'has a name of 255 bytes',
    id: `report-${'ü'.repeat(124)}`,
    content: { 'exercise1.ts': RIGHT },
    outcome: EARNED,
  },
  {
    name: 'id-index',
    tries: 'is called like a file of the reports',
    id: 'index.html',
    content: { 'exercise1.ts': RIGHT },
    outcome: EARNED,
    quick: true,
  },
  {
    name: 'id-grades',
    tries: 'is called like the record of the grades',
    id: 'grades.json',
    content: { 'exercise1.ts': RIGHT },
    outcome: EARNED,
    quick: true,
  },
  {
    name: 'id-observations',
    tries: 'is called like a folder of the grader',
    id: 'observations',
    content: { 'exercise1.ts': RIGHT },
    outcome: EARNED,
  },
  {
    name: 'id-proto',
    tries: 'is called __proto__',
    id: '__proto__',
    content: { 'exercise1.ts': RIGHT },
    outcome: EARNED,
  },
  {
    name: 'id-constructor',
    tries: 'is called constructor',
    id: 'constructor',
    content: { 'exercise1.ts': RIGHT },
    outcome: EARNED,
  },
  {
    name: 'pictures',
    tries: 'hands in a picture with scripts in its text chunks, and a document with a script',
    content: {
      'exercise1.ts': RIGHT,
      'plot.png': png(2, 2, ALL),
      'derivation.pdf': pdf('/OpenAction << /S /JavaScript /JS (app.alert(1)) >>'),
    },
    outcome: EARNED,
    quick: true,
  },
  {
    name: 'picture-bomb',
    tries: 'hands in a small picture that decodes to gigabytes, and a document whose streams do',
    content: { 'exercise1.ts': RIGHT, 'plot.png': pngBomb(60_000, 60_000), 'derivation.pdf': pdfBomb() },
    outcome: EARNED,
    quick: true,
  },
  {
    name: 'picture-lies',
    tries: 'hands in a page and a drawing with scripts under the names of a picture and a document',
    content: {
      'exercise1.ts': RIGHT,
      'plot.png': '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>',
      'derivation.pdf': '<html><script>alert(1)</script>',
    },
    outcome: EARNED,
  },
  {
    name: 'picture-sizes',
    tries: 'hands in a picture whose data end too early, of a size of zero, and with wrong checksums',
    content: { 'exercise1.ts': RIGHT, 'plot.png': png(0, 2 ** 31 - 1, ''), 'derivation.pdf': '%PDF-1.7\n%%EOF' },
    outcome: EARNED,
  },
];

/** A picture of one grey, with a text chunk. ISO/IEC 15948. */
function png(width: number, height: number, text: string): Uint8Array {
  const rows = Math.min(height, 4);
  return pngOf(width, height, deflateSync(Buffer.alloc(rows * (1 + Math.min(width, 16)))), text);
}

/** All of one colour: a thousandth of a thousandth of what it unpacks to. */
function pngBomb(width: number, height: number): Uint8Array {
  return pngOf(width, height, deflateSync(Buffer.alloc(32 << 20), { level: 9 }), '');
}

function pngOf(width: number, height: number, data: Buffer, text: string): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]),
    chunk('IHDR', header),
    chunk('tEXt', Buffer.from(`Comment\0${text}`)),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc(body), body.length + 4);
  return out;
}

function crc(bytes: Uint8Array): number {
  let c = 0xffffffff;
  for (const byte of bytes) {
    c ^= byte;
    for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  }
  return (c ^ 0xffffffff) >>> 0;
}

function pdf(catalogue: string, more = ''): string {
  return `%PDF-1.7\n1 0 obj << /Type /Catalog /Pages 2 0 R ${catalogue} >> endobj\n2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n3 0 obj << /Type /Page /Parent 2 0 R >> endobj\n${more}trailer << /Root 1 0 R >>\n%%EOF\n`;
}

function pdfBomb(): Uint8Array {
  const stream = deflateSync(Buffer.alloc(32 << 20), { level: 9 });
  const head = pdf('', `4 0 obj << /Filter [/FlateDecode /FlateDecode] /Length ${stream.length} >> stream\n`);
  return Buffer.concat([Buffer.from(head, 'latin1'), stream]);
}
