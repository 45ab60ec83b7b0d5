import type { Figure } from '../../../harness/checks/training.ts';
import { NdArray } from '../../../harness/model/value.ts';
import { type HoledDigits, PIXELS } from './inputs.ts';

/** What completed digits are, inside their holes and outside, beside the true ones. */
export interface Fill {
  /** Mean squared error over the missing pixels. */
  error: number;
  /** Mean square of what stands in the holes: 0 where they were left empty. */
  ink: number;
  /** Mean squared error over the known pixels. */
  known: number;
  /**
   * Correlation with the true digits over the missing pixels, both less their mean at that pixel: 0 where the same is
   * filled in whatever the rest of the digit looks like.
   */
  agreement: number;
}

/** `y`: digits as they were completed, [n, 784]. */
export function measureFill(y: NdArray, { x, mask }: HoledDigits): Fill {
  const sums = { error: 0, ink: 0, missing: 0, known: 0, others: 0 };
  const [mx, my, count] = [new Float64Array(PIXELS), new Float64Array(PIXELS), new Float64Array(PIXELS)];
  for (let i = 0; i < x.data.length; i++) {
    const [truth, filled] = [x.data[i]!, y.data[i]!];
    if (mask.data[i] === 0) {
      sums.known += (filled - truth) ** 2;
      sums.others += 1;
      continue;
    }
    sums.error += (filled - truth) ** 2;
    sums.ink += filled ** 2;
    sums.missing += 1;
    mx[i % PIXELS]! += truth;
    my[i % PIXELS]! += filled;
    count[i % PIXELS]! += 1;
  }
  let [xx, yy, xy] = [0, 0, 0];
  for (let i = 0; i < x.data.length; i++) {
    if (mask.data[i] === 0) continue;
    const k = i % PIXELS;
    const a = x.data[i]! - mx[k]! / count[k]!;
    const b = y.data[i]! - my[k]! / count[k]!;
    xx += a * a;
    yy += b * b;
    xy += a * b;
  }
  return {
    error: sums.error / sums.missing,
    ink: sums.ink / sums.missing,
    known: sums.known / sums.others,
    agreement: yy > 0 ? xy / Math.sqrt(xx * yy) : 0,
  };
}

/** The digits with the completed pixels inside the holes and the known ones as they are: z(1 − m) + y m. */
export function insideHoles(y: NdArray, { mask, z }: HoledDigits): NdArray {
  return new NdArray(
    z.shape,
    Float64Array.from(z.data, (value, i) => (mask.data[i] === 0 ? value : y.data[i]!)),
  );
}

/** Root mean square of what two completions differ by inside the holes. */
export function changeInside(a: NdArray, b: NdArray, { mask }: HoledDigits): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < mask.data.length; i++) {
    if (mask.data[i] === 0) continue;
    sum += (a.data[i]! - b.data[i]!) ** 2;
    count += 1;
  }
  return Math.sqrt(sum / count);
}

export interface Rivals {
  /** Squared error of the empty hole, of the training digits' mean, and of the projection on their principal components. */
  empty: number;
  mean: number;
  components: number;
}

/** `share`, `least`: the bars of the error and of what training has changed. */
export function figuresOf(fill: Fill, rivals: Rivals, share: number, change: number, least: number): Figure[] {
  return [
    {
      name: 'squared error inside the hole',
      value: fill.error,
      better: 'lower',
      bar: share * rivals.empty,
      distinctions: [
        { name: 'the mean of the training digits', at: rivals.mean },
        { name: 'principal components', at: rivals.components },
      ],
    },
    { name: "share of the empty hole's error", value: fill.error / rivals.empty, better: 'lower', bar: share },
    { name: 'change after the first iteration', value: change, better: 'higher', bar: least },
    { name: 'correlation with the true strokes', value: fill.agreement, better: 'higher' },
  ];
}
