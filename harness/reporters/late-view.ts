import type { SubmissionGrade } from '../model/grade.ts';
import { showDate } from './people.ts';

/** What the late policy did, as pairs of a name and a value. */
export interface LateView {
  heading: string;
  facts: { name: string; value: string }[];
}

const ISO_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d/;

/** The policy's record is free: its names are shown as words, its times as times. */
export function lateView(late: SubmissionGrade['late']): LateView | null {
  const entries = Object.entries(late ?? {}).filter(([, value]) => value !== null && value !== undefined);
  if (entries.length === 0) return null;
  return {
    heading: entries.some(([name]) => name === 'note') ? 'Time of hand-in' : 'Handed in late',
    facts: entries.map(([name, value]) => ({ name: words(name), value: shown(value) })),
  };
}

/** `pointsBefore` → "points before". */
function words(name: string): string {
  return name.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function shown(value: unknown): string {
  if (typeof value === 'string') return ISO_TIME.test(value) ? showDate(value) : value;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
