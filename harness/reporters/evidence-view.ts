import type { CriterionGrade } from '../model/grade.ts';
import type { Cell } from '../model/verdict.ts';
import { type Capped, cap } from './cap.ts';
import { type LineChart, lineChart } from './line-chart.ts';
import { alignDecimals, digitsToTellApart, formatNumber, formatTable } from './numbers.ts';

type Evidence = CriterionGrade['evidence'][number];
type MatrixEvidence = Extract<Evidence, { kind: 'matrix' }>;

/** Bytes of a picture of this submission, or undefined where it is not there. */
export type Pictures = (file: string) => Uint8Array | undefined;

/** One piece of evidence as the template writes it down: exactly one of the five parts is there. */
export interface EvidenceView {
  title: string;
  note: string | null;
  table: TableView | null;
  matrix: MatrixView | null;
  chart: LineChart | null;
  pictures: PictureView[] | null;
  text: Capped | null;
}

export interface TableView {
  columns: { name: string; numeric: boolean }[];
  rows: { text: string; numeric: boolean }[][];
}

export interface MatrixView {
  columns: number[];
  rows: { index: number; cells: { text: string; worst: boolean }[] }[];
  /** `[row, column]`, counted from 0 as in the student's program. */
  worst: string | null;
}

export interface PictureView {
  label: string;
  alt: string;
  /** A data: URI; null where the file is not there or not a PNG. */
  source: string | null;
  width: number;
  height: number;
}

const MOST_ROWS = 100;
const MOST_COLUMNS = 24;
/** A larger matrix shows the part around its worst entry. */
const MATRIX_WINDOW = 12;
const TEXT_LIMIT = 12_000;
const PICTURE_SIDE = 168;
const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

export function evidenceViews(evidence: readonly Evidence[], pictures: Pictures): EvidenceView[] {
  return evidence.map((piece) => evidenceView(piece, evidence, pictures));
}

function evidenceView(piece: Evidence, all: readonly Evidence[], pictures: Pictures): EvidenceView {
  const { title } = piece;
  const blank = { title, note: null, table: null, matrix: null, chart: null, pictures: null, text: null };
  switch (piece.kind) {
    case 'table':
      return { ...blank, ...tableView(piece.columns, piece.rows, piece.note) };
    case 'matrix':
      return { ...blank, ...matrixView(piece, sameShape(piece, all)) };
    case 'series':
      return { ...blank, chart: lineChart(piece.x, piece.y, piece.series) };
    case 'pictures': {
      const views = piece.pictures.map((picture) => pictureView(picture, title, pictures));
      return { ...blank, note: piece.note ?? null, pictures: views };
    }
    case 'text':
      return { ...blank, text: cap(piece.text, TEXT_LIMIT) };
  }
}

function tableView(columns: readonly string[], rows: readonly (readonly Cell[])[], note?: string) {
  const shownColumns = columns.slice(0, MOST_COLUMNS);
  const formatted = formatTable(rows.slice(0, MOST_ROWS), shownColumns.length);
  const notes = note === undefined ? [] : [note];
  if (rows.length > MOST_ROWS) notes.push(`The first ${MOST_ROWS} of ${rows.length} rows.`);
  if (columns.length > MOST_COLUMNS) notes.push(`The first ${MOST_COLUMNS} of ${columns.length} columns.`);
  return {
    note: notes.length === 0 ? null : notes.join(' '),
    table: {
      columns: shownColumns.map((name, i) => ({ name, numeric: formatted.numeric[i]! })),
      rows: formatted.rows.map((row) => row.map((text, i) => ({ text, numeric: formatted.numeric[i]! }))),
    },
  };
}

/** Matrices that one will lay side by side: all of the same shape in the same criterion. */
function sameShape(matrix: MatrixEvidence, evidence: readonly Evidence[]): MatrixEvidence[] {
  return evidence
    .filter((other) => other.kind === 'matrix')
    .filter(({ rows }) => rows.length === matrix.rows.length && rows[0]?.length === matrix.rows[0]?.length);
}

function matrixView(
  matrix: MatrixEvidence,
  alike: readonly MatrixEvidence[],
): { note: string | null; matrix: MatrixView } {
  const [worstRow, worstColumn] = matrix.highlight ?? [-1, -1];
  const height = matrix.rows.length;
  const width = matrix.rows.reduce((most, row) => Math.max(most, row.length), 0);
  const rows = windowAround(worstRow, height);
  const columns = windowAround(worstColumn, width);
  const worstEntries = alike.map((other) => other.rows[worstRow]?.[worstColumn]);
  const digits = digitsToTellApart(
    worstEntries.filter((entry) => typeof entry === 'number'),
    5,
  );
  const text = rows.map((i) => columns.map((j) => formatEntry(matrix.rows[i]![j], digits)));
  for (const j of columns.keys()) {
    const aligned = alignDecimals(text.map((row) => row[j]!));
    for (const [i, row] of text.entries()) row[j] = aligned[i]!;
  }
  const cut = rows.length < height || columns.length < width;
  return {
    note: cut ? `A part of the ${height} × ${width} matrix.` : null,
    matrix: {
      columns,
      rows: rows.map((index, i) => ({
        index,
        cells: columns.map((j, k) => ({ text: text[i]![k]!, worst: index === worstRow && j === worstColumn })),
      })),
      worst: matrix.highlight === undefined ? null : `[${worstRow}, ${worstColumn}]`,
    },
  };
}

/** At most MATRIX_WINDOW indices of [0, length) with `centre` among them, as far in the middle as it goes. */
function windowAround(centre: number, length: number): number[] {
  const size = Math.min(length, MATRIX_WINDOW);
  const start = Math.max(0, Math.min(centre - (size >> 1), length - size));
  return Array.from({ length: size }, (_, i) => start + i);
}

function formatEntry(entry: number | string | undefined, digits: number): string {
  if (entry === undefined) return '';
  return typeof entry === 'number' ? formatNumber(entry, digits) : entry;
}

function pictureView(
  picture: { label: string; file: string; width: number; height: number },
  title: string,
  pictures: Pictures,
): PictureView {
  const bytes = pictures(picture.file);
  const isPng = bytes !== undefined && PNG_SIGNATURE.equals(bytes.subarray(0, PNG_SIGNATURE.length));
  // A whole factor keeps every pixel of the picture a square of the same size.
  const factor = Math.max(1, Math.floor(PICTURE_SIDE / Math.max(picture.width, picture.height, 1)));
  return {
    label: picture.label,
    alt: `${title}: ${picture.label}, ${picture.width} by ${picture.height} pixels`,
    source: isPng ? `data:image/png;base64,${Buffer.from(bytes).toString('base64')}` : null,
    width: picture.width * factor,
    height: picture.height * factor,
  };
}
