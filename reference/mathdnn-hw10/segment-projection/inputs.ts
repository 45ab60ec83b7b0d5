import { NdArray } from '../../../harness/model/value.ts';
import { derive } from '../../../harness/numerics/random.ts';

/** Points y [n,2] and the abscissa a of the segment {(a, t) : 0 ≤ t ≤ 1}. */
export interface Input {
  id: string;
  /** Reads well after "on". */
  title: string;
  y: NdArray;
  a: number;
}

/**
 * Where a is no short binary fraction, at least one point lies beside the segment's inside, and otherwise none or two do:
 * two numbers are needed to see that a program keeps its results as float32.
 */
function points(id: string, title: string, a: number, rows: [number, number][]): Input {
  return { id, title, a, y: NdArray.of(rows.flat(), [rows.length, 2]) };
}

/** n points around the segment: a third of them below it, beside it and above it, in a random order. */
export function scattered(seed: number, id: string, title: string, n: number, a: number): Input {
  const random = derive(seed, `segment-projection/${id}`);
  const bands: [number, number][] = [
    [0.05, 0.95],
    [-3, -0.05],
    [1.05, 4],
  ];
  const rows = Array.from({ length: n }, (_, i): [number, number] => {
    const [lo, hi] = bands[i % bands.length]!;
    const y2 = lo + (hi - lo) * random.uniform();
    return [a + 3 * random.normal(), y2];
  });
  const order = random.permutation(n);
  return points(
    id,
    title,
    a,
    order.map((i) => rows[i]!),
  );
}

/** Forty points that rise beside the segment from below its lower end to above its upper one, each close to the next. */
export function rising(seed: number, a: number): Input {
  const random = derive(seed, 'segment-projection/rising');
  const rows = Array.from({ length: 40 }, (_, i): [number, number] => [
    a + 0.02 * random.normal(),
    -1.5 + 0.1 * i + 0.04 * random.uniform(),
  ]);
  return points('rising', 'every two of forty points in a row', a, rows);
}

/** A number in [lo, hi) that belongs to a name. */
function drawn(seed: number, name: string, lo: number, hi: number): number {
  return derive(seed, `segment-projection/a/${name}`).uniforms([1], lo, hi).data[0]!;
}

export function ordinaryInputs(seed: number): Input[] {
  const a = (name: string, lo: number, hi: number): number => drawn(seed, name, lo, hi);
  return [
    scattered(seed, 'few', 'seven points', 7, a('few', 1.2, 2.8)),
    scattered(seed, 'negative', 'a segment at a negative a', 6, a('negative', -2.8, -1.2)),
    scattered(seed, 'between', 'a between 0 and 1', 9, a('between', 0.2, 0.8)),
    scattered(seed, 'zero', 'a segment on the axis, a = 0', 9, 0),
    scattered(seed, 'two', 'two points', 2, a('two', -0.8, -0.2)),
    scattered(seed, 'large', 'a of some thousands', 6, a('large', 2000, 5000)),
    scattered(seed, 'many', 'three hundred points', 300, a('many', 1.2, 2.8)),
    scattered(seed, 'beside', 'a single point (n = 1) beside the segment', 1, a('beside', 1.2, 2.8)),
    points('below', 'a single point (n = 1) below the segment', -1.5, [
      [drawn(seed, 'below/1', 0, 2), drawn(seed, 'below/2', -2, -0.1)],
    ]),
    points('above', 'a single point (n = 1) above the segment', 2.75, [
      [drawn(seed, 'above/1', 0, 2), drawn(seed, 'above/2', 1.1, 3)],
    ]),
  ];
}

/** Points at the ends of the segment, on it, next to its ends and far away. */
export function edgeInputs(seed: number): Input[] {
  const a = drawn(seed, 'edges', -2.5, -1.5);
  const t = (name: string): number => drawn(seed, `edges/${name}`, 0.1, 0.9);
  return [
    points('ends', 'the two ends of the segment themselves', -1.25, [
      [-1.25, 0],
      [-1.25, 1],
    ]),
    points('level', 'points level with the ends', 0.5, [
      [2.7, 1],
      [-3.1, 0],
      [0.6, 1],
      [0.1, 0],
    ]),
    points('on-segment', 'points on the segment', a, [
      [a, t('first')],
      [a, t('second')],
      [a, 0],
      [a, 1],
    ]),
    points('on-line', 'points in line with the segment, beyond its ends', 3.25, [
      [3.25, -drawn(seed, 'line/1', 0.1, 2)],
      [3.25, 1 + drawn(seed, 'line/2', 0.1, 2)],
    ]),
    points('next-to-ends', 'points next to the ends, some inside and some outside', a, [
      [1, 1e-5],
      [1, -1e-5],
      [1, 1 - 1e-5],
      [1, 1 + 1e-5],
    ]),
    points('far', 'points up to 10¹² away', a, [
      [-1e5 * t('third'), t('fourth')],
      [1e5 * t('fifth'), -1e5],
      [2, 1e12],
      [-2, -1e12],
      [1e5, 1e5],
    ]),
    points('origin', 'points at the origin', -0.375, [
      [0, 0],
      [0, 0],
      [0, 0],
    ]),
  ];
}
