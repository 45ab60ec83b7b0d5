import { type Hypothesis, type StatisticalCase, statisticalCheck } from '../../../harness/checks/statistical.ts';
import { RngArg } from '../../../harness/model/call.ts';
import type { Check } from '../../../harness/model/exercise.ts';
import { derive } from '../../../harness/numerics/random.ts';
import {
  binomial,
  equalCountsTest,
  inclusionTest,
  overlapTest,
  rankCorrelationTest,
} from '../../../harness/numerics/without-replacement.ts';
import { type Batch, batchCall, drawData, type Mode, readBatch } from './batches.ts';

/** So many calls, each with a generator of its own, draw `size` of `rows` rows. */
interface Layout {
  id: string;
  title: string;
  rows: number;
  size: number;
  calls: number;
}

/**
 * Three of six rows make all 20 subsets likely enough to be counted; many rows show biases that grow with their number;
 * one row a call makes counts of rows, and of pairs of rows, multinomial.
 */
const LAYOUTS: Layout[] = [
  { id: 'few', title: 'batches of 3 of 6 rows', rows: 6, size: 3, calls: 300 },
  { id: 'many', title: 'batches of 60 of 150 rows', rows: 150, size: 60, calls: 250 },
  { id: 'one', title: 'batches of one of 5 rows', rows: 5, size: 1, calls: 250 },
];

/** Up to so many subsets are counted one by one. */
const MOST_SUBSETS = 20;
/**
 * A correlation of row numbers up to this size is let pass. A reservoir that two draws fill alike keeps early rows in
 * their places and so correlates the halves by about 0.01; halves in the order of the rows are correlated by nearly 1.
 */
const SLIGHT_CORRELATION = 0.1;

type Claim = Hypothesis<Batch>;
type Half = keyof Batch;

const NAMES: Record<Half, string> = { first: ' in the first half', second: ' in the second half' };

export function rowCounts(draws: readonly Batch[], half: Half, rows: number): number[] {
  const counts = new Array<number>(rows).fill(0);
  for (const draw of draws) for (const row of draw[half]) counts[row]! += 1;
  return counts;
}

function equalRows({ rows, size }: Layout, half: Half, where: string): Claim {
  return {
    id: `rows-${half}`,
    claim: `every row is drawn equally often${where}`,
    test: (draws) => inclusionTest(rowCounts(draws, half, rows), draws.length, size),
    explain: (draws) => {
      const counts = rowCounts(draws, half, rows);
      const expected = (draws.length * size) / rows;
      const evidence = [
        {
          kind: 'table' as const,
          title: `How often each row was drawn${where} (expected ${expected.toFixed(1)})`,
          columns: ['row', 'drawn'],
          rows: counts.slice(0, 12).map((count, row) => [row, count]),
        },
      ];
      const never = counts.flatMap((count, row) => (count === 0 ? [row] : []));
      if (never.length === 0) {
        const extremes = [Math.min(...counts), Math.max(...counts)].map((count) => [count, counts.indexOf(count)]);
        const [[low, seldom], [high, often]] = extremes as [[number, number], [number, number]];
        const statement = `In ${draws.length} batches row ${seldom} was drawn ${low} times and row ${often} ${high} times; expected are ${expected.toFixed(0)}.`;
        return { statement, mistake: { id: 'biased-rows', message: BIASED }, evidence };
      }
      const which = never.includes(0) ? 'first' : never.includes(rows - 1) ? 'last' : undefined;
      const statement = `In ${draws.length} batches row ${never.join(', ')} of ${rows} was never drawn.`;
      const message =
        which === undefined ? 'Some rows are never drawn.' : `The ${which} row of the data is never drawn.`;
      return { statement, mistake: { id: `never-${which ?? 'some'}`, message }, evidence };
    },
  };
}

const BIASED =
  'The draw is biased: some rows come more often than others (a shuffle by random comparisons, or exchanges over a wrong range).';

