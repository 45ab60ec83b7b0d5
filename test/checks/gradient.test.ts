import { describe, expect, test } from 'vitest';
import { type GradientCase, type GradientOptions, gradientChecks, withPoint } from '../../harness/checks/gradient.ts';
import type { Call } from '../../harness/model/call.ts';
import type { Outcome } from '../../harness/model/observation.ts';
import { NdArray, type Value } from '../../harness/model/value.ts';
import type { Evidence, Verdict } from '../../harness/model/verdict.ts';
import { call, failure, observe, ok, type Program, scalar, stored32, vector } from './in-process.ts';

const POINT = [
  { name: 'w', value: NdArray.of([0.3, -0.7, 1.1, 0.4], [2, 2]) },
  { name: 'b', value: vector(0.2, -0.5) },
];

/** One input: f(w, b) with its gradient by reverse mode. */
const gradientCase = (more: Partial<GradientCase> = {}): GradientCase => ({
  id: 'one',
  title: 'an input',
  point: POINT,
  forward: (point) => call('f', ...point),
  analytic: { wrt: [[0], [1]] },
  ...more,
});
const options = (...cases: GradientCase[]): GradientOptions => ({
  seed: 7,
  own: { id: 'own', title: 'Own' },
  reference: { id: 'ref', title: 'Reference' },
  function: 'f',
  cases,
});

interface Smooth {
  value: (x: number[]) => number;
  slope: (x: number[]) => number[];
}

/** Σ sin(kᵢ xᵢ) + exp(x₀ x₁): every coordinate matters and two interact. */
const SMOOTH: Smooth = {
  value: (x) => x.reduce((sum, one, i) => sum + Math.sin((i + 1) * one), 0) + Math.exp(x[0]! * x[1]!),
  slope: (x) => {
    const both = Math.exp(x[0]! * x[1]!);
    const cross = [both * x[1]!, both * x[0]!];
    return x.map((one, i) => (i + 1) * Math.cos((i + 1) * one) + (cross[i] ?? 0));
  },
};

const flat = (arrays: readonly NdArray[]): number[] => arrays.flatMap((array) => Array.from(array.data));
function shapedLike(numbers: readonly number[], arrays: readonly NdArray[]): NdArray[] {
  let from = 0;
  return arrays.map(({ shape, data }) => {
    const part = numbers.slice(from, from + data.length);
    from += data.length;
    return NdArray.of(part, shape);
  });
}

interface Behaviour {
  smooth?: Smooth;
  /** What is done to the right value or gradient. */
  value?: (right: number, x: number[]) => Value;
  gradient?: (right: NdArray[], x: number[]) => Value;
}

/** A program that computes f(w, b) and its gradient, rightly but for what `behaviour` does to them. */
function program({ smooth = SMOOTH, value = (y) => y, gradient = (g) => g }: Behaviour = {}): Program {
  return ({ args, gradient: wanted }: Call): Outcome => {
    const arrays = args as NdArray[];
    const x = flat(arrays);
    return ok(wanted === undefined ? value(smooth.value(x), x) : gradient(shapedLike(smooth.slope(x), arrays), x));
  };
}

async function judge(
  answer: Program,
  more: { cases?: GradientCase[]; overrides?: Record<string, number>; reference?: Program } = {},
): Promise<[own: Verdict, reference: Verdict]> {
  const [own, reference] = gradientChecks(options(...(more.cases ?? [gradientCase()])));
  const submission = await observe(own.cases, answer);
  const truth = await observe(own.cases, more.reference ?? program());
  const context = { submission, reference: truth, overrides: more.overrides ?? {} };
  return [own.judge(context), reference.judge(context)];
}
const statuses = async (...args: Parameters<typeof judge>): Promise<string[]> =>
  (await judge(...args)).map(({ status }) => status);

const scaled = (factor: number) => (parts: NdArray[]) =>
  parts.map((part) =>
    NdArray.of(
      part.data.map((x) => factor * x),
      part.shape,
    ),
  );
const altered = (which: number, entry: number, by: (x: number) => number) => (parts: NdArray[]) =>
  parts.map((part, i) =>
    NdArray.of(
      part.data.map((x, k) => (i === which && k === entry ? by(x) : x)),
      part.shape,
    ),
  );
/** Deterministic noise: a number in (-1, 1) that depends on every bit of x. */
const hashNoise = (x: readonly number[]): number => {
  let state = 0.5;
  for (const one of x) state = (Math.abs(Math.sin(1e7 * (one + 2) + 1e4 * state)) * 1e4) % 1;
  return 2 * state - 1;
};

