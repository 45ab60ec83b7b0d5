import { PNG } from 'pngjs';
import type { CriterionGrade, Grades, SubmissionGrade } from '../../harness/model/grade.ts';
import { STATUSES, type Status } from '../../harness/model/status.ts';

/** A class of 14 with everything that a report can hold: all statuses, all kinds of evidence, hostile and long texts. */

type Evidence = CriterionGrade['evidence'][number];

const TABLE: Evidence = {
  kind: 'table',
  title: 'Where it differs most',
  columns: ['input', 'entry', 'expected', 'got', 'difference'],
  rows: [
    ['far-away target', '∂E/∂μ[1, 0]', 0.33333333333, 0.33333333712, 3.79e-9],
    ['one component', '∂E/∂μ[0, 0]', -12.5, 12.5, 25],
    ['large logits', '∂E/∂μ[2, 1]', 1.25e-7, 'NaN', null],
    ['a batch of one', '∂E/∂μ[0, 1]', 1204.0625, 1204, 0.0625],
  ],
  note: 'Tolerance: 1e-8 relative, from the conditioning of the inputs in double precision.',
};

const MATRICES: Evidence[] = [
  {
    kind: 'matrix',
    title: 'Expected: gradient by central differences',
    rows: [
      [0.9950041652780258, -0.09983341664682815, 0],
      [0.09983341664682815, 0.9950041652780258, 0.25],
      [0, 12.000000127, 1],
    ],
    highlight: [2, 1],
  },
  {
    kind: 'matrix',
    title: 'Got: your gradient',
    rows: [
      [0.9950041652780258, 0.09983341664682815, 0],
      [-0.09983341664682815, 'NaN', 0.25],
      ['Infinity', 12.000000921, 1],
    ],
    highlight: [2, 1],
  },
];

const SERIES: Evidence = {
  kind: 'series',
  title: 'Loss over the iterations',
  x: 'iteration',
  y: 'loss',
  series: [
    { name: 'reference', points: Array.from({ length: 600 }, (_, i) => [i, 40 * Math.exp(-i / 60) + 0.01]) },
    {
      name: 'yours',
      points: Array.from({ length: 600 }, (_, i) => [i, 40 * Math.exp(-i / 300) * (1 + 0.2 * Math.sin(i / 9)) + 0.4]),
    },
  ],
};

const STEPS: Evidence = {
  kind: 'series',
  title: 'Error by step size',
  x: 'terms',
  y: 'points within tolerance',
  series: [{ name: 'yours', points: [1, 2, 3, 5, 8, 13].map((n, i) => [n, [3, 8, 11, 12, 12, 9][i]!]) }],
};

const PICTURES: Evidence = {
  kind: 'pictures',
  title: 'A seven with its lower half missing',
  pictures: [
    { label: 'given', file: 'seven-given.png', width: 28, height: 28 },
    { label: 'expected', file: 'seven-expected.png', width: 28, height: 28 },
    { label: 'yours', file: 'seven-yours.png', width: 28, height: 28 },
    { label: 'difference', file: 'lost.png', width: 28, height: 28 },
  ],
  note: 'SSIM 0.61; 0.98 or more was expected.',
};

const STACK: Evidence = {
  kind: 'text',
  title: 'What your program said',
  text: "TypeError: Cannot read properties of undefined (reading 'shape')\n\tat dErrorDMu (exercise1.ts:42:17)\n\u001b[31mred\u001b[0m and <b>bold</b>",
};

interface Spec {
  exercise: string;
  function?: string;
  check: string;
  title: string;
  maxPoints: number;
  visibility?: CriterionGrade['visibility'];
}

