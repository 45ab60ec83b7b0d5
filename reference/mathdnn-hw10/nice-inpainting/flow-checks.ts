import { coerce, select } from '../../../harness/checks/coerce.ts';
import { gradientChecks } from '../../../harness/checks/gradient.ts';
import { type PropertyCase, propertyCheck } from '../../../harness/checks/property.ts';
import { asArrayOf, DOUBLE, valuesCheck } from '../../../harness/checks/values.ts';
import type { Check } from '../../../harness/model/exercise.ts';
import { NdArray } from '../../../harness/model/value.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { call } from './calls.ts';
import { densityAt } from './flow.ts';
import { drawModel, drawPoints, type ModelSizes, type Points, rowsOf, withLargeLatents } from './inputs.ts';
import { differenceRows } from './jacobian.ts';
import { collect, gap, logDetOf, roundTrip } from './layer-checks.ts';
import type { Model } from './weights-file.ts';

/**
 * Sums of terms of some hundreds, of the networks and of the log-density: their size is what rounding grows with. Far below
 * what any mistake does.
 */
const CONDITION = 100;

/** The checks of the whole flow and of its log-density. */
export function flowChecks(seed: number): Check[] {
  const points = (id: string, title: string, n: number, sizes: ModelSizes): Points =>
    drawPoints(seed, `flow-${id}`, title, { ...sizes, n });
  const usual = [
    points('several', 'four rows, D = 6', 4, { D: 6, hidden: [5] }),
    points('one-row', 'a single row (n = 1)', 1, { D: 4, hidden: [6] }),
    points('one-pair', 'a single pair (D = 2)', 3, { D: 2, hidden: [4] }),
    points('deep', 'networks of three layers', 3, { D: 8, hidden: [5, 4] }),
  ];
  const linear = points('linear', 'networks of a single layer', 2, { D: 6, hidden: [] });
  const all = [...usual, linear];
  const large = [300, 750, 1000].map((size) => {
    const base = points(`large-${size}`, `latents z up to ±${size}`, 3, { D: 6, hidden: [5] });
    return withLargeLatents(base, size);
  });
  const oneLarge = withLargeLatents(points('one-large', 'one row with z up to ±900', 1, { D: 4, hidden: [4] }), 900);
  const extreme = [...large, oneLarge];
  const bound = { ...DOUBLE, condition: CONDITION };
  const jacobians = [2, 4, 6].map((D) => points(`jacobian-${D}`, `D = ${D}`, 1, { D, hidden: [5] }));
  return [
    valuesCheck({
      id: 'values-forward',
      title: 'niceForward: four couplings with masks 1, 0, 1, 0, then the scaling',
      function: 'niceForward',
      cases: all.map(({ id, title, model, x }) => ({ id, title, call: call('niceForward', model, x) })),
      parts: [
        { path: ['z'], name: 'z' },
        { path: ['logDet'], name: 'logDet' },
      ],
      bound,
    }),
    propertyCheck({
      id: 'jacobian-forward',
      title: 'logDet is the logarithm of the determinant of the numeric Jacobian',
      function: 'niceForward',
      praise: 'logDet agrees with the numeric Jacobian of your own flow.',
      cases: jacobians.map(jacobianCase),
    }),
    valuesCheck({
      id: 'values-inverse',
      title: 'niceInverse: the scaling first, then the couplings from the last to the first',
      function: 'niceInverse',
      cases: all.map(({ id, title, model, x }) => ({ id, title, call: call('niceInverse', model, x) })),
      bound,
    }),
    propertyCheck({
      id: 'round-trip',
      title: 'niceInverse undoes niceForward, and the other way round',
      function: 'niceInverse',
      praise: 'Your own niceInverse and niceForward undo each other.',
      cases: all.map(roundTripCase),
    }),
    valuesCheck({
      id: 'values-logProb',
      title: 'logProb: Σ log p(z) + logDet with the standard logistic density',
      function: 'logProb',
      cases: all.map(({ id, title, model, x }) => ({ id, title, call: call('logProb', model, x) })),
      bound,
    }),
    valuesCheck({
      id: 'extreme-logProb',
      title: 'logProb where |z| is several hundred',
      function: 'logProb',
      cases: extreme.map(({ id, title, model, x }) => ({ id, title, call: call('logProb', model, x) })),
      bound,
      praise: 'logProb stays finite and right for latents of several hundred.',
    }),
    propertyCheck({
      id: 'density',
      title: 'exp(logProb) is a density: it integrates to 1',
      function: 'logProb',
      praise: 'exp(logProb) integrates to 1.',
      cases: [densityCase(seed)],
    }),
    ...gradientChecks({
      seed,
      function: 'logProb',
      own: { id: 'gradient-logProb-own', title: 'The gradient of logProb is the slope of your own logProb' },
      reference: { id: 'gradient-logProb', title: 'The gradient of logProb with respect to x' },
      cases: usual.map(({ id, title, model, x }) => ({
        ...{ id, title },
        point: [{ name: 'x', value: x }],
        forward: ([at]) => call('logProb', model, at!),
        cotangent: derive(seed, `nice-inpainting/cotangent/${id}`).normals([x.shape[0]!]),
        analytic: { wrt: [[1]] },
        // Kinks lie at a distance of 0.05 and more.
        scale: 1 / 8,
      })),
    }),
    valuesCheck({
      id: 'extreme-gradient-logProb',
      title: 'The gradient of logProb where |z| is several hundred',
      function: 'logProb',
      cases: extreme.map(({ id, title, model, x }) => {
        const cotangent = derive(seed, `nice-inpainting/cotangent/${id}`).normals([x.shape[0]!]);
        return { id, title, call: { ...call('logProb', model, x), gradient: { wrt: [[1]], cotangent } } };
      }),
      parts: [{ path: [0], name: 'The gradient with respect to x' }],
      bound,
      praise: 'The gradient stays finite and right for latents of several hundred.',
    }),
  ];
}

