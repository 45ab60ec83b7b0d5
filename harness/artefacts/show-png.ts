import { PNG } from 'pngjs';
import type { PngArtefact } from './png.ts';

/** Longest side of a picture in a report. */
const LONGEST = 1200;

/**
 * The picture anew as a PNG that holds pixels and nothing else, made smaller by a whole factor where it is larger than a
 * page. The same picture gives the same bytes.
 */
export function showPng({ width, height, rgba }: PngArtefact): { bytes: Uint8Array; width: number; height: number } {
  const factor = Math.ceil(Math.max(width, height) / LONGEST);
  const small = new PNG({ width: Math.ceil(width / factor), height: Math.ceil(height / factor) });
  for (let row = 0; row < small.height; row++) {
    for (let column = 0; column < small.width; column++) {
      const to = 4 * (row * small.width + column);
      averageInto(small.data, to, rgba, width, height, row * factor, column * factor, factor);
    }
  }
  return { bytes: PNG.sync.write(small), width: small.width, height: small.height };
}

/** The mean of a block of pixels, each colour weighted by how much of it is seen. */
function averageInto(
  target: Uint8Array,
  to: number,
  rgba: Uint8Array,
  width: number,
  height: number,
  top: number,
  left: number,
  size: number,
): void {
  let [red, green, blue, opacity, count] = [0, 0, 0, 0, 0];
  for (let row = top; row < Math.min(height, top + size); row++) {
    for (let column = left; column < Math.min(width, left + size); column++) {
      const from = 4 * (row * width + column);
      const alpha = rgba[from + 3]!;
      red += alpha * rgba[from]!;
      green += alpha * rgba[from + 1]!;
      blue += alpha * rgba[from + 2]!;
      opacity += alpha;
      count += 1;
    }
  }
  const seen = Math.max(1, opacity);
  target[to] = Math.round(red / seen);
  target[to + 1] = Math.round(green / seen);
  target[to + 2] = Math.round(blue / seen);
  target[to + 3] = Math.round(opacity / count);
}
