import { type CaseResult, combine, failedCall } from '../../../harness/checks/case-result.ts';
import { coerce } from '../../../harness/checks/coerce.ts';
import { type Call, RngArg } from '../../../harness/model/call.ts';
import type { Check } from '../../../harness/model/exercise.ts';
import { NdArray, type Value } from '../../../harness/model/value.ts';
import { derive, Random } from '../../../harness/numerics/random.ts';

export type Mode = 'joint' | 'marginal';

/** Entries are multiples of this, so that they are the same numbers in float32. */
const UNIT = 2 ** -14;

/** Data [N,2c] with values in [0, 1), no two alike: every entry of a batch tells where it comes from. */
export function drawData(random: Random, rows: number, c: number): NdArray {
  const order = random.permutation(2 ** 14).slice(0, rows * 2 * c);
  return NdArray.of(
    order.map((value) => value * UNIT),
    [rows, 2 * c],
  );
}

export interface BatchInput {
  data: NdArray;
  batchSize: number;
  mode: Mode;
  rng: RngArg;
}

export function batchCall(module: string, { data, batchSize, mode, rng }: BatchInput): Call {
  return { module, fn: 'sampleBatch', args: [data, batchSize, mode, rng] };
}

/** The row numbers that the two halves of each row of a batch were taken from. */
export interface Batch {
  first: number[];
  second: number[];
}

export interface Fault {
  statement: string;
  mistake?: { id: string; message: string };
}

const MISTAKES = {
  'foreign-numbers': 'The batch holds numbers that are not in the data.',
  'columns-moved': 'Columns of the batch hold numbers of other columns of the data.',
  'split-after-one-column': 'In marginal mode the columns are split after the first one, not in the middle.',
  'columns-apart': 'The columns of one half do not come from one row: each half is drawn as a whole.',
  'joint-halves-apart': 'In joint mode the two halves of a row come from different rows of the data.',
  'with-replacement': 'Rows are drawn with replacement: one of them occurs twice.',
} as const;

function fault(id: keyof typeof MISTAKES, statement: string): Fault {
  return { statement, mistake: { id, message: MISTAKES[id] } };
}

/** Reads a result as a batch of rows of data, or says what keeps it from being one. */
export function readBatch(value: Value, { data, batchSize, mode }: Omit<BatchInput, 'rng'>): Batch | Fault {
  const [, columns] = data.shape as [number, number];
  const c = columns / 2;
  const coerced = coerce(value, [batchSize, columns]);
  if (!coerced.ok) return { statement: coerced.problem };
  const { array } = coerced;
  const places = placesOf(data);
  const batch: Batch = { first: [], second: [] };
  const rows: number[][] = [];
  for (let i = 0; i < batchSize; i++) {
    const sources: number[] = [];
    for (let j = 0; j < columns; j++) {
      const entry = array.data[i * columns + j]!;
      const place = places.get(Math.round(entry / UNIT));
      if (place === undefined || !(Math.abs(entry / UNIT - Math.round(entry / UNIT)) < 1e-3))
        return fault('foreign-numbers', `its entry [${i}, ${j}], ${entry}, is not in the data.`);
      const [row, column] = [Math.floor(place / columns), place % columns];
      if (column !== j)
        return fault('columns-moved', `its entry [${i}, ${j}] comes from column ${column} of the data, not from ${j}.`);
      sources.push(row);
    }
    rows.push(sources);
  }
  // Of whole batches, because a single row of columns that were drawn one by one may look like it.
  const split = rows.every((sources) => sources.slice(2).every((row) => row === sources[1]));
  for (const [i, sources] of rows.entries()) {
    const halves = [sources.slice(0, c), sources.slice(c)] as const;
    for (const [h, half] of halves.entries()) {
      const other = half.find((row) => row !== half[0]);
      if (mode === 'marginal' && other !== undefined)
        return fault(
          split ? 'split-after-one-column' : 'columns-apart',
          `the ${h === 0 ? 'first' : 'second'} half of its row ${i} mixes rows ${half[0]} and ${other} of the data.`,
        );
    }
    const strange = sources.find((row) => row !== sources[0]);
    if (mode === 'joint' && strange !== undefined)
      return fault('joint-halves-apart', `its row ${i} mixes rows ${sources[0]} and ${strange} of the data.`);
    batch.first.push(sources[0]!);
    batch.second.push(sources[c]!);
  }
  for (const [half, rows] of [
    ['', batch.first],
    [' in the second half', batch.second],
  ] as const) {
    const twice = rows.find((row, i) => rows.indexOf(row) !== i);
    if (twice !== undefined) return fault('with-replacement', `row ${twice} of the data occurs twice${half}.`);
  }
  return batch;
}

