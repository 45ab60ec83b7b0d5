import type { Status } from '../model/status.ts';

/** How a status is to look: a small fixed set, so that templates and style need not know all statuses. */
export type Tone = 'good' | 'part' | 'bad' | 'wait' | 'idle' | 'staff';

export interface StatusWords {
  /** What stands on the badge. */
  label: string;
  /** One character that tells the tones apart without colour. */
  symbol: string;
  tone: Tone;
  /** One sentence for a student, where the criterion itself says nothing (hidden criteria). */
  meaning: string;
}

export const STATUS_WORDS: Record<Status, StatusWords> = {
  'internal-error': {
    label: 'grader error',
    symbol: '⚑',
    tone: 'staff',
    meaning: 'The grader itself failed here. This is not your fault and costs you nothing; the staff will look at it.',
  },
  rejected: { label: 'rejected', symbol: '⊘', tone: 'bad', meaning: 'The hand-in could not be taken in.' },
  'compile-error': { label: 'does not compile', symbol: '!', tone: 'bad', meaning: 'The file could not be compiled.' },
  missing: { label: 'missing', symbol: '∅', tone: 'bad', meaning: 'The file or function was not found.' },
  'protocol-error': {
    label: 'protocol error',
    symbol: '!',
    tone: 'bad',
    meaning: 'The program interfered with the channel over which its results are sent.',
  },
  'memory-limit-exceeded': { label: 'out of memory', symbol: '!', tone: 'bad', meaning: 'It needed too much memory.' },
  'time-limit-exceeded': { label: 'out of time', symbol: '!', tone: 'bad', meaning: 'It took too long.' },
  'output-limit-exceeded': { label: 'too much output', symbol: '!', tone: 'bad', meaning: 'It printed too much.' },
  'runtime-error': { label: 'runtime error', symbol: '!', tone: 'bad', meaning: 'It stopped with an error.' },
  'wrong-answer': { label: 'wrong answer', symbol: '✗', tone: 'bad', meaning: 'The result is not the expected one.' },
  partial: { label: 'partly right', symbol: '◐', tone: 'part', meaning: 'A part of it is right.' },
  skipped: { label: 'skipped', symbol: '–', tone: 'idle', meaning: 'Not looked at: something it needs failed first.' },
  manual: { label: 'by hand', symbol: '✎', tone: 'wait', meaning: 'A person will read this part.' },
  inconclusive: {
    label: 'inconclusive',
    symbol: '≈',
    tone: 'wait',
    meaning: 'The measurement did not decide. This costs you nothing.',
  },
  accepted: { label: 'accepted', symbol: '✓', tone: 'good', meaning: 'This is right.' },
};

/** The words for the state of a whole submission. */
export const SUBMISSION_WORDS: Record<'graded' | 'rejected' | 'internal-error', StatusWords> = {
  graded: { label: 'graded', symbol: '✓', tone: 'good', meaning: 'Graded.' },
  rejected: STATUS_WORDS.rejected,
  'internal-error': STATUS_WORDS['internal-error'],
};
