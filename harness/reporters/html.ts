import type { Grades, SubmissionGrade } from '../model/grade.ts';
import { classView } from './class-view.ts';
import type { Pictures } from './evidence-view.ts';
import { studentView } from './student-view.ts';
import { templates } from './templates.ts';

/** The class page, for staff: one self-contained HTML document with links to `<submission>/index.html`. */
export function renderClass(grades: Grades): string {
  return templates().classPage(classView(grades));
}

/**
 * One student's page: one self-contained HTML document without scripts.
 * `submission` is the grade as the student may see it; `pictures` gives the PNG bytes of a file that evidence names.
 */
export function renderStudent(grades: Grades, submission: SubmissionGrade, pictures: Pictures): string {
  return templates().studentPage(studentView(grades, submission, pictures));
}