describe('the two checks', () => {
  test('share their cases', () => {
    const [own, reference] = gradientChecks(options(gradientCase()));
    expect(own).toMatchObject({
      id: 'own',
      title: 'Own',
      kind: 'gradient',
      function: 'f',
      parameters: { rtol: 1e-7 },
      telling: ['gradient'],
    });
    expect(reference).toMatchObject({
      id: 'ref',
      title: 'Reference',
      kind: 'gradient',
      function: 'f',
      parameters: { rtol: 1e-8, atol: 1e-10 },
      telling: ['gradient'],
    });
    expect(own.cases).toBe(reference.cases);
    expect(own.cases).toMatchObject([{ id: 'own/one', title: 'an input' }]);
    const [, loose] = gradientChecks({
      ...options(gradientCase()),
      bound: { rtol: 0.1, atol: 0.2, scale: 'max', reason: '' },
    });
    expect(loose.parameters).toEqual({ rtol: 0.1, atol: 0.2 });
  });

  test('ask for the value, the gradient, and both sides of two directions at four steps', async () => {
    const [own] = gradientChecks(options(gradientCase()));
    const outcomes = (await observe(own.cases, program()))['own/one']!;
    const ids = [0, 1].flatMap((d) => [0, 1, 2, 3].flatMap((k) => [`d${d}.${k}.plus`, `d${d}.${k}.minus`]));
    expect(Object.keys(outcomes).sort()).toEqual(['gradient', 'value', ...ids].sort());
  });

  test('along unit directions over all arrays together, always the same', async () => {
    const shifts = new Map<string, number[]>();
    const record: Program = (one, id) => {
      if (one.gradient === undefined)
        shifts.set(
          id,
          flat(one.args as NdArray[]).map((x, i) => x - flat(POINT.map(({ value }) => value))[i]!),
        );
      return program()(one, id);
    };
    const [own] = gradientChecks(options(gradientCase()));
    await observe(own.cases, record);
    const length = (x: number[]): number => Math.sqrt(x.reduce((sum, one) => sum + one * one, 0));
    for (const d of [0, 1]) {
      for (const [k, h] of [2 ** -4, 2 ** -7, 2 ** -10, 2 ** -13].entries()) {
        expect(length(shifts.get(`d${d}.${k}.plus`)!)).toBeCloseTo(h, 12);
        for (const [i, x] of shifts.get(`d${d}.${k}.plus`)!.entries())
          expect(shifts.get(`d${d}.${k}.minus`)![i]).toBeCloseTo(-x, 12);
      }
    }
    const before = new Map(shifts);
    expect(before.get('d0.0.plus')).not.toEqual(before.get('d1.0.plus'));
    await observe(own.cases, record);
    await observe(gradientChecks(options(gradientCase()))[0].cases, record);
    expect(shifts).toEqual(before);
    await observe(gradientChecks({ ...options(gradientCase()), seed: 8 })[0].cases, record);
    expect(shifts.get('d0.0.plus')).not.toEqual(before.get('d0.0.plus'));
    await observe(gradientChecks(options(gradientCase({ id: 'two' })))[0].cases, record);
    expect(shifts.get('d0.0.plus')).not.toEqual(before.get('d0.0.plus'));
    await observe(gradientChecks(options(gradientCase({ scale: 8 })))[0].cases, record);
    expect(length(shifts.get('d0.0.plus')!)).toBeCloseTo(0.5, 12);
  });

  test('and the coordinates only where a direction failed and they are few', async () => {
    const asked = async (answer: Program, point = POINT): Promise<number> => {
      const [own] = gradientChecks(options(gradientCase({ point, analytic: { wrt: point.map((_, i) => [i]) } })));
      const outcomes = (await observe(own.cases, answer))['own/one']!;
      return Object.keys(outcomes).filter((id) => id.startsWith('c')).length;
    };
    const wrong = program({ gradient: scaled(2) });
    const long = (n: number) => [{ name: 'x', value: NdArray.of(Float64Array.from({ length: n }, (_, i) => i / n)) }];
    expect(await asked(program())).toBe(0);
    expect(await asked(wrong)).toBe(6 * 8);
    expect(await asked(wrong, long(32))).toBe(32 * 8);
    expect(await asked(wrong, long(33))).toBe(0);
    // Nothing to compare with: no more questions.
    expect(await asked((one, id) => (id === 'd0.2.minus' ? failure() : wrong(one, id)))).toBe(0);
  });

  test('each coordinate by itself', async () => {
    const moved = new Map<string, number[]>();
    const [own] = gradientChecks(options(gradientCase()));
    await observe(own.cases, (one, id) => {
      moved.set(id, flat(one.args as NdArray[]));
      return program({ gradient: scaled(2) })(one, id);
    });
    const start = flat(POINT.map(({ value }) => value));
    for (let c = 0; c < 6; c++) {
      const expected = start.map((x, i) => (i === c ? x + 2 ** -4 : x));
      expect(moved.get(`c${c}.0.plus`)).toEqual(expected);
    }
  });

  test('nothing more where the value or the gradient is not there', async () => {
    const [own] = gradientChecks(options(gradientCase()));
    for (const missing of ['value', 'gradient']) {
      const outcomes = await observe(own.cases, (one, id) => (id === missing ? failure() : program()(one, id)));
      expect(Object.keys(outcomes['own/one']!)).toEqual(['value', 'gradient']);
    }
  });

  test('reverse mode gets paths and cotangent; a function of one’s own is called as it is', async () => {
    const asked: (Call | undefined)[] = [];
    const keep: Program = (one, id) => {
      if (id === 'gradient') asked.push(one);
      return failure();
    };
    const cotangent = vector(1, 2);
    for (const item of [
      gradientCase(),
      gradientCase({ cotangent }),
      gradientCase({ analytic: { call: call('g', 3), parts: [['w'], ['b']] } }),
    ]) {
      await observe(gradientChecks(options(item))[0].cases, keep);
    }
    const values = POINT.map(({ value }) => value);
    expect(asked).toEqual([
      { ...call('f', ...values), gradient: { wrt: [[0], [1]] } },
      { ...call('f', ...values), gradient: { wrt: [[0], [1]], cotangent } },
      call('g', 3),
    ]);
    expect(asked[0]!.gradient).not.toHaveProperty('cotangent');
  });
});