const SPECS: Spec[] = [
  {
    exercise: 'mdn-gradients',
    function: 'posterior',
    check: 'values',
    title: 'The posteriors πᵢ are right',
    maxPoints: 10,
  },
  {
    exercise: 'mdn-gradients',
    function: 'dErrorDMu',
    check: 'gradient',
    title: 'The gradient with respect to the means',
    maxPoints: 20,
  },
  {
    exercise: 'mdn-gradients',
    function: 'dErrorDLogits',
    check: 'gradient',
    title: 'The gradient with respect to the logits',
    maxPoints: 10,
  },
  {
    exercise: 'mdn-gradients',
    function: 'mdnError',
    check: 'values',
    title: 'Far-away targets and large logits',
    maxPoints: 5,
    visibility: 'hidden',
  },
  { exercise: 'mdn-gradients', check: 'manual', title: 'Written derivation', maxPoints: 10 },
  {
    exercise: 'pca-inpainting',
    function: 'pca',
    check: 'property',
    title: 'The components are orthonormal',
    maxPoints: 10,
  },
  { exercise: 'pca-inpainting', function: 'inpaint', check: 'picture', title: 'Inpainted digits', maxPoints: 20 },
  {
    exercise: 'pca-inpainting',
    function: 'inpaint',
    check: 'timing',
    title: 'Faster than the plain way',
    maxPoints: 5,
  },
  {
    exercise: 'matrix-exp',
    function: 'matrixExp',
    check: 'values',
    title: 'Values on nilpotent, rotation and zero matrices',
    maxPoints: 5,
  },
  {
    exercise: 'matrix-exp',
    function: 'matrixExp',
    check: 'rule',
    title: 'An own backward rule',
    maxPoints: 5,
    visibility: 'staff',
  },
];

const CUT_OFF = 'The archive is cut off after 1,204 bytes. Please pack it again and hand it in once more.';
const CRASH =
  'RangeError: shape [3, 3] needs 9 entries, got 8\n    at new NdArray (value.ts:19:40)\n    at judge (gradient.ts:42:7)';

const SIGN = {
  id: 'sign-of-the-mean',
  message: 'This is πᵢ(tₖ − μᵢₖ)/σᵢ²: the sign is turned round.',
  hint: 'Write down ∂/∂μ of −‖t − μ‖²/(2σ²) once more, and mind the inner derivative.',
};
const CENTRE = { id: 'not-centred', message: 'The data were not centred before the decomposition.' };

const SUMMARIES: Record<Status, string> = {
  'internal-error': 'The grader itself failed here.',
  rejected: 'The hand-in was not accepted.',
  'compile-error': 'exercise1.ts does not compile: “}” expected at line 42, column 5.',
  missing: 'The file exercise1.ts has no export dErrorDMu. Did you mean dErrorDmu?',
  'protocol-error': 'The program wrote to the channel of the grader.',
  'memory-limit-exceeded': 'With 1,000 components it needed more than 768 MB of memory.',
  'time-limit-exceeded': 'On “a batch of 512” there was no result after 10 seconds.',
  'output-limit-exceeded': 'It printed more than 1 MB.',
  'runtime-error': 'On “one component” it stopped with a TypeError in exercise1.ts, line 42.',
  'wrong-answer': 'On “one component”, entry [0, 0] should be −12.5, but it is 12.5.',
  partial: 'Right on 6 of 8 inputs; wrong where the batch is one.',
  skipped: 'Not looked at, because “The posteriors πᵢ are right” failed.',
  manual: 'A person will read your derivation.',
  inconclusive: 'The times spread too much to say; this costs you nothing.',
  accepted: 'All 24 inputs agree to 1e-12.',
};

const SHARES: Partial<Record<Status, number>> = { accepted: 1, partial: 0.75, inconclusive: 1 };

function criterion(spec: Spec, status: Status, extra: Partial<CriterionGrade> = {}): CriterionGrade {
  const { function: name, ...rest } = spec;
  return {
    id: `${spec.exercise}/${spec.function ?? 'text'}-${spec.check}`,
    ...rest,
    ...(name === undefined ? {} : { function: name }),
    status,
    points: spec.maxPoints * (SHARES[status] ?? 0),
    visibility: spec.visibility ?? 'visible',
    summary: SUMMARIES[status],
    evidence: [],
    ...extra,
  };
}

