import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import * as path from 'node:path';
import type { Grades, SubmissionGrade } from '../../harness/model/grade.ts';
import type { SandboxLevel } from '../../harness/model/observation.ts';
import { startGradus } from '../cli/gradus.ts';
import { CRITERIA, isArchive, type Outcome } from './attack.ts';
import type { Member } from './attacks/index.ts';
import { NEIGHBOUR_IDS, writeClass } from './class.ts';
import { ANOTHER_USER, startAt } from './levels.ts';
import { Surroundings } from './surroundings.ts';

export interface Result {
  level: SandboxLevel;
  /** Graded by a user without rights. */
  unprivileged: boolean;
  attacks: number;
  /** Of the attacks, id → what they came to. */
  outcomes: Map<string, string>;
  /** Attacks whose outcome is another than it must be. */
  unexpected: string[];
  escapes: string[];
  /** Attempts that succeeded where the level is known not to hold. */
  known: string[];
  /** Points that were given or opened to an attacker who did not earn them. */
  forged: string[];
  neighboursTouched: string[];
  leftBehind: string[];
  /** Reports in which a student's text is more than text. */
  reports: string[];
  seconds: number;
  /** In how many batches; one where absent. */
  batches?: number;
}

/** Grades honest students alone and then among attackers, by the real command line, and looks at what became of all. */
export async function attackClass(
  level: SandboxLevel,
  attacks: readonly Member[],
  unprivileged = false,
): Promise<Result> {
  const alone = await gradeClass(level, [], unprivileged);
  const among = await gradeClass(level, attacks, unprivileged);
  try {
    const { grades, place } = among;
    const byId = new Map(grades.submissions.map((submission) => [submission.id, submission]));
    // A file of a kind that is not opened goes by its full name.
    const gradeOf = ({ id, content }: Member): SubmissionGrade | undefined =>
      byId.get(id) ?? byId.get(isArchive(content) ? id + content.extension : id);
    const judged = attacks.map((attack) => judge(attack, gradeOf(attack), level));
    const said = new Map(attacks.map((attack) => [attack.id, JSON.stringify(gradeOf(attack) ?? null)]));
    for (const [name, text] of among.pages) if (!NEIGHBOUR_IDS.includes(name.split('/')[0]!)) said.set(name, text);
    return {
      level,
      unprivileged,
      attacks: attacks.length,
      outcomes: new Map(judged.map(({ id, outcome }) => [id, outcome])),
      unexpected: judged.flatMap(({ unexpected }) => unexpected),
      escapes: [...judged.flatMap(({ escapes }) => escapes), ...place.escapes(said)],
      known: judged.flatMap(({ known }) => known),
      forged: judged.flatMap(({ forged }) => forged),
      neighboursTouched: NEIGHBOUR_IDS.flatMap((id) => differences(id, alone, among)),
      leftBehind: [...among.leftBehind, ...alone.leftBehind],
      reports: reportFaults(among),
      seconds: among.seconds,
    };
  } finally {
    await alone.place.close();
    await among.place.close();
  }
}

interface Graded {
  place: Surroundings;
  grades: Grades;
  /** Every file of the reports, and what was printed. */
  pages: Map<string, string>;
  leftBehind: string[];
  seconds: number;
}

async function gradeClass(level: SandboxLevel, attacks: readonly Member[], unprivileged: boolean): Promise<Graded> {
  const place = new Surroundings();
  await place.open(unprivileged ? ANOTHER_USER : undefined);
  await writeClass(place, attacks);
  const result = path.join(place.base, 'left.json');
  const unsafe = level === 'partial' || level === 'none' ? ['--unsafe'] : [];
  const started = performance.now();
  const { child, ended } = startGradus(
    [
      ...['grade', place.classFolder, '--assignment', 'tub-sheet10', '--as', 'class', '--out', place.out],
      ...['--rubric', path.join(import.meta.dirname, 'rubric.yaml'), '--seed', '7', '--jobs', '2', ...unsafe],
    ],
    {
      prefix: ['python3', path.join(import.meta.dirname, 'reaper.py'), result, ...startAt(level, unprivileged)],
      env: {
        ...{ TMPDIR: place.tmp, GRADUS_SECRET: place.environment },
        ...(unprivileged ? { HOME: place.home, XDG_CACHE_HOME: place.home } : {}),
      },
    },
  );
  if (process.env.GRADUS_HOSTILE_SHOW) child.stderr?.pipe(process.stderr, { end: false });
  const { code, stdout, stderr } = await ended;
  const seconds = (performance.now() - started) / 1000;
  // 1: some grade was left open by a fault of the grader, which is judged below.
  if (code !== 0 && code !== 1) throw new Error(`the grader ended with ${code}: ${stderr.slice(-4000)}`);
  const grades = JSON.parse(await readFile(path.join(place.out, 'grades.json'), 'utf8')) as Grades;
  if (grades.environment.sandbox.level !== level)
    throw new Error(`graded at level ${grades.environment.sandbox.level}, not ${level}`);
  const { pid, left } = JSON.parse(await readFile(result, 'utf8')) as { pid: number; left: object[] };
  const leftBehind = [...left.map((process) => `process ${JSON.stringify(process)}`), ...place.leftBehind(pid)];
  const pages = await readPages(place.out);
  pages.set('standard output', stdout);
  pages.set('standard error', stderr);
  return { place, grades, pages, leftBehind, seconds };
}

async function readPages(out: string): Promise<Map<string, string>> {
  const pages = new Map<string, string>();
  for (const name of await readdir(out, { recursive: true })) {
    if (
      /\.(?:html|csv|json|md|xml|txt)$/.test(name) &&
      !name.startsWith('submissions/') &&
      existsSync(path.join(out, name))
    )
      pages.set(name, await readFile(path.join(out, name), 'utf8').catch(() => ''));
  }
  return pages;
}