describe('a right gradient', () => {
  test('is accepted by both', async () => {
    const [own, reference] = await judge(program());
    expect(own).toMatchObject({
      status: 'accepted',
      share: 1,
      evidence: [],
      summary: 'The gradient agrees with central differences of your own forward function on every input.',
    });
    expect(reference).toMatchObject({
      status: 'accepted',
      share: 1,
      summary: "The gradient agrees with the reference's on every input.",
    });
  });

  test('as nested arrays, as a scalar tensor, of a scalar', async () => {
    const lists = (parts: NdArray[]): Value => [
      [Array.from(parts[0]!.data.slice(0, 2)), Array.from(parts[0]!.data.slice(2))],
      Array.from(parts[1]!.data),
    ];
    expect(await statuses(program({ gradient: lists }))).toEqual(['accepted', 'accepted']);
    expect(await statuses(program({ value: (y) => scalar(y) }))).toEqual(['accepted', 'accepted']);
    expect(await statuses(program({ value: (y) => NdArray.of([y], [1, 1]) }))).toEqual(['accepted', 'accepted']);
    const alone = gradientCase({ point: [{ name: 't', value: scalar(0.4) }], analytic: { wrt: [[0]] } });
    const sine: Smooth = { value: ([t]) => Math.sin(t!), slope: ([t]) => [Math.cos(t!)] };
    expect(await statuses(program({ smooth: sine }), { cases: [alone], reference: program({ smooth: sine }) })).toEqual(
      ['accepted', 'accepted'],
    );
  });

  test('in float32: forward, gradient, or both', async () => {
    const value = (y: number): Value => new NdArray([], Float32Array.of(y));
    const gradient = (parts: NdArray[]): Value => parts.map(stored32);
    expect(await statuses(program({ value }))).toEqual(['accepted', 'accepted']);
    expect(await statuses(program({ gradient }))).toEqual(['accepted', 'accepted']);
    expect(await statuses(program({ value, gradient }))).toEqual(['accepted', 'accepted']);
  });

  test('with a cotangent', async () => {
    const cotangent = vector(2, -0.5);
    const outputs: Smooth[] = [
      SMOOTH,
      { value: (x) => x.reduce((sum, one) => sum + one ** 3, 0), slope: (x) => x.map((one) => 3 * one * one) },
    ];
    const answer =
      (factor = 1): Program =>
      ({ args, gradient }) => {
        const x = flat(args as NdArray[]);
        if (gradient === undefined) return ok(vector(...outputs.map(({ value }) => value(x))));
        const slopes = outputs.map(({ slope }) => slope(x));
        const sum = x.map((_, i) => factor * (2 * slopes[0]![i]! - 0.5 * slopes[1]![i]!));
        return ok(shapedLike(sum, args as NdArray[]));
      };
    const more = { cases: [gradientCase({ cotangent })], reference: answer() };
    expect(await statuses(answer(), more)).toEqual(['accepted', 'accepted']);
    expect(await statuses(answer(1.0001), more)).toEqual(['wrong-answer', 'wrong-answer']);
    const float32: Program = (one, id) => {
      const right = answer()(one, id);
      return right.status === 'ok' && right.value instanceof NdArray ? ok(stored32(right.value)) : right;
    };
    expect(await statuses(float32, more)).toEqual(['accepted', 'accepted']);
    // A column in place of a row has a slope as well.
    const column: Program = (one, id) => {
      const right = answer()(one, id);
      return right.status === 'ok' && right.value instanceof NdArray ? ok(NdArray.of(right.value.data, [2, 1])) : right;
    };
    expect(await statuses(column, more)).toEqual(['accepted', 'accepted']);
  });

  test('from a function of the student’s own', async () => {
    const cases = [
      gradientCase({ analytic: { call: call('g', ...POINT.map(({ value }) => value)), parts: [['dw'], ['more', 0]] } }),
    ];
    const answer =
      (factor: number): Program =>
      (one, id) => {
        if (one.fn !== 'g') return program()(one, id);
        const [dw, db] = shapedLike(SMOOTH.slope(flat(one.args as NdArray[])), one.args as NdArray[]);
        return ok({ dw: dw!, more: [NdArray.of(db!.data.map((x) => factor * x))] });
      };
    const reference = answer(1);
    expect(await statuses(answer(1), { cases, reference })).toEqual(['accepted', 'accepted']);
    expect(await statuses(answer(1.001), { cases, reference })).toEqual(['wrong-answer', 'wrong-answer']);
    const [own] = await judge((one, id) => (one.fn === 'g' ? ok({ dw: vector(1) }) : program()(one, id)), {
      cases,
      reference,
    });
    expect(own.summary).toBe(
      'f on an input: The gradient with respect to w should be a tensor of shape [2, 2], but it has shape [1].',
    );
  });

  test('where it is zero', async () => {
    const constant: Smooth = { value: () => 3, slope: (x) => x.map(() => 0) };
    expect(await statuses(program({ smooth: constant }), { reference: program({ smooth: constant }) })).toEqual([
      'accepted',
      'accepted',
    ]);
    const nothing: Smooth = { value: () => 0, slope: (x) => x.map(() => 0) };
    expect(await statuses(program({ smooth: nothing }), { reference: program({ smooth: nothing }) })).toEqual([
      'accepted',
      'accepted',
    ]);
    // At the minimum of a bowl of depth 1 the differences are pure rounding.
    const centre = flat(POINT.map(({ value }) => value));
    const bowl: Smooth = {
      value: (x) => 1 + x.reduce((sum, one, i) => sum + (one - centre[i]!) ** 2, 0),
      slope: (x) => x.map((one, i) => 2 * (one - centre[i]!)),
    };
    expect(await statuses(program({ smooth: bowl }), { reference: program({ smooth: bowl }) })).toEqual([
      'accepted',
      'accepted',
    ]);
  });
});