function jacobianCase({ id, title, model, x }: Points): PropertyCase {
  const rows = differenceRows(rowsOf(x)[0]!);
  return {
    id,
    title,
    calls: [{ id: 'rows', call: call('niceForward', model, rows) }],
    deviations: (results) => {
      const logDet = coerce(select(results.rows!.value, ['logDet']), [], 'logDet');
      if (!logDet.ok) return logDet.problem;
      return logDetOf(select(results.rows!.value, ['z']), rows, (found, bound) => ({
        identity: 'logDet is log |det ∂z/∂x|',
        error: Math.abs(logDet.array.data[0]! - found),
        bound,
      }));
    },
  };
}

function roundTripCase({ id, title, model, x }: Points): PropertyCase {
  const shape = x.shape;
  return {
    id,
    title,
    calls: [
      { id: 'z', call: call('niceForward', model, x) },
      {
        id: 'back',
        call: ({ z }) => call('niceInverse', model, asArrayOf(select(z!.value, ['z']), shape) ?? x),
      },
      { id: 'sample', call: call('niceInverse', model, x) },
      { id: 'again', call: ({ sample }) => call('niceForward', model, asArrayOf(sample!.value, shape) ?? x) },
    ],
    deviations: ({ z, back, sample, again }) => {
      const [latents, there] = [coerce(select(z!.value, ['z']), shape, 'z'), coerce(back!.value, shape)];
      const [drawn, here] = [coerce(sample!.value, shape), coerce(select(again!.value, ['z']), shape, 'z')];
      if (!latents.ok) return latents.problem;
      if (!there.ok) return there.problem;
      if (!drawn.ok) return drawn.problem;
      if (!here.ok) return here.problem;
      return collect([
        {
          identity: 'niceInverse(niceForward(x).z) = x',
          error: gap(there.array, x),
          bound: Math.max(roundTrip(there.array), roundTrip(latents.array)),
        },
        {
          identity: 'niceForward(niceInverse(z)).z = z',
          error: gap(here.array, x),
          bound: Math.max(roundTrip(here.array), roundTrip(drawn.array)),
        },
      ]);
    },
  };
}

const GRID = { from: -6, to: 6, cells: 96 };
const CELL = ((GRID.to - GRID.from) / GRID.cells) ** 2;
/** Allowed to a program; the errors of the sum itself, at kinks and beyond its border, are kept four times smaller. */
const DENSITY_BOUND = 0.02;

/** Over the plane (D = 2): logistic densities that are narrow (scales of e^1.5 and more), summed over a grid. */
function densityCase(seed: number): PropertyCase {
  const { cells } = GRID;
  const x = gridPoints();
  // Drawn when first needed: the sums take a while.
  let model: Model | undefined;
  return {
    id: 'plane',
    title: `${cells}² points of the plane`,
    calls: [
      {
        id: 'values',
        call: () => {
          model ??= drawNarrow(seed, x);
          return call('logProb', model, x);
        },
      },
    ],
    deviations: ({ values }) => {
      const result = coerce(values!.value, [cells ** 2]);
      if (!result.ok) return result.problem;
      const total = Array.from(result.array.data).reduce((sum, value) => sum + Math.exp(value) * CELL, 0);
      return [{ identity: '∫ exp(logProb(x)) dx = 1', error: Math.abs(total - 1), bound: DENSITY_BOUND }];
    },
  };
}

/** Middles of the grid's cells, [cells², 2]. */
function gridPoints(): NdArray {
  const { from, to, cells } = GRID;
  const side = (to - from) / cells;
  const x = NdArray.zeros([cells ** 2, 2]);
  for (let i = 0; i < cells ** 2; i++) {
    x.data[2 * i] = from + ((i % cells) + 0.5) * side;
    x.data[2 * i + 1] = from + (Math.floor(i / cells) + 0.5) * side;
  }
  return x;
}

/** A model whose density the grid adds up to 1 rightly. */
function drawNarrow(seed: number, x: NdArray): Model {
  const random = derive(seed, 'nice-inpainting/density');
  for (;;) {
    const model = drawModel(random, { D: 2, hidden: [4], scale: [1.5, 1.9] });
    const total = rowsOf(x).reduce((sum, row) => sum + Math.exp(densityAt(model, row).value) * CELL, 0);
    if (Math.abs(total - 1) < DENSITY_BOUND / 4) return model;
  }
}