interface Judged {
  id: string;
  outcome: string;
  unexpected: string[];
  escapes: string[];
  known: string[];
  forged: string[];
}

function judge(attack: Member, grade: SubmissionGrade | undefined, level: SandboxLevel): Judged {
  const judged: Judged = { id: attack.id, outcome: '', unexpected: [], escapes: [], known: [], forged: [] };
  const wanted: Outcome = attack.outcomeAt?.[level] ?? attack.outcome;
  if (grade === undefined) {
    judged.unexpected.push(`${attack.id}: there is no grade`);
    return judged;
  }
  for (const [, what] of Object.values(grade.output ?? {})
    .join('\n')
    .matchAll(/^ESCAPED \S+ (.*)$/gm)) {
    const known = attack.known?.[level]?.attempts.test(what!) ?? false;
    (known ? judged.known : judged.escapes).push(`${attack.id}: ${what}`);
  }
  const open = grade.criteria.filter(({ status }) => status === 'internal-error').map(({ id }) => id);
  if (open.length > 0 || grade.status === 'internal-error')
    judged.forged.push(
      `${attack.id}: the grader failed, which leaves points open (${open.join(', ')}): ${grade.message}`,
    );
  if ('rejected' in wanted) {
    judged.outcome = grade.status === 'rejected' ? 'rejected' : 'taken in';
    if (grade.status !== 'rejected') judged.unexpected.push(`${attack.id}: not rejected but ${grade.status}`);
    else if (!(wanted.rejected as RegExp).test(grade.message ?? ''))
      judged.unexpected.push(`${attack.id}: rejected with “${grade.message}”`);
    if (grade.points > 0) judged.forged.push(`${attack.id}: ${grade.points} points for a rejected hand-in`);
    return judged;
  }
  if (grade.status === 'rejected') judged.unexpected.push(`${attack.id}: rejected with “${grade.message}”`);
  const bad: string[] = [];
  for (const id of CRITERIA) {
    const criterion = grade.criteria.find((each) => each.id === id);
    const allowed = allowedOf(wanted, id);
    const status = criterion?.status ?? 'none';
    if ((criterion?.points ?? 0) > 0 && !permits(wanted, id))
      judged.forged.push(`${attack.id}: ${criterion?.points} points for ${id}, which is ${status}`);
    if (allowed !== undefined && !allowed.includes(status))
      bad.push(`${id} is ${status} (${criterion?.summary}), not ${allowed.join(' or ')}`);
  }
  if (bad.length > 0) judged.unexpected.push(`${attack.id}: ${bad.join('; ')}`);
  judged.outcome =
    [...new Set(CRITERIA.map((id) => grade.criteria.find((each) => each.id === id)?.status ?? 'none'))]
      .filter((status) => status !== 'accepted')
      .join(', ') || 'all accepted';
  return judged;
}

function allowedOf(wanted: Outcome, id: (typeof CRITERIA)[number]): readonly string[] | undefined {
  if ('rejected' in wanted) return undefined;
  const allowed = wanted[id];
  return typeof allowed === 'string' ? [allowed] : allowed;
}

/** Whether points may be given: where an attack says nothing of the gradient of one's own error, as for that error itself. */
function permits(wanted: Outcome, id: (typeof CRITERIA)[number]): boolean {
  const allowed = allowedOf(wanted, id) ?? (id === 'mu-gradient' ? allowedOf(wanted, 'error') : undefined);
  return allowed?.includes('accepted') ?? false;
}

/** What is not the same for an honest student, byte by byte, as without attackers. */
function differences(id: string, alone: Graded, among: Graded): string[] {
  const record = ({ grades }: Graded) => JSON.stringify(grades.submissions.find((submission) => submission.id === id));
  const found = record(alone) === record(among) ? [] : [`${id}: the grade`];
  for (const name of [`${id}/index.html`, `${id}/grade.json`]) {
    if (timeless(alone.pages.get(name)) !== timeless(among.pages.get(name))) found.push(`${id}: ${name}`);
  }
  return found;
}

function timeless(text: string | undefined): string {
  return (text ?? 'none').replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::[\d.]+Z?)?(?: UTC)?/g, '');
}

/** What a student's text must never be in a report: markup, an escape sequence, a formula, a command. */
const RAW: Record<string, [what: string, pattern: RegExp][]> = {
  html: [
    ['markup', /<script>alert|<img src=x|<iframe src|<\/style><style>|<svg [^>]*onload|onerror=alert\(1\)>/],
    ['a link that runs', /href="?\s*javascript:/i],
    ['a control character', /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/],
    ['a mark of direction', /[\u202a-\u202e\u2066-\u2069\u200f]/],
  ],
  csv: [
    ['a formula', /(?:^|,)"?[=+@\t]|(?:^|,)"-/m],
    ['a control character', /[\u0000-\u0009\u000b\u000c\u000e-\u001f\u007f-\u009f\u202e]/],
  ],
  printed: [
    ['an escape sequence', /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/],
    ['a mark of direction', /[\u202a-\u202e\u2066-\u2069\u200f]/],
    ['a command of a continuous integration', /^(?:::|##\[|##vso|##teamcity)/m],
  ],
};

function reportFaults({ pages }: Graded): string[] {
  return [...pages].flatMap(([name, text]) => {
    const kind = name.startsWith('standard') ? 'printed' : (/\.(\w+)$/.exec(name)?.[1] ?? '');
    return (RAW[kind] ?? []).flatMap(([what, pattern]) => {
      const at = pattern.exec(text);
      return at === null
        ? []
        : [`${name}: ${what}: ${JSON.stringify(text.slice(Math.max(0, at.index - 40), at.index + 60))}`];
    });
  });
}
