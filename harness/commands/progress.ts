import type { Progress } from '../grading/types.ts';
import { visible, visibleLine } from '../reporters/visible.ts';

export interface ProgressView {
  show(progress: Progress): void;
  note(text: string): void;
  close(): void;
}

/** Progress on standard error: a live bar with the estimated end on a terminal, else a line for each submission. */
export function makeProgress(): ProgressView {
  return process.stderr.isTTY && process.env.CI === undefined ? liveBar() : lines();
}

function lines(): ProgressView {
  let total = 0;
  let done = 0;
  return {
    show(progress) {
      if (progress.kind === 'start') total = progress.total;
      if (progress.kind === 'done') done += 1;
      console.error(describe(progress, done, total));
    },
    note: (text) => console.error(text),
    close: () => {},
  };
}

function liveBar(): ProgressView {
  let total = 0;
  let done = 0;
  let ran = 0;
  let started = 0;
  const write = (text: string): void => void process.stderr.write(`\r\u001b[2K${text}`);
  return {
    show(progress) {
      if (progress.kind === 'start') {
        total = progress.total;
        started = performance.now();
        write('');
        console.error(describe(progress, done, total));
      } else if (progress.kind === 'note') {
        write('');
        console.error(describe(progress, done, total));
      } else if (progress.kind === 'reference') write(describe(progress, done, total));
      else if (progress.kind === 'done') {
        done += 1;
        if (!progress.stored) ran += 1;
        write(
          `${bar(done, total)} ${done}/${total}${remaining(started, ran, total - done)}  ${clip(visibleLine(progress.id))}`,
        );
      } else write('Writing reports …');
    },
    note(text) {
      write('');
      console.error(text);
    },
    close: () => write(''),
  };
}

const BAR_WIDTH = 24;
const NAME_WIDTH = 30;

/** By characters, not code units: half a pair is no character. */
function clip(name: string): string {
  return [...name].slice(0, NAME_WIDTH).join('');
}

function bar(done: number, total: number): string {
  const filled = Math.round((BAR_WIDTH * done) / Math.max(1, total));
  return `[${'█'.repeat(filled)}${'·'.repeat(BAR_WIDTH - filled)}]`;
}

/** Only what was really run tells how long the rest takes; stored submissions take next to nothing. */
function remaining(started: number, ran: number, left: number): string {
  if (ran < 2 || left === 0) return '';
  const seconds = ((performance.now() - started) / 1000 / ran) * left;
  const text = seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
  const end = new Date(Date.now() + seconds * 1000).toTimeString().slice(0, 5);
  return ` · about ${text} left, until ${end}`;
}

function describe(progress: Progress, done: number, total: number): string {
  switch (progress.kind) {
    case 'start': {
      const { total: count, assignment, seed, sandbox } = progress;
      const what = `${count} submission${count === 1 ? '' : 's'} of ${assignment}, seed ${seed}`;
      if (sandbox === undefined) return `Judging ${what} again`;
      const weak = sandbox.missing.length > 0 ? ` (missing: ${sandbox.missing.join(', ')})` : '';
      return `Grading ${what}, sandbox ${sandbox.level}${weak}`;
    }
    case 'reference':
      return `Reference for ${progress.exercise} …`;
    case 'done': {
      const { points, maxPoints, pending, status } = progress.grade;
      const open = pending > 0 ? `, ${pending} open` : '';
      const note = status === 'graded' ? '' : ` ${status}`;
      const how = progress.stored ? 'stored' : `${(progress.ms / 1000).toFixed(1)} s`;
      return `[${done}/${total}] ${visibleLine(progress.id)}: ${points}/${maxPoints}${open}${note} (${how})`;
    }
    case 'note':
      return visible(progress.text);
    case 'writing':
      return 'Writing reports …';
  }
}
