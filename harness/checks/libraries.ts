import { isBuiltin } from 'node:module';
import { nearestName } from '../intake/nearest.ts';
import type { Check } from '../model/exercise.ts';
import { type CaseResult, combine } from './case-result.ts';

export interface LibrariesOptions {
  id: string;
  title: string;
  function: string;
  /** The file that declares them. */
  file: string;
}

/** tfjs and its parts are what exercises are written with. */
const PROVIDED = /^@tensorflow\/tfjs(?:-|$)/;

/**
 * Every library beside tfjs that the program imports is declared in a file of the submission. What is imported is read from
 * the compiled program. Whether a library can be had in the sandbox is another question: where it cannot, loading the
 * program says so.
 */
export function librariesCheck({ id, title, function: name, file }: LibrariesOptions): Check {
  return {
    id,
    kind: 'rule',
    title,
    function: name,
    cases: [],
    judge({ sources, declared }) {
      if (sources === undefined) throw new Error(`nothing was recorded for ${id}`);
      if (sources.length === 0) {
        const statement = 'There is no program whose imports could be read.';
        return combine([{ title: 'imports', status: 'missing', statement }], '');
      }
      const used = new Map<string, string[]>();
      for (const { path, imports = [] } of sources) {
        for (const library of imports.filter((one) => !PROVIDED.test(one) && !isBuiltin(one)))
          used.set(library, [...(used.get(library) ?? []), path]);
      }
      const results = [...used].map(([library, paths]): CaseResult => {
        if (declared?.includes(library.toLowerCase())) return { title: library, status: 'accepted', statement: '' };
        const nearest = nearestName(library, declared ?? []);
        const found =
          declared === undefined
            ? `There is no ${file} in the submission.`
            : nearest === undefined
              ? `${file} does not name it.`
              : `${file} does not name it; is ${nearest} meant to be it?`;
        const statement = `${paths.join(' and ')} import${paths.length === 1 ? 's' : ''} ${library}, which is not declared. ${found}`;
        return { title: library, status: 'wrong-answer', statement, figure: 'not declared' };
      });
      const none = { title: 'imports', status: 'accepted', statement: '' } as const;
      return combine(
        results.length > 0 ? results : [none],
        results.length > 0
          ? `Every library beside tfjs is declared in ${file}.`
          : 'The program uses no library beside tfjs.',
      );
    },
  };
}

/** The names in a text that declares libraries: words, without versions, in small letters. */
export function declaredIn(text: string): string[] {
  const words = text.toLowerCase().match(/@?[a-z0-9][\w./:+-]*(?:@[\w.^~+-]+)?/g) ?? [];
  return [...new Set(words.map((word) => word.replace(/(?<=.)@.*$/, '').replace(/[.,:;-]+$/, '')))];
}
