import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Handlebars from 'handlebars';
import type { ClassView } from './class-view.ts';
import type { StudentView } from './student-view.ts';
import { visibleDeep } from './visible.ts';

const FOLDER = new URL('../../reports/templates/', import.meta.url);
const PARTIALS = ['head', 'badge', 'evidence', 'table', 'matrix', 'chart', 'pictures', 'text', 'footer'];
const BASE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";

export interface Templates {
  classPage(view: ClassView): string;
  studentPage(view: StudentView): string;
}

let compiled: Templates | undefined;

/** The templates of reports/templates, compiled once a process. Throws where a file is missing or has an error. */
export function templates(): Templates {
  compiled ??= compile();
  return compiled;
}

/**
 * Every `{{value}}` is escaped; no template uses the raw form. Style and script are partials of their own: constant texts
 * of this repository, into which no value goes.
 */
function compile(): Templates {
  const handlebars = Handlebars.create();
  for (const name of PARTIALS) handlebars.registerPartial(name, read(`${name}.hbs`));
  const script = read('sort.js').trim();
  handlebars.registerPartial('style', read('style.css').trim());
  handlebars.registerPartial('script', script);
  // strict: a name that the view lacks is an error here and not a gap in a report. preventIndent: indentation must not
  // get into preformatted text.
  const options = { strict: true, preventIndent: true, knownHelpersOnly: true };
  const classPage = handlebars.compile(read('class.hbs'), options);
  const studentPage = handlebars.compile(read('student.hbs'), options);
  const scriptHash = createHash('sha256').update(script).digest('base64');
  const classPolicy = `${BASE_POLICY}; script-src 'sha256-${scriptHash}'`;
  return {
    classPage: (view) => classPage({ ...visibleDeep(view), policy: classPolicy }),
    studentPage: (view) => studentPage({ ...visibleDeep(view), policy: BASE_POLICY }),
  };
}

function read(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8');
}
