import { NdArray } from '../../../harness/model/value.ts';
import { mapPoint, type Size } from '../../datasets/homography.ts';

/**
 * The moving picture seen through H: at every pixel of the fixed grid the moving picture's bilinear value at H's image of it.
 * Pictures are [h, w] or [h, w, c]. Where `visible` says no, the result has the value `beyond`.
 */
export function warp(moving: NdArray, H: NdArray, visible: readonly boolean[], beyond = 0.5): NdArray {
  const [height, width, channels = 1] = moving.shape as [number, number, number?];
  const result = NdArray.zeros(moving.shape);
  for (let i = 0; i < height * width; i++) {
    const [column, row] = target(H, i, { height, width });
    for (let c = 0; c < channels; c++) {
      const inside = visible[i]! && Number.isFinite(column) && Number.isFinite(row);
      const at = (r: number, k: number): number => moving.data[(r * width + k) * channels + c]!;
      result.data[i * channels + c] = inside ? bilinear(at, row, column, { height, width }) : beyond;
    }
  }
  return result;
}

/** Which pixels of the fixed grid H takes to within the moving picture. */
export function overlap(H: NdArray, size: Size): boolean[] {
  return Array.from({ length: size.height * size.width }, (_, i) => {
    const [column, row] = target(H, i, size);
    return column >= 0 && row >= 0 && column <= size.width - 1 && row <= size.height - 1;
  });
}

/** Where H takes a pixel, as column and row of the moving picture. */
function target(H: NdArray, pixel: number, { height, width }: Size): [number, number] {
  const x = (2 * (pixel % width)) / (width - 1) - 1;
  const y = (2 * Math.floor(pixel / width)) / (height - 1) - 1;
  const [u, v] = mapPoint(H, x, y);
  return [((u + 1) / 2) * (width - 1), ((v + 1) / 2) * (height - 1)];
}

/** The picture's edge goes on beyond it. */
function bilinear(at: (r: number, c: number) => number, row: number, column: number, { height, width }: Size): number {
  const [y, x] = [Math.min(Math.max(row, 0), height - 1), Math.min(Math.max(column, 0), width - 1)];
  const [top, left] = [Math.floor(y), Math.floor(x)];
  const [bottom, right] = [Math.min(top + 1, height - 1), Math.min(left + 1, width - 1)];
  const [down, across] = [y - top, x - left];
  const above = at(top, left) * (1 - across) + at(top, right) * across;
  const below = at(bottom, left) * (1 - across) + at(bottom, right) * across;
  return above * (1 - down) + below * down;
}

/** Half grey where two pictures agree, brighter and darker where the first is. */
export function difference(a: NdArray, b: NdArray): NdArray {
  return new NdArray(
    a.shape,
    Float64Array.from(a.data, (value, i) => 0.5 + (value - b.data[i]!) / 2),
  );
}
