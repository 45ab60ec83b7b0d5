/** Red, green and blue, each 0 to 1. */
export type Colour = readonly [red: number, green: number, blue: number];

/** From one colour, at 0, to another, at 1. */
export function mix(from: Colour, to: Colour, share: number): Colour {
  const at = (c: 0 | 1 | 2): number => from[c] + share * (to[c] - from[c]);
  return [at(0), at(1), at(2)];
}

/** How much of a pixel lies inside an edge, 0 to 1: `distance` is negative inside. Edges are as soft as a pixel is wide. */
export const cover = (distance: number, pixel = 1): number => Math.min(1, Math.max(0, 0.5 - distance / pixel));

/**
 * Signed distance to an ellipse with centre (x0, y0) and half axes rx and ry, along the ray from the centre and on the scale of the
 * smaller axis: exact on the edge, which is what shows.
 */
export function ellipseDistance(x: number, y: number, x0: number, y0: number, rx: number, ry: number): number {
  return (Math.hypot((x - x0) / rx, (y - y0) / ry) - 1) * Math.min(rx, ry);
}
