import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import type { SandboxLevel } from '../../harness/model/observation.ts';
import type { Status } from '../../harness/model/status.ts';
import { ROOT } from '../../harness/root.ts';

/** Criteria of rubric.yaml that a program decides. */
export const CRITERIA = ['error', 'posterior', 'mu', 'mu-gradient', 'purity'] as const;
export type CriterionId = (typeof CRITERIA)[number];

/**
 * What has to become of a hostile hand-in: the statuses that each criterion may have (several where the machine's mood
 * decides which limit strikes first), or that it is rejected with a sentence like this.
 */
export type Outcome = { rejected: RegExp } | Partial<Record<CriterionId, Status | readonly Status[]>>;

export const FAMILIES = [
  ...(['time', 'memory', 'processes', 'files', 'network', 'channel', 'worker', 'report', 'archives'] as const),
  'sources',
] as const;
export type Family = (typeof FAMILIES)[number];

/** A hostile hand-in: a folder of files, or an archive. */
export interface Attack {
  name: string;
  /** What it tries, in words that complete “The program …” or “The archive …”. */
  tries: string;
  content: Files | Archive;
  outcome: Outcome;
  /** Where given, outcome at a level that holds less. */
  outcomeAt?: Partial<Record<SandboxLevel, Outcome>>;
  /** What a level is known not to hold: the attempts, as the program names them, that may succeed there, and why. */
  known?: Partial<Record<SandboxLevel, { attempts: RegExp; why: string }>>;
  /** In place of `<family>-<name>`: for names that are attacks themselves. */
  id?: string;
  /** Among the attacks that `npm test` makes. */
  quick?: boolean;
}

/** Path → content. Texts may hold the placeholders of `Placeholders`. */
export type Files = Record<string, string | Uint8Array | Special>;
/** An entry of a folder that is no file. */
export type Special = { link: string } | { fifo: true } | { socket: true };

/** Made when needed: some unpack to gigabytes, all are small. */
export interface Archive {
  extension: string;
  make: () => Buffer | Promise<Buffer>;
}

export function isArchive(content: Attack['content']): content is Archive {
  return typeof content.make === 'function';
}

/** A right program, which hostile ones stand upon: where the attack is refused, the points are earned. */
export const RIGHT = readFileSync(
  path.join(ROOT, 'reference/tub-sheet10/mdn-gradients/examples/right/plain-loops-nested-arrays.ts'),
  'utf8',
);

/** Wrong in every function, also where the gradient is compared with the program's own error. */
const WRONG = `import * as right from './right';
export const mdnError = (...args) => 1.5 * right.mdnError(...args);
export const posterior = (...args) => right.posterior(...args).map((p) => p / 2);
export const dErrorDAlpha = (...args) => right.dErrorDAlpha(...args).map((x) => -x);
export const dErrorDMu = (...args) => right.dErrorDMu(...args).map((row) => row.map((x) => -x));
export const dErrorDLogits = (...args) => right.dErrorDLogits(...args).map((x) => -x);
`;

/**
 * At the head of every program. A refused attempt is silent; one that comes through prints a line that the study looks
 * for, in what every program printed.
 */
const PRELUDE = `const need = (name) => process.getBuiltinModule(name);
const fs = need('fs');
const escaped = (what) => console.log('ESCAPED %ID% ' + what);
const attempt = (what, act) => { try { if (act() === false) return; } catch { return; } escaped(what); };
const patience = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
`;

const FUNCTIONS = ['mdnError', 'posterior', 'dErrorDAlpha', 'dErrorDMu', 'dErrorDLogits'];

function program(from: 'right' | 'wrong', code: string): Files {
  const rest = FUNCTIONS.filter(
    (name) => !new RegExp(`export (?:async )?(?:function|const|let) ${name}\\b`).test(code),
  );
  return {
    'exercise1.ts': `import * as ${from} from './${from}';\n${PRELUDE}${code}\n${rest.map((name) => `export const ${name} = ${from}.${name};`).join('\n')}\n`,
    'right.ts': RIGHT,
    ...(from === 'wrong' ? { 'wrong.ts': WRONG } : {}),
  };
}

/** Code that runs while the module is opened, before right functions. */
export const atImport = (code: string): Files => program('right', code);

/** Code that runs in every call of mdnError, which then gives the right result, unless the code gives another. */
export const inCall = (code: string, before = ''): Files =>
  program(
    'right',
    `${before}\nexport function mdnError(alpha, mu, sigma, t) { ${code}\n return right.mdnError(alpha, mu, sigma, t); }`,
  );

/** The same of an asynchronous one. */
export const inAsyncCall = (code: string, before = ''): Files =>
  program(
    'right',
    `${before}\nexport async function mdnError(alpha, mu, sigma, t) { ${code}\n return right.mdnError(alpha, mu, sigma, t); }`,
  );

/** Wrong functions, and code at import that wants them taken for right ones. */
export const lying = (code: string): Files => program('wrong', code);

/** A program of its own, with nothing added but the attempts' names. */
export const own = (code: string, more: Files = {}): Files => ({ 'exercise1.ts': PRELUDE + code, ...more });

/** Everything earned. */
export const EARNED: Outcome = Object.fromEntries(CRITERIA.map((id) => [id, 'accepted' as const]));

/** Every criterion the same. */
export const all = (...statuses: Status[]): Outcome => Object.fromEntries(CRITERIA.map((id) => [id, statuses]));

/** mdnError fails so; what does not need it is earned. */
export const inError = (...statuses: Status[]): Outcome => ({ error: statuses, posterior: 'accepted', mu: 'accepted' });

/** Results that are wrong, and are said to be. A wrong function may well be pure, which is worth nothing. */
export const WRONG_ANSWERS: Outcome = {
  error: 'wrong-answer',
  posterior: 'wrong-answer',
  mu: 'wrong-answer',
  'mu-gradient': 'wrong-answer',
  purity: ['accepted', 'wrong-answer'],
};

/** Tampering may break the program itself, in whatever way; it may not make it right. */
export const NOT_ACCEPTED: Outcome = Object.fromEntries(
  CRITERIA.map((id) => [
    id,
    [
      ...(['wrong-answer', 'runtime-error', 'time-limit-exceeded', 'protocol-error'] as const),
      ...(['memory-limit-exceeded', 'output-limit-exceeded', 'compile-error', 'missing'] as const),
      ...(id === 'purity' ? (['accepted'] as const) : []),
    ],
  ]),
);
