import type { Status } from './status.ts';

/** A cell of an evidence table: numbers are formatted by the reporter. */
export type Cell = string | number | null;

/** What a verdict rests on. Data only, never markup: reporters decide how it looks. */
export type Evidence =
  | { kind: 'table'; title: string; columns: string[]; rows: Cell[][]; note?: string }
  | { kind: 'matrix'; title: string; rows: number[][]; highlight?: [row: number, column: number] }
  | { kind: 'series'; title: string; x: string; y: string; series: { name: string; points: [number, number][] }[] }
  | {
      kind: 'pictures';
      title: string;
      pictures: { label: string; file: string; width: number; height: number }[];
      note?: string;
    }
  | { kind: 'text'; title: string; text: string };

/** What a check says of an observation. */
export interface Verdict {
  status: Status;
  /** Share of the criterion's points, 0 to 1: 1 for accepted, 0 for the failures. */
  share: number;
  /** One plain sentence for the student. */
  summary: string;
  /** The known mistake that the result agrees with, if exactly one does. */
  mistake?: { id: string; message: string; hint?: string };
  evidence: Evidence[];
  /** PNG bytes of pictures that the evidence names by file. */
  files?: Record<string, Uint8Array>;
}