function graded(
  id: string,
  students: SubmissionGrade['students'],
  statuses: readonly Status[],
  extras: Record<number, Partial<CriterionGrade>> = {},
  more: Partial<SubmissionGrade> = {},
): SubmissionGrade {
  const criteria = SPECS.map((spec, i) => criterion(spec, statuses[i]!, extras[i]));
  return {
    id,
    students,
    submittedAt: '2026-05-14T18:02:11+02:00',
    status: statuses.includes('internal-error') ? 'internal-error' : 'graded',
    points: criteria.reduce((sum, { points }) => sum + points, 0),
    maxPoints: 100,
    pending: criteria
      .filter(({ status }) => status === 'manual' || status === 'internal-error')
      .reduce((sum, { maxPoints }) => sum + maxPoints, 0),
    criteria,
    ...more,
  };
}

const A: Status = 'accepted';
const M: Status = 'manual';
const W: Status = 'wrong-answer';
const ALL_RIGHT: Status[] = [A, A, A, A, M, A, A, A, A, A];

export const HOSTILE_NAME = '<img src=x onerror=alert(1)>{{constructor}}\u202Egnp.exe\u200b\u0000\u001b[31m';
export const LONG_WORD = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'.repeat(3);

export function sampleGrades(): Grades {
  const submissions: SubmissionGrade[] = [
    graded('ada-lovelace', [{ id: '007', name: 'Ada Lovelace', email: 'ada@example.org' }], ALL_RIGHT),
    graded(
      'noether-hilbert',
      [
        { id: '412001', name: 'Emmy Noether', email: 'noether@example.org' },
        { id: '412002', name: 'David Hilbert', email: 'hilbert@example.org' },
      ],
      [A, W, W, W, M, 'partial', W, 'inconclusive', A, A],
      {
        1: { mistake: SIGN, evidence: [TABLE, ...MATRICES] },
        2: { evidence: [SERIES] },
        5: { evidence: [STEPS] },
        6: { mistake: CENTRE, evidence: [PICTURES] },
      },
      {
        late: {
          deadline: '2026-05-12T23:59:00+02:00',
          submittedAt: '2026-05-14T18:02:11+02:00',
          days: 2,
          percent: 10,
          pointsBefore: 32.5,
          deduction: 3.25,
        },
        points: 29.25,
        remarks: [
          'The folder “sheet10” held everything; it was unwrapped.',
          'notes.docx was left out: nothing asks for it.',
        ],
        output: {
          'pca-inpainting': `loss 0.25\n\u001b[32mok\u001b[0m <script>alert(1)</script>\n${'epoch done\n'.repeat(2000)}the end`,
        },
      },
    ),
    graded('grace', [{ id: '412003', name: 'Grace Hopper' }], [A, A, A, W, M, A, 'partial', A, A, A], {
      6: { evidence: [PICTURES] },
    }),
    graded('kurt', [{ id: '412004', name: 'Kurt Gödel' }], [A, W, A, A, M, A, A, A, 'runtime-error', A], {
      1: { mistake: SIGN, evidence: [TABLE] },
      8: { evidence: [STACK] },
    }),
    graded('sofja', [{ id: '412005', name: 'Софья Ковалевская' }], [A, A, W, A, M, A, W, A, A, A], {
      6: { mistake: CENTRE },
    }),
    graded(
      'al-chwarizmi',
      [{ id: '412006', name: 'محمد بن موسى الخوارزمي' }],
      [A, A, A, A, M, A, A, 'time-limit-exceeded', A, A],
    ),
    graded(
      'hostile',
      [{ id: '=HYPERLINK("http://x")', name: HOSTILE_NAME }],
      [
        A,
        'protocol-error',
        'output-limit-exceeded',
        'skipped',
        M,
        'memory-limit-exceeded',
        'runtime-error',
        'skipped',
        W,
        W,
      ],
    ),
    graded(
      'syntax-error',
      [{ id: '412008', name: 'Charles Babbage' }],
      ['compile-error', 'compile-error', 'compile-error', 'compile-error', M, A, A, A, A, W],
    ),
    graded(
      'wrong-name',
      [{ id: '412009', name: 'Alan Turing' }],
      [A, 'missing', A, A, M, 'missing', 'skipped', 'skipped', A, A],
      { 1: { mistake: SIGN } },
    ),
    graded(
      'long',
      [{ id: '412010', name: LONG_WORD }],
      ALL_RIGHT.map((status, i) => (i === 6 ? W : status)),
      { 6: { summary: LONG_WORD.repeat(4), mistake: CENTRE } },
    ),
    graded(
      'grader-bug',
      [{ id: '412011', name: 'John von Neumann' }],
      ALL_RIGHT.map((status, i) => (i === 2 ? 'internal-error' : status)),
      { 2: { evidence: [{ kind: 'text', title: 'For staff', text: CRASH }] } },
      { message: 'The grader failed on: mdn-gradients/dErrorDLogits-gradient.' },
    ),
    graded(
      'broken.zip',
      [],
      ALL_RIGHT.map(() => 'rejected'),
      {},
      { status: 'rejected', message: CUT_OFF, pending: 0 },
    ),
    graded(
      'harness-failed',
      [{ name: 'Maria Goeppert-Mayer' }],
      ALL_RIGHT.map(() => 'internal-error'),
      {},
      { message: 'The sandbox did not start: bwrap exited with 1 before its status record.' },
    ),
    graded(
      'Empty folder/..',
      [],
      SPECS.map((spec) => (spec.check === 'manual' ? M : 'missing')),
    ),
  ];
  return {
    schema: 1,
    assignment: 'tub-sheet10',
    title: 'Sheet 10: mixture densities and principal components',
    rubricVersion: '1',
    seed: 7,
    harness: { version: '0.1.0', commit: 'aba22d1f00d5aba22d1f00d5' },
    environment: {
      node: '20.19.4',
      backend: 'float64 (tfjs 4.22.0)',
      sandbox: { level: 'strong', missing: ['cgroup'] },
      platform: 'linux x64',
    },
    startedAt: '2026-05-15T08:00:00.000Z',
    finishedAt: '2026-05-15T08:01:12.000Z',
    submissions,
  };
}

