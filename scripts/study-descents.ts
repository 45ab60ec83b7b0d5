/**
 * How often the tests of `reparam-sgd`'s descents speak against a right program: right descents in this process, without the
 * sandbox, and the shares of p-values below some levels.
 *   node --import tsx scripts/study-descents.ts [--runs N] [--seed N] [--only RUN]
 */
import { parseArgs } from 'node:util';
import { derive } from '../harness/numerics/random.ts';
import { claims, runsOf } from '../reference/mathdnn-hw10/reparam-sgd/descent-checks.ts';
import type { Run, RunOptions } from '../reference/mathdnn-hw10/reparam-sgd/run.ts';
import { estimate, type Method } from '../reference/mathdnn-hw10/reparam-sgd/truth.ts';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
});
const runs = Number(values.runs);
const LEVELS = [1e-1, 1e-2, 1e-3, 1e-4];

console.log(`| test | ${LEVELS.map((level) => `p < ${level}`).join(' | ')} | least p |`);
console.log(`| --- | ${LEVELS.map(() => '---:').join(' | ')} | ---: |`);
for (const method of ['score', 'pathwise'] as const) {
  for (const { id, options } of runsOf(method).filter(({ id }) => values.only === undefined || id === values.only)) {
    const hypotheses = claims(method, id, options);
    const below = hypotheses.map(() => LEVELS.map(() => 0));
    const least = hypotheses.map(() => 1);
    for (let i = 0; i < runs; i++) {
      const draw = { run: descent(method, options, derive(Number(values.seed), `${method}/${id}/${i}`)) };
      for (const [k, hypothesis] of hypotheses.entries()) {
        const { pValue } = hypothesis.test([draw]);
        least[k] = Math.min(least[k]!, pValue);
        for (const [l, level] of LEVELS.entries()) if (pValue < level) below[k]![l]! += 1;
      }
    }
    for (const [k, hypothesis] of hypotheses.entries()) {
      const shares = below[k]!.map((count) => (count / runs).toExponential(1));
      console.log(`| ${method}, ${id}: ${hypothesis.id} | ${shares.join(' | ')} | ${least[k]!.toExponential(1)} |`);
    }
  }
}

function descent(
  method: Method,
  { iterations, batch, learningRate }: RunOptions,
  random: ReturnType<typeof derive>,
): Run {
  const run: Run = [{ mu: 0, tau: 0 }];
  for (let t = 0; t < iterations; t++) {
    const at = run[t]!;
    const { mu, tau } = estimate(method, at, random.normals([batch]).data);
    run.push({ mu: at.mu - learningRate * mu, tau: at.tau - learningRate * tau });
  }
  return run;
}
