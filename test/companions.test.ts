import { expect, it } from 'vitest';
import { loadCatalogue } from '../harness/catalogue.ts';
import { makeProgram } from '../harness/program.ts';
import { DEFAULT_LIMITS, WorkerPool } from '../harness/sandbox/pool.ts';
import { Session } from '../harness/sandbox/session.ts';

it('a submission cannot import the programs that the harness runs beside it', async () => {
  const entry = (await loadCatalogue()).find(({ exercise }) => exercise.id === 'matrix-exp')!;
  const specifiers = [
    './harness/plain-series',
    '/harness/plain-series',
    '../harness/plain-series',
    './/harness/plain-series',
    'harness/plain-series',
  ];
  const files = new Map(
    specifiers.map((specifier, i) => [`try${i}.ts`, Buffer.from(`export { matrixExp } from '${specifier}';`)]),
  );
  const program = await makeProgram(files, entry);
  const pool = new WorkerPool({ level: 'none', limits: DEFAULT_LIMITS, outputBytes: 1 << 20, spare: 0 });
  const session = new Session(pool, program, { gradients: 'all', backend: 'float64', loadDeadlineMs: 30_000 });
  try {
    for (const i of specifiers.keys()) expect(await session.open(`try${i}`)).toHaveProperty('message');
    expect(await session.open('/harness/plain-series')).toEqual({ exports: ['matrixExp'] });
  } finally {
    await session.close();
    await pool.close();
  }
});
