import { expect, test } from 'vitest';
import { HandleArg } from '../../../harness/model/call.ts';
import { NdArray } from '../../../harness/model/value.ts';
import { columnMeans } from '../../../harness/numerics/linalg.ts';
import { trainedChecks } from '../../../reference/ece792-hw3/vae-faces/training-checks.ts';
import { drawTraining, QUICK } from '../../../reference/ece792-hw3/vae-faces/training-data.ts';
import { observe, ok, type Program } from '../../checks/in-process.ts';

const BUDGET = { ...QUICK, faces: 16, heldOut: 12, changed: 2, samples: 4 };
const data = drawTraining(3, BUDGET);
const check = trainedChecks(3, 'question4', BUDGET).find(({ id }) => id === 'training')!;
const count = data.held.shape[0]!;
const mean = columnMeans(data.training);
const meanFaces = new NdArray(
  data.held.shape,
  Float64Array.from(data.held.data, (_, i) => mean[i % mean.length]!),
);

/** A program whose codes come to nothing in so many trainings; afterwards its pictures are the faces themselves. */
function failing(times: number, trained: string[]): Program {
  return (call, id) => {
    const [kept] = call.args;
    if (call.fn === 'trainVae') trained.push(id);
    if (id.endsWith('look')) return ok({ params: true, losses: [100, 10] });
    const useless = kept instanceof HandleArg && Number(kept.name.replace(/\D/g, '')) < times;
    if (call.fn === 'encode')
      return ok({
        mu: NdArray.zeros([count, 2]),
        logVar: new NdArray([count, 2], new Float64Array(2 * count).fill(useless ? 0 : -2)),
      });
    if (call.fn === 'decode' && /(?:decode|means)$/.test(id)) return ok(useless ? meanFaces : data.held);
    return ok(null);
  };
}

async function judged(times: number) {
  const trained: string[] = [];
  const submission = await observe(check.cases, failing(times, trained));
  const reference = await observe(check.cases, failing(0, []));
  return { trained, verdict: check.judge({ submission, reference, overrides: {} }) };
}

test('a training that came to use its codes is the only one', async () => {
  const { trained, verdict } = await judged(0);
  expect(trained).toEqual(['train']);
  expect(verdict.status).toBe('accepted');
  expect(verdict.summary).not.toContain('trained');
});

test('one whose codes came to nothing is repeated with other random numbers, and the last one is judged', async () => {
  const { trained, verdict } = await judged(2);
  expect(trained).toEqual(['train', 'again-1/train', 'again-2/train']);
  expect(verdict).toMatchObject({ status: 'accepted', summary: expect.stringContaining('It was trained 3 times') });
});

test('a program that never uses its codes is trained three times and refused', async () => {
  const { trained, verdict } = await judged(9);
  expect(trained).toHaveLength(3);
  expect(verdict).toMatchObject({ status: 'wrong-answer', mistake: { id: 'codes-not-used' } });
});

test('a program that leaves the noise out of training pays for it where codes are drawn', async () => {
  const reference = await observe(check.cases, failing(0, []));
  const noisy = new NdArray(
    data.held.shape,
    data.held.data.map((x, i) => x + (i % 2 === 0 ? 0.12 : -0.12)),
  );
  const program: Program = (call, id) => (id === 'decode' ? ok(noisy) : failing(0, [])(call, id));
  const submission = await observe(check.cases, program);
  expect(check.judge({ submission, reference, overrides: {} })).toMatchObject({
    status: 'wrong-answer',
    mistake: { id: 'noise-not-seen' },
  });
  expect(check.judge({ submission, reference, overrides: { noise: 1000 } }).status).toBe('accepted');
});