describe('a wrong gradient', () => {
  test.each<[string, (parts: NdArray[]) => Value]>([
    ['sign', scaled(-1)],
    ['scale', scaled(0.5)],
    ['zero', scaled(0)],
    ['a little too large', scaled(1 + 1e-5)],
    ['one coordinate', altered(0, 2, (x) => x + 0.01)],
    ['the sign of one coordinate', altered(1, 1, (x) => -x)],
    ['the other array', ([w, b]) => [w!, NdArray.of(b!.data.map((x) => 2 * x))]],
    [
      'transposed',
      ([w, b]) => [
        NdArray.of(
          [0, 2, 1, 3].map((i) => w!.data[i]!),
          [2, 2],
        ),
        b!,
      ],
    ],
  ])('%s', async (_, gradient) => {
    expect(await statuses(program({ gradient }))).toEqual(['wrong-answer', 'wrong-answer']);
  });

  test('in a float32 tensor, beyond its rounding', async () => {
    expect(await statuses(program({ gradient: (parts) => (scaled(1.001)(parts) as NdArray[]).map(stored32) }))).toEqual(
      ['wrong-answer', 'wrong-answer'],
    );
    const value = (y: number): Value => new NdArray([], Float32Array.of(y));
    expect(await statuses(program({ value, gradient: scaled(1.05) }))).toEqual(['wrong-answer', 'wrong-answer']);
  });

  test('of a right forward, and the other way round: one knows which', async () => {
    const tripled: Smooth = { value: (x) => 3 * SMOOTH.value(x), slope: (x) => SMOOTH.slope(x).map((one) => 3 * one) };
    expect(await statuses(program({ smooth: tripled }))).toEqual(['accepted', 'wrong-answer']);
    expect(await statuses(program({ value: (y) => 3 * y }))).toEqual(['wrong-answer', 'accepted']);
  });

  test('the bounds: 1e-7 for differences of one’s own, 1e-8 for the reference, as the rubric sets them', async () => {
    expect(await statuses(program({ gradient: scaled(1 + 3e-9) }))).toEqual(['accepted', 'accepted']);
    expect(await statuses(program({ gradient: scaled(1 + 3e-8) }))).toEqual(['accepted', 'wrong-answer']);
    expect(await statuses(program({ gradient: scaled(1 + 3e-6) }))).toEqual(['wrong-answer', 'wrong-answer']);
    expect(await statuses(program({ gradient: scaled(1 + 3e-6) }), { overrides: { rtol: 1e-5 } })).toEqual([
      'accepted',
      'accepted',
    ]);
    expect(await statuses(program({ gradient: scaled(1.01) }), { overrides: { rtol: 0.1 } })).toEqual([
      'accepted',
      'accepted',
    ]);
    const own = gradientCase({ bound: { rtol: 1e-12, atol: 0 } });
    expect(await statuses(program({ gradient: scaled(1 + 3e-9) }), { cases: [own] })).toEqual([
      'accepted',
      'wrong-answer',
    ]);
  });

  test('names the worst coordinate, with a table of slopes', async () => {
    const [own] = await judge(program({ gradient: altered(0, 2, (x) => x + 1) }));
    const slope = SMOOTH.slope(flat(POINT.map(({ value }) => value)))[2]!;
    const six = (x: number): string => String(Number(x.toPrecision(6)));
    expect(own.summary).toBe(
      `f on an input: your gradient has ${six(slope + 1)} at entry [1, 0] of w, but your own forward function has the slope ${six(slope)} there.`,
    );
    const [table] = own.evidence as [Extract<Evidence, { kind: 'table' }>];
    expect(table).toMatchObject({
      kind: 'table',
      title: 'Slope of your own forward function',
      columns: ['direction', 'by your gradient', 'by central differences', 'their uncertainty'],
    });
    expect(table.rows.map(([name]) => name)).toEqual(['random 1', 'random 2', '∂/∂w[1, 0]']);
    expect(table.rows[2]!.slice(0, 3)).toEqual(['∂/∂w[1, 0]', six(slope + 1), six(slope)]);
    for (const [, analytic, numeric, error] of table.rows) {
      expect(Number(analytic)).not.toBe(Number(numeric));
      expect(Number(error)).toBeGreaterThan(0);
      expect(Number(error)).toBeLessThan(1e-6);
    }
    const [second] = await judge(program({ gradient: altered(1, 1, (x) => x - 0.5) }));
    expect(second.summary).toContain(' at entry [1] of b, ');
  });

  test('of a scalar point has no entry to name', async () => {
    const sine: Smooth = { value: ([t]) => Math.sin(t!), slope: ([t]) => [-Math.cos(t!)] };
    const alone = gradientCase({ point: [{ name: 't', value: scalar(0) }], analytic: { wrt: [[0]] } });
    const [own] = await judge(program({ smooth: sine }), { cases: [alone], reference: program({ smooth: sine }) });
    expect(own.summary).toBe(
      'f on an input: your gradient has -1 of t, but your own forward function has the slope 1 there.',
    );
  });

  test('at a large point: the slope along a direction', async () => {
    const point = [{ name: 'x', value: NdArray.of(Float64Array.from({ length: 40 }, (_, i) => i / 40)) }];
    const cases = [gradientCase({ point, analytic: { wrt: [[0]] } })];
    const [own] = await judge(program({ gradient: scaled(-1) }), { cases });
    expect(own.summary).toMatch(
      /^f on an input: along a random direction your gradient gives the slope (-?)[\d.e-]+, but your own forward function has the slope (-?)[\d.e-]+ there\.$/,
    );
    const [, got, wanted] = /slope (\S+), .*slope (\S+) there/.exec(own.summary)!;
    expect(Number(got)).toBeCloseTo(-Number(wanted), 5);
    expect((own.evidence[0] as { rows: unknown[] }).rows).toHaveLength(2);
  });

  test('the reference check names the array', async () => {
    const [, reference] = await judge(program({ gradient: altered(1, 1, () => 9) }));
    expect(reference.summary).toMatch(
      /^f on an input \(the gradient with respect to b\) gives 9 at entry \[1\], expected /,
    );
    const [, missing] = await judge(program({ gradient: ([w]) => [w!] }));
    expect(missing.summary).toBe(
      'f on an input: the gradient with respect to b should be a tensor of shape [2], but it is undefined (is a `return` missing?).',
    );
    const [, nan] = await judge(program({ gradient: altered(0, 1, () => Number.NaN) }));
    expect(nan.summary).toMatch(/gives NaN at entry \[0, 1\], expected /);
  });

  test('the shape and what is not finite come first', async () => {
    const [shape] = await judge(program({ gradient: ([w]) => [w!, vector(1, 2, 3)] }));
    expect(shape).toMatchObject({
      status: 'wrong-answer',
      summary: 'f on an input: The gradient with respect to b should be a tensor of shape [2], but it has shape [3].',
    });
    const nothing = await judge(program({ gradient: () => null }));
    expect(nothing[0].summary).toContain(
      'The gradient with respect to w should be a tensor of shape [2, 2], but it is undefined',
    );
    for (const odd of [Number.NaN, Number.POSITIVE_INFINITY]) {
      for (const [which, entry] of [
        [0, 0],
        [1, 1],
      ] as const) {
        const [own] = await judge(program({ gradient: altered(which, entry, () => odd) }));
        expect(own).toMatchObject({ status: 'wrong-answer', summary: 'f on an input: the gradient is not finite.' });
      }
    }
  });
});