/** Entry (in units) → flat index. */
function placesOf(data: NdArray): Map<number, number> {
  let places = known.get(data);
  if (places === undefined) {
    places = new Map(Array.from(data.data, (value, i) => [Math.round(value / UNIT), i]));
    known.set(data, places);
  }
  return places;
}

/** Kept, because hundreds of batches are drawn from the same data. */
const known = new WeakMap<NdArray, Map<number, number>>();

/** The seed of a generator whose first draw, or second, is within 1/1000 of 1. */
function seedNearOne(random: Random, draw: number): number {
  for (;;) {
    const seed = random.bits();
    const generator = Random.fromSeed(seed);
    let value = 0;
    for (let i = 0; i < draw; i++) value = generator.uniform();
    if (value > 0.999) return seed;
  }
}

interface Named extends BatchInput {
  id: string;
  title: string;
}

interface Layout {
  id: string;
  title: string;
  rows: number;
  batchSize: number;
  rng: (random: Random) => RngArg;
}

const plain = (random: Random): RngArg => new RngArg(random.bits());

const LAYOUTS: Layout[] = [
  { id: 'usual', title: '20 of 50 rows', rows: 50, batchSize: 20, rng: plain },
  { id: 'all', title: 'all of 30 rows', rows: 30, batchSize: 30, rng: plain },
  { id: 'one', title: 'one of 9 rows', rows: 9, batchSize: 1, rng: plain },
  { id: 'single', title: 'data of a single row', rows: 1, batchSize: 1, rng: plain },
  {
    id: 'zeros',
    title: '10 of 25 rows, where every third random number is exactly 0',
    rows: 25,
    batchSize: 10,
    rng: (random) => new RngArg(random.bits(), 3),
  },
  {
    id: 'all-zeros',
    title: 'all of 12 rows, where every seventh random number is exactly 0',
    rows: 12,
    batchSize: 12,
    rng: (random) => new RngArg(random.bits(), 7),
  },
  {
    id: 'near-one',
    title: '6 of 10 rows, where the first random number is nearly 1',
    rows: 10,
    batchSize: 6,
    rng: (random) => new RngArg(seedNearOne(random, 1)),
  },
  {
    id: 'near-one-later',
    title: 'all of 5 rows, where the second random number is nearly 1',
    rows: 5,
    batchSize: 5,
    rng: (random) => new RngArg(seedNearOne(random, 2)),
  },
];

/** Batches of data with 2c columns; at c = 1 also some of 6 columns, of which each half has to stay together. */
function batchInputs(seed: number, mode: Mode, c: number): Named[] {
  const wide: Layout = { id: 'wide', title: '8 of 20 rows with 6 columns', rows: 20, batchSize: 8, rng: plain };
  return [...LAYOUTS, ...(c === 3 ? [] : [wide])].map(({ id, title, rows, batchSize, rng }) => {
    const random = derive(seed, `mine/batch/${mode}/${id}/${c}`);
    const data = drawData(random, rows, id === 'wide' ? 3 : c);
    return { id, title, mode, data, batchSize, rng: rng(random) };
  });
}

const TITLES: Record<Mode, string> = {
  joint: 'A joint batch is made of rows of the data, none twice',
  marginal: 'Both halves of a marginal batch are made of halves of rows, none twice',
};

/** `batches-joint` and `batches-marginal`: what must hold for every single batch, whatever the random numbers are. */
export function batchesCheck(module: string, seed: number, mode: Mode, c: number): Check {
  const inputs = batchInputs(seed, mode, c);
  const id = `batches-${mode}`;
  return {
    id,
    kind: 'property',
    title: TITLES[mode],
    function: 'sampleBatch',
    cases: inputs.map((input) => ({
      id: `${id}/${input.id}`,
      title: input.title,
      plan: async (ask) => void (await ask('batch', batchCall(module, input))),
    })),
    judge({ submission }) {
      const results = inputs.map((input): CaseResult => {
        const title = `${input.title} (${mode})`;
        const outcome = submission[`${id}/${input.id}`]!.batch!;
        if (outcome.status !== 'ok') return failedCall(title, 'sampleBatch', outcome);
        const found = readBatch(outcome.value, input);
        if (!('statement' in found)) return { title, status: 'accepted', statement: '' };
        const { statement, mistake } = found;
        return {
          title,
          status: 'wrong-answer',
          statement: `sampleBatch on ${title}: ${statement}`,
          ...(mistake === undefined ? {} : { mistake }),
        };
      });
      return combine(results, `Every ${mode} batch is made as it should be.`);
    },
  };
}
