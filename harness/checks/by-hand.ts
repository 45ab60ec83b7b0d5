import type { Case, Check } from '../model/exercise.ts';
import type { Outcome, SourceFacts } from '../model/observation.ts';
import type { Verdict } from '../model/verdict.ts';
import { combine, failedCall } from './case-result.ts';

export interface ByHandOptions {
  id: string;
  title: string;
  /** The function that computes gradients. */
  function: string;
  /** A case whose call `value` asks for them, in a worker whose engine records no tape (`gradients: 'none'`). */
  case: Case;
}

/**
 * Compiled programs of people who solve an exercise have some 2,000 to 15,000 characters, also in several files, and lines of a
 * few hundred. A library of automatic differentiation with its operations has several hundred thousand; minified, it is smaller
 * and in lines of many thousands. The bounds lie far above the one and below the other.
 */
const MAX_CHARACTERS = 60_000;
const MAX_LINE = 4_000;

/** How the engine's refusal begins (sandbox/worker/engine.ts). It decides on words only: without gradients there are no points. */
const REFUSAL = /Automatic differentiation .* is switched off/;

/**
 * Gradients worked out by hand. What differentiates by itself is not looked for but taken away: where the engine records no
 * tape, a program that relies on it fails, however it got there. What is left is a copy of a library among the
 * submission's files. Its size and shape show it, and a person decides what it is.
 */
export function byHandCheck(options: ByHandOptions): Check {
  const { id, title } = options;
  return {
    id,
    kind: 'rule',
    title,
    function: options.function,
    parameters: { maxCharacters: MAX_CHARACTERS, maxLine: MAX_LINE },
    cases: [options.case],
    judge({ submission, sources, overrides }) {
      const outcome = submission[options.case.id]?.value;
      if (outcome === undefined || sources === undefined) throw new Error(`nothing was recorded for ${id}`);
      const { maxCharacters = MAX_CHARACTERS, maxLine = MAX_LINE } = overrides;
      if (outcome.status !== 'ok') return refused(options, outcome);
      const striking = sources.filter(
        ({ characters, longestLine }) => characters > maxCharacters || longestLine > maxLine,
      );
      const total = sources.reduce((sum, { characters }) => sum + characters, 0);
      if (striking.length > 0 || total > 2 * maxCharacters)
        return toBeLookedAt(sources, striking, maxCharacters, maxLine);
      return combine(
        [{ title: options.case.title, status: 'accepted', statement: '' }],
        'The gradients were computed where no automatic differentiation is to be had.',
      );
    },
  };
}

function refused(options: ByHandOptions, outcome: Exclude<Outcome, { status: 'ok' }>): Verdict {
  const { title } = options.case;
  const failed = failedCall(title, options.function, outcome);
  if (!REFUSAL.test(outcome.message)) return combine([failed], '');
  const mistake = {
    id: 'automatic-differentiation',
    message: 'The gradients come from automatic differentiation, not from formulas of your own.',
  };
  return combine([{ ...failed, status: 'wrong-answer', figure: 'automatic differentiation', mistake }], '');
}

function toBeLookedAt(
  sources: readonly SourceFacts[],
  striking: readonly SourceFacts[],
  maxCharacters: number,
  maxLine: number,
): Verdict {
  const [first] = striking;
  const what =
    first === undefined
      ? 'The program is unusually long for this exercise'
      : `${first.path} is unusually ${first.characters > maxCharacters ? 'long' : 'dense'} for this exercise`;
  const rows = [...sources]
    .sort((a, b) => b.characters - a.characters)
    .slice(0, 20)
    .map(({ path, characters, longestLine }) => [path, characters, longestLine]);
  return {
    status: 'manual',
    share: 0,
    summary: `${what}, so a person looks whether a library came along with it; until then the points are open.`,
    evidence: [
      {
        kind: 'table',
        title: 'The files, compiled',
        columns: ['file', 'characters', 'longest line'],
        rows,
        note: `Looked at by a person where a file has more than ${maxCharacters} characters, or a line of more than ${maxLine}.`,
      },
    ],
  };
}