describe('a forward whose slope cannot be measured is not accepted', () => {
  const unmeasurable =
    'f on an input: your own forward function is not smooth here, or gives different results for the same input, so its slope cannot be measured.';

  test.each<[string, (y: number, x: number[]) => Value]>([
    ['noise as large as itself', (y, x) => y + hashNoise(x)],
    ['noise of 1e-3', (y, x) => y + 1e-3 * hashNoise(x)],
    ['a jump at the point', (y, x) => y + (x[0]! > 0.3 ? 1 : 0)],
    ['steps', (y) => Math.round(100 * y) / 100],
    ['NaN', () => Number.NaN],
    ['infinite', () => Number.POSITIVE_INFINITY],
    ['no number', () => 'text'],
    ['a whole tensor in place of a scalar', (y) => vector(y, y)],
  ])('%s', async (_, value) => {
    for (const gradient of [undefined, scaled(-1), scaled(1.5)]) {
      const [own] = await judge(program({ value, ...(gradient === undefined ? {} : { gradient }) }));
      expect(own).toMatchObject({ status: 'wrong-answer', summary: unmeasurable });
      expect(own.mistake).toEqual({
        id: 'not-smooth',
        message: 'The forward function is not smooth, or not the same for the same input.',
      });
    }
  });

  test('a kink at the point: every slope between those of the two sides is right, others are not', async () => {
    const kink = (y: number, x: number[]): Value => y + 0.2 * Math.abs(x[1]! + 0.7);
    expect((await judge(program({ value: kink })))[0]).toMatchObject({ status: 'accepted' });
    const wrong = program({ value: kink, gradient: scaled(-1) });
    expect((await judge(wrong))[0]).toMatchObject({ status: 'wrong-answer', summary: unmeasurable });
  });

  test('a kink somewhere else does no harm', async () => {
    const relu: Smooth = {
      value: (x) => SMOOTH.value(x) + 5 * Math.max(0, x[2]! - 0.5),
      slope: (x) => SMOOTH.slope(x).map((one, i) => one + (i === 2 && x[2]! > 0.5 ? 5 : 0)),
    };
    expect(await statuses(program({ smooth: relu }), { reference: program({ smooth: relu }) })).toEqual([
      'accepted',
      'accepted',
    ]);
    expect(
      await statuses(program({ smooth: relu, gradient: scaled(1.001) }), { reference: program({ smooth: relu }) }),
    ).toEqual(['wrong-answer', 'wrong-answer']);
  });

  test('noise within one part in a million is only uncertainty', async () => {
    const value = (y: number, x: number[]): Value => y + 1e-9 * hashNoise(x);
    expect(await statuses(program({ value }))).toEqual(['accepted', 'accepted']);
    expect(await statuses(program({ value, gradient: scaled(1.01) }))).toEqual(['wrong-answer', 'wrong-answer']);
  });

  test('the same noise counts by the slope, or a tenth of the values where there is none', async () => {
    // A slope of 1 at values of 1000 can be told from noise of 1e-12 · 1000.
    const high: Smooth = { value: (x) => 1000 + SMOOTH.value(x), slope: SMOOTH.slope };
    expect(await statuses(program({ smooth: high }), { reference: program({ smooth: high }) })).toEqual([
      'accepted',
      'accepted',
    ]);
    const level: Smooth = { value: () => 1, slope: (x) => x.map(() => 0) };
    const noisy = (size: number): Program => program({ smooth: level, value: (y, x) => y + size * hashNoise(x) });
    const reference = program({ smooth: level });
    expect((await judge(noisy(1e-10), { reference }))[0].status).toBe('accepted');
    expect((await judge(noisy(1e-6), { reference }))[0]).toMatchObject({
      status: 'wrong-answer',
      summary: unmeasurable,
    });
  });

  test('the figure says how uncertain', async () => {
    const cases = [gradientCase(), gradientCase({ id: 'two', title: 'another' })];
    const [own] = await judge(program({ value: (y, x) => y + hashNoise(x) }), { cases });
    const [table] = own.evidence as { rows: string[][] }[];
    for (const [, status, figure] of table.rows)
      expect([status, figure]).toEqual(['wrong-answer', expect.stringMatching(/^uncertainty [\d.e+]+$/)]);
    const [right] = await judge(program(), { cases });
    const [inputs] = right.evidence as { rows: string[][] }[];
    for (const [, status, figure] of inputs!.rows) {
      expect([status, figure]).toEqual([
        'accepted',
        expect.stringMatching(/^difference \d\.\de-1\d, uncertainty \d\.\de-1\d$/),
      ]);
    }
    const [wrong] = await judge(program({ gradient: scaled(2) }), { cases });
    const [, refused] = wrong.evidence as { rows: string[][] }[];
    for (const [, , figure] of refused!.rows) expect(figure).toMatch(/^difference \d\.\d+, uncertainty \d\.\de-1\d$/);
    const [, reference] = await judge(program({ gradient: scaled(2) }), { cases });
    expect(reference.evidence.at(-1)).toMatchObject({
      rows: [['an input', 'wrong-answer', expect.stringMatching(/^error \d/)], {}],
    });
  });
});