function equalSubsets({ rows, size }: Layout, half: Half, where: string): Claim {
  const subsets = binomial(rows, size);
  return {
    id: `subsets-${half}`,
    claim: `each of the ${subsets} sets of ${size} rows is drawn equally often${where}`,
    test: (draws) => {
      const counts = new Map<string, number>();
      for (const draw of draws) {
        const key = [...draw[half]].sort((a, b) => a - b).join();
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      return equalCountsTest(Array.from({ length: subsets }, (_, i) => [...counts.values()][i] ?? 0));
    },
    explain: () => ({
      mistake: {
        id: 'biased-sets',
        message:
          'Not every set of rows is equally likely: rows are not drawn independently of each other (a shuffle by random comparisons, rows that stand side by side, or exchanges over a wrong range).',
      },
    }),
  };
}

export function pairTable(draws: readonly Batch[], rows: number): number[][] {
  const table = Array.from({ length: rows }, () => new Array<number>(rows).fill(0));
  for (const { first, second } of draws) for (const [k, row] of first.entries()) table[row]![second[k]!]! += 1;
  return table;
}

function shared({ first, second }: Batch): number {
  const rows = new Set(second);
  return first.filter((row) => rows.has(row)).length;
}

/** What dependent halves look like, as far as it can be said of all batches. */
function dependence({ size }: Layout): NonNullable<Claim['explain']> {
  return (draws) => {
    const every = (holds: (draw: Batch) => boolean): boolean => draws.every(holds);
    const known: [id: string, message: string, holds: (draw: Batch) => boolean][] = [
      [
        'marginal-as-joint',
        'In marginal mode both halves come from the same rows: that is a joint batch.',
        ({ first, second }) => first.every((row, k) => row === second[k]),
      ],
      [
        'one-draw-twice',
        'The second half is the same draw of rows in another order: it takes a draw of its own from all the data.',
        (draw) => shared(draw) === size,
      ],
      [
        'disjoint-halves',
        'The second half is drawn from the rows that the first half left over: it takes an independent draw from all the data.',
        (draw) => shared(draw) === 0,
      ],
      [
        'sorted-halves',
        'Both halves come in the order of the rows, so large row numbers meet large ones: one of them has to be shuffled.',
        ({ first, second }) => [first, second].every((rows) => rows.every((row, k) => k === 0 || rows[k - 1]! < row)),
      ],
    ];
    const found =
      size === 1
        ? known.find(([id, , holds]) => id === 'marginal-as-joint' && every(holds))
        : known.find(([, , holds]) => every(holds));
    const [id, message] = found ?? ['dependent-halves', 'In marginal mode the two halves are not drawn independently.'];
    return { statement: message, mistake: { id, message } };
  };
}

function claims(layout: Layout, mode: Mode): Claim[] {
  const { rows, size } = layout;
  const halves: [Half, string][] =
    mode === 'joint' ? [['first', '']] : (['first', 'second'] as const).map((half) => [half, NAMES[half]]);
  const each = halves.flatMap(([half, where]) => [
    equalRows(layout, half, where),
    ...(size > 1 && binomial(rows, size) <= MOST_SUBSETS ? [equalSubsets(layout, half, where)] : []),
  ]);
  if (mode === 'joint') return each;
  const explain = dependence(layout);
  if (size === 1) {
    const test: Claim['test'] = (draws) => equalCountsTest(pairTable(draws, rows).flat());
    const claim = 'every row of the first half meets every row of the second equally often';
    return [...each, { id: 'pairs', claim, test, explain }];
  }
  return [
    ...each,
    {
      id: 'correlation',
      claim: 'the row numbers of the two halves are not correlated',
      test: (draws) => rankCorrelationTest(pairTable(draws, rows), draws.length, size, SLIGHT_CORRELATION),
      explain,
    },
    {
      id: 'overlap',
      claim: 'the two halves have as many rows in common as independent draws have',
      test: (draws) => {
        const counts = new Array<number>(size + 1).fill(0);
        for (const draw of draws) counts[shared(draw)]! += 1;
        return overlapTest(counts, rows, size);
      },
      explain,
    },
  ];
}

function samplingCase(module: string, seed: number, mode: Mode, c: number, layout: Layout): StatisticalCase<Batch> {
  const data = drawData(derive(seed, `mine/sampling/${mode}/${layout.id}/${c}`), layout.rows, c);
  const input = { data, batchSize: layout.size, mode };
  return {
    id: layout.id,
    title: `${layout.title} (${mode})`,
    calls: (random) =>
      Array.from({ length: layout.calls }, () => batchCall(module, { ...input, rng: new RngArg(random.bits()) })),
    read: (value) => {
      const found = readBatch(value, input);
      return 'statement' in found ? found.statement : found;
    },
    hypotheses: claims(layout, mode),
  };
}

const TITLES: Record<Mode, string> = {
  joint: 'Every row, and every set of rows, is equally likely in a joint batch',
  marginal: 'The halves of a marginal batch are independent, and each is drawn evenly',
};

/** `draws-joint` and `draws-marginal`: the law of the batches over many calls. */
export function drawsCheck(module: string, seed: number, mode: Mode, c: number): Check {
  return statisticalCheck({
    id: `draws-${mode}`,
    title: TITLES[mode],
    function: 'sampleBatch',
    seed,
    cases: LAYOUTS.map((layout) => samplingCase(module, seed, mode, c, layout)),
    praise:
      mode === 'joint'
        ? 'Rows are drawn evenly, the first and the last as often as the others.'
        : 'The halves are drawn evenly and independently of each other.',
  });
}
