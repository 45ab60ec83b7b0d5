import { sizeText } from '../intake/limits.ts';
import type { Evidence, Verdict } from '../model/verdict.ts';
import type { ManualCriterion } from '../rubric/schema.ts';
import { findFile, likeFile } from './find.ts';
import type { HandedIn } from './handed-in.ts';
import { kindOf, MOST_BYTES, type Unusable, unusable } from './kinds.ts';
import { examinePdf } from './pdf.ts';
import { examinePng } from './png.ts';
import { showPng } from './show-png.ts';
import { examineText } from './text.ts';

/** Of a text, in a report. */
const MOST_LINES = 200;
const MOST_CHARACTERS = 20_000;

/**
 * What there is for the person who grades this criterion: `manual` with everything shown where each file that is asked for
 * can be used, `missing` without points where none can. Where only some can, the person decides. Pure.
 */
export function judgeHandedIn(
  criterion: ManualCriterion,
  handedIn: HandedIn,
  templates: readonly Uint8Array[],
): Verdict {
  const shown = criterion.files.map((name, index) => show(criterion.id, index, name, handedIn, templates));
  const problems = shown.flatMap(({ problem }) => problem ?? []);
  const missing = shown.length > 0 && problems.length === shown.length;
  const opening = missing ? 'There is nothing here that a person could grade' : 'A person grades this';
  const sentences = problems.map((problem) => `${problem}.`).join(' ');
  return {
    status: missing ? 'missing' : 'manual',
    share: 0,
    summary: problems.length === 0 ? `${opening}; the points are still open.` : `${opening}. ${sentences}`,
    evidence: shown.flatMap(({ evidence }) => evidence),
    files: Object.assign({}, ...shown.map(({ files }) => files)),
  };
}

interface Shown {
  evidence: Evidence[];
  files: Record<string, Uint8Array>;
  /** A sentence without its full stop. */
  problem?: string;
}

function show(id: string, index: number, name: string, handedIn: HandedIn, templates: readonly Uint8Array[]): Shown {
  const file = findFile(name, [...handedIn.keys()]);
  if (file === undefined) return { evidence: [], files: {}, problem: absent(name, [...handedIn.keys()]) };
  const title = file === name ? name : `${file} (asked for: ${name})`;
  const result = showFile(title, file, `${id}-${index + 1}`, handedIn.get(file)!, templates);
  return 'ok' in result ? { evidence: [], files: {}, problem: `${file} ${result.problem}` } : result;
}

function absent(name: string, files: readonly string[]): string {
  const like = likeFile(name, files);
  return `The file ${name} is not in your submission${like === undefined ? '' : `; is ${like} meant?`}`;
}

/** `safeName` is the name of what is made of it, without extension: the rubric's words, none of the student's. */
function showFile(
  title: string,
  file: string,
  safeName: string,
  { size, bytes }: { size: number; bytes?: Uint8Array },
  templates: readonly Uint8Array[],
): Shown | Unusable {
  const kind = kindOf(file);
  if (kind === undefined) return unusable('is of a kind that cannot be shown; .md, .txt, .pdf and .png can');
  if (size > MOST_BYTES[kind] || bytes === undefined) {
    return unusable(`is too large (${sizeText(size)}); it may have ${sizeText(MOST_BYTES[kind])} at most`);
  }
  if (kind === 'png') return showPicture(title, safeName, bytes, templates);
  if (kind === 'pdf') return showPdf(title, safeName, bytes, templates);
  return showText(title, bytes, templates);
}

function showText(title: string, bytes: Uint8Array, templates: readonly Uint8Array[]): Shown | Unusable {
  const examined = examineText(bytes, templates);
  if (!examined.ok) return examined;
  const lines = examined.text.split(/\r\n|\r|\n/);
  const start = lines.slice(0, MOST_LINES).join('\n').slice(0, MOST_CHARACTERS);
  const cut = lines.length > MOST_LINES || start.length === MOST_CHARACTERS;
  const remarks = [
    ...(cut ? [`its beginning; all of it has ${lines.length} lines and ${examined.text.length} characters`] : []),
    ...(examined.remark === undefined ? [] : [examined.remark]),
  ];
  const heading = remarks.length === 0 ? title : `${title}: ${remarks.join('. ')}`;
  return { evidence: [{ kind: 'text', title: heading, text: start }], files: {} };
}

function showPicture(
  title: string,
  safeName: string,
  bytes: Uint8Array,
  templates: readonly Uint8Array[],
): Shown | Unusable {
  const examined = examinePng(bytes, templates);
  if (!examined.ok) return examined;
  const { bytes: png, width, height } = showPng(examined);
  const file = `${safeName}.png`;
  const smaller = width < examined.width || height < examined.height ? ', shown smaller' : '';
  const note = `Handed in with ${examined.width} × ${examined.height} pixels${smaller}.`;
  const pictures = [{ label: 'as handed in', file, width, height }];
  return { evidence: [{ kind: 'pictures', title, pictures, note }], files: { [file]: png } };
}

function showPdf(
  title: string,
  safeName: string,
  bytes: Uint8Array,
  templates: readonly Uint8Array[],
): Shown | Unusable {
  const examined = examinePdf(bytes, templates);
  if (!examined.ok) return examined;
  const file = `${safeName}.pdf`;
  const rows = [
    ['size', sizeText(bytes.length)],
    ['pages', examined.pages ?? 'not known: it is encrypted or packed'],
    ['copied beside this report as', file],
  ];
  const warning = examined.active
    ? ' It holds scripts, attachments or actions that start by themselves: open it only in a viewer that runs none.'
    : ' Open it in a viewer that runs no scripts.';
  const note = `The copy is the student's own file, byte by byte.${warning}`;
  return { evidence: [{ kind: 'table', title, columns: ['', ''], rows, note }], files: { [file]: bytes } };
}