describe('calls that fail', () => {
  test('speak for themselves', async () => {
    const at =
      (missing: string): Program =>
      (one, id) =>
        id === missing ? failure('runtime-error', 'Boom.') : program()(one, id);
    for (const id of ['value', 'gradient', 'd1.2.minus']) {
      const [own] = await judge(at(id));
      expect(own).toMatchObject({ status: 'runtime-error', summary: 'f on an input: Boom.' });
    }
    expect((await judge(at('gradient')))[1]).toMatchObject({
      status: 'runtime-error',
      summary: 'f on an input: Boom.',
    });
    expect((await judge(at('value')))[1].status).toBe('accepted');
  });

  test('where only the value was asked for, it speaks for the gradient', () => {
    const [, reference] = gradientChecks(options(gradientCase()));
    const submission = { 'own/one': { value: failure('runtime-error', 'Boom.') } };
    const truth = { 'own/one': { gradient: ok([vector(1), vector(1)]) } };
    expect(reference.judge({ submission, reference: truth, overrides: {} }).summary).toBe('f on an input: Boom.');
  });

  test('of coordinates leave the others to speak', async () => {
    const wrong = program({ gradient: altered(0, 2, (x) => x + 1) });
    const [own] = await judge((one, id) => (id === 'c1.0.plus' ? failure() : wrong(one, id)));
    expect(own.summary).toContain('at entry [1, 0] of w');
    const [none] = await judge((one, id) => (/^c.\.0\.minus$/.test(id) ? failure() : wrong(one, id)));
    expect(none.summary).toContain('along a random direction');
  });

  test('of the reference, or a record without the values, are the harness’s fault', async () => {
    await expect(
      judge(program(), { reference: (one, id) => (id === 'gradient' ? failure() : program()(one, id)) }),
    ).rejects.toThrow('the reference has no gradient for f on an input');
    const [own] = gradientChecks(options(gradientCase()));
    const submission = await observe(own.cases, program());
    delete submission['own/one']!['d1.3.plus'];
    expect(() => own.judge({ submission, reference: {}, overrides: {} })).toThrow(
      'the forward value d1.3.plus was not recorded',
    );
  });
});

