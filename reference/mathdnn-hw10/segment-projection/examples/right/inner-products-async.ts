/**
 * @about Async; the formula for a segment between any two points, by inner products.
 */
import { tensor2d, type Tensor } from '@tensorflow/tfjs-node';

type Point = [number, number];

const dot = (u: Point, v: Point) => u[0] * v[0] + u[1] * v[1];
const minus = (u: Point, v: Point): Point => [u[0] - v[0], u[1] - v[1]];

function nearest(y: Point, from: Point, to: Point): Point {
  const direction = minus(to, from);
  const t = Math.max(0, Math.min(1, dot(minus(y, from), direction) / dot(direction, direction)));
  return [from[0] + t * direction[0], from[1] + t * direction[1]];
}

export async function projectOntoSegment(y: Tensor, a: number): Promise<Tensor> {
  const rows = (await y.array()) as Point[];
  return tensor2d(rows.map((row) => nearest(row, [a, 0], [a, 1])));
}