/** A submission with one criterion of every status, each with every kind of evidence. */
export function everyStatus(): SubmissionGrade {
  const spec = SPECS[1]!;
  const evidence = [TABLE, ...MATRICES, SERIES, PICTURES, STACK];
  const criteria = STATUSES.map((status) => ({ ...criterion(spec, status, { mistake: SIGN, evidence }), id: status }));
  return { ...graded('every-status', [{ name: 'Every Status' }], ALL_RIGHT), criteria };
}

/** Small drawings under the names that the sample's evidence uses; `lost.png` is not there. */
export function samplePicture(file: string): Uint8Array | undefined {
  if (file === 'lost.png') return undefined;
  const image = new PNG({ width: 28, height: 28 });
  for (let y = 0; y < 28; y++) {
    for (let x = 0; x < 28; x++) {
      const stroke =
        (y >= 5 && y <= 7 && x >= 7 && x <= 20) || (y > 7 && y < 24 && Math.abs(x - (20 - (y - 7) * 0.6)) < 1.6);
      const missing = y >= 14 && file !== 'seven-expected.png';
      const ghost = file === 'seven-yours.png' && y >= 14 ? Math.round(90 * Math.abs(Math.sin(x / 3 + y / 4))) : 0;
      const value = stroke && !missing ? 255 : ghost;
      image.data.set([value, value, value, 255], (y * 28 + x) * 4);
    }
  }
  return PNG.sync.write(image);
}
