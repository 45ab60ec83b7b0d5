import { writeFileSync } from 'node:fs';
import { gradesJsonSchema } from './schema.ts';

/** `node --import tsx harness/reporters/publish-schema.ts` after a change of harness/model/grade.ts. */
writeFileSync(
  new URL('../../reports/grades.schema.json', import.meta.url),
  `${JSON.stringify(gradesJsonSchema(), null, 2)}\n`,
);
