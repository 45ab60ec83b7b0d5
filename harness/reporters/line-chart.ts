import { axisOver } from './axis.ts';
import { formatNumber } from './numbers.ts';

export interface Series {
  name: string;
  points: readonly (readonly [number, number])[];
}

/** A line chart as coordinates of an SVG drawing; the template only writes them down. */
export interface LineChart {
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
  centreX: number;
  centreY: number;
  xTicks: { at: number; label: string }[];
  yTicks: { at: number; label: string }[];
  xLabel: string;
  yLabel: string;
  /** `style`: 0 to 5, a colour and a pattern of dashes. `path` is empty where there is nothing to draw. */
  lines: { name: string; style: number; path: string; dots: { x: number; y: number }[] }[];
  /** In words, for those who do not see the drawing. */
  description: string;
}

const SIZE = { width: 560, height: 280, left: 64, right: 544, top: 12, bottom: 236 };
const STYLES = 6;
/** More points than this cannot be told apart at the width of the drawing. */
const MOST_POINTS = 480;

export function lineChart(x: string, y: string, series: readonly Series[]): LineChart {
  const finite = series.map(({ name, points }) => ({
    name,
    points: points.filter(([px, py]) => Number.isFinite(px) && Number.isFinite(py)),
  }));
  const all = finite.flatMap(({ points }) => points);
  const xAxis = axisOver(
    all.map(([px]) => px),
    SIZE.left,
    SIZE.right,
  );
  const yAxis = axisOver(
    all.map(([, py]) => py),
    SIZE.bottom,
    SIZE.top,
    true,
  );
  const yLabel = yAxis.log ? `${y} (logarithmic)` : y;
  return {
    ...SIZE,
    centreX: (SIZE.left + SIZE.right) / 2,
    centreY: (SIZE.top + SIZE.bottom) / 2,
    xTicks: xAxis.ticks.map(({ at, value }) => ({ at, label: formatNumber(value, 3) })),
    yTicks: yAxis.ticks.map(({ at, value }) => ({ at, label: formatNumber(value, 3) })),
    xLabel: x,
    yLabel,
    lines: finite.map(({ name, points }, i) => {
      const placed = thin(points).map(([px, py]) => ({ x: xAxis.place(px), y: yAxis.place(py) }));
      return {
        name,
        style: i % STYLES,
        path: placed.map((at, j) => `${j === 0 ? 'M' : 'L'}${at.x} ${at.y}`).join(''),
        dots: placed.length <= 24 ? placed : [],
      };
    }),
    description: [`${yLabel} over ${x}`, ...finite.map(describe)].join('; '),
  };
}

function describe({ name, points }: Series): string {
  if (points.length === 0) return `${name}: no points`;
  const first = formatNumber(points[0]![1], 4);
  const last = formatNumber(points[points.length - 1]![1], 4);
  return `${name}: ${points.length} points, from ${first} to ${last}`;
}

/** Of each group of neighbours the lowest and the highest, so that no spike is lost. */
function thin(points: Series['points']): Series['points'] {
  if (points.length <= MOST_POINTS) return points;
  const size = Math.ceil((points.length * 2) / MOST_POINTS);
  const kept: (readonly [number, number])[] = [];
  for (let start = 0; start < points.length; start += size) {
    let low = start;
    let high = start;
    for (let i = start; i < Math.min(start + size, points.length); i++) {
      if (points[i]![1] < points[low]![1]) low = i;
      if (points[i]![1] > points[high]![1]) high = i;
    }
    kept.push(points[Math.min(low, high)]!);
    if (low !== high) kept.push(points[Math.max(low, high)]!);
  }
  return kept;
}