test('withPoint puts arrays in at paths', () => {
  const args = [1, { w: vector(0), layers: [vector(1), { b: vector(2) }] }];
  const [a, b] = [vector(7), vector(8)];
  const paths = [
    [1, 'w'],
    [1, 'layers', 1, 'b'],
  ];
  expect(withPoint(args, paths, [a, b])).toEqual([1, { w: a, layers: [vector(1), { b }] }]);
  expect(withPoint([vector(0), vector(1)], [['1']], [a])).toEqual([vector(0), a]);
  expect(args).toEqual([1, { w: vector(0), layers: [vector(1), { b: vector(2) }] }]);
});

describe('bounds to the digit', () => {
  /** f = k·t at t = 0: central differences are exact, and the direction is +1 or −1. */
  const line = (k: number): Smooth => ({ value: ([t]) => k * t!, slope: () => [k] });
  const alone = (id: string): GradientCase =>
    gradientCase({ id, title: id, point: [{ name: 't', value: scalar(0) }], analytic: { wrt: [[0]] } });
  const ownOf = async (k: number, behaviour: Behaviour, overrides: Record<string, number> = {}): Promise<Verdict> =>
    (
      await judge(program({ smooth: line(k), ...behaviour }), {
        cases: [alone('one')],
        reference: program({ smooth: line(k) }),
        overrides,
      })
    )[0];

  test('relative to the larger of the gradient and the slope', async () => {
    for (const k of [3, -3]) {
      const status = async (off: number) => (await ownOf(k, { gradient: scaled(1 + off) }, { rtol: 0.1 })).status;
      expect(await status(0.11)).toBe('accepted');
      expect(await status(0.12)).toBe('wrong-answer');
      expect(await status(-0.099)).toBe('accepted');
      expect(await status(-0.101)).toBe('wrong-answer');
    }
  });

  test('float32 numbers of a gradient are granted 1e-5, all parts or none', async () => {
    const single = (factor: number) => (parts: NdArray[]) => (scaled(factor)(parts) as NdArray[]).map(stored32);
    const own = async (gradient: Behaviour['gradient']) =>
      (await judge(program(gradient === undefined ? {} : { gradient })))[0].status;
    expect(await own(single(1 + 5e-6))).toBe('accepted');
    expect(await own(single(1 + 3e-5))).toBe('wrong-answer');
    expect(await own(scaled(1 + 5e-6))).toBe('wrong-answer');
    expect(await own((parts) => [single(1 + 5e-6)(parts)[0]!, (scaled(1 + 5e-6)(parts) as NdArray[])[1]!])).toBe(
      'wrong-answer',
    );
  });

  test('noise is measured against the slope, whatever its sign, when the gradient is zero', async () => {
    for (const k of [3, -3]) {
      const noisy: Behaviour = { value: (y, x) => y + 1e-8 * hashNoise(x), gradient: scaled(0) };
      const own = await ownOf(k, noisy);
      expect(own.summary).toMatch(/your gradient has 0 of t, but your own forward function has the slope/);
    }
  });

  test('small functions have small noise', async () => {
    const value = (y: number, x: number[]): Value => 1e-6 * (y + 0.1 * hashNoise(x));
    const gradient = (parts: NdArray[]): Value => scaled(1e-6)(parts);
    expect((await judge(program({ value, gradient })))[0].mistake?.id).toBe('not-smooth');
  });

  test('figures have two digits', async () => {
    const two = (text: string): void => expect(text).toBe(Number(text).toPrecision(2));
    const cases = [gradientCase(), gradientCase({ id: 'two', title: 'another' })];
    const figures = (verdict: Verdict): string[] =>
      (verdict.evidence.at(-1) as { rows: string[][] }).rows.map((row) => row[2]!);
    const [noisy] = await judge(program({ value: (y, x) => y + hashNoise(x) }), { cases });
    for (const figure of figures(noisy)) two(figure.replace('uncertainty ', ''));
    const [wrong] = await judge(program({ gradient: scaled(-1) }), { cases });
    for (const figure of figures(wrong))
      for (const [, one] of figure.matchAll(/(?:difference|uncertainty) (\S+?)(?:,|$)/g)) two(one!);
    for (const [, , , error] of (wrong.evidence[0] as { rows: string[][] }).rows) two(error!);
    const nothing: Smooth = { value: () => 0, slope: (x) => x.map(() => 0) };
    const [zero] = await judge(program({ smooth: nothing }), { cases, reference: program({ smooth: nothing }) });
    expect(figures(zero)).toEqual(new Array(2).fill('difference 0.0, uncertainty 0.0'));
  });

  test('the worst of two wrong coordinates is named, below as above', async () => {
    const both = (a: number, b: number) => (parts: NdArray[]) =>
      altered(1, 1, (x) => x + b)(altered(0, 1, (x) => x + a)(parts));
    const worst = async (a: number, b: number): Promise<string> =>
      /at entry (.*?),? of? ?(\w)/
        .exec((await judge(program({ gradient: both(a, b) })))[0].summary)!
        .slice(1)
        .join(' ');
    expect(await worst(-2, 1)).toBe('[0, 1] w');
    expect(await worst(2, -1)).toBe('[0, 1] w');
    expect(await worst(-1, 2)).toBe('[1] b');
    expect(await worst(1, -2)).toBe('[1] b');
  });

  test('the reference check judges every part, and shows the one nearest to its bound', async () => {
    const off = (a: number, b: number) => (parts: NdArray[]) =>
      altered(1, 0, (x) => x + b)(altered(0, 0, (x) => x + a)(parts));
    const cases = [gradientCase(), gradientCase({ id: 'two', title: 'another' })];
    const figure = async (a: number, b: number): Promise<string> => {
      const [, reference] = await judge(program({ gradient: off(a, b) }), { cases });
      expect(reference.status).toBe('accepted');
      return (reference.evidence[0] as { rows: string[][] }).rows[0]![2]!;
    };
    expect(await figure(4e-9, 1e-9)).toBe('error 4e-9');
    expect(await figure(1e-9, 4e-9)).toBe('error 4e-9');
    const [, missing] = await judge(program({ gradient: (parts) => [altered(0, 0, (x) => x + 1e-9)(parts)[0]!] }));
    expect(missing.status).toBe('wrong-answer');
  });

  test('answers that take their time are waited for', async () => {
    const [own] = gradientChecks(options(gradientCase()));
    const outcomes: Record<string, Outcome> = {};
    const wrong = program({ gradient: scaled(2) });
    await own.cases[0]!.plan(async (id, one) => {
      await new Promise((resolve) => setImmediate(resolve));
      outcomes[id] = wrong(one, id);
      return outcomes[id];
    });
    expect(Object.keys(outcomes)).toHaveLength(2 + 2 * 8 + 6 * 8);
    expect(own.judge({ submission: { 'own/one': outcomes }, reference: {}, overrides: {} }).status).toBe(
      'wrong-answer',
    );
  });
});
