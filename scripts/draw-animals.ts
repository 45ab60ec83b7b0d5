/**
 * Draws a contact sheet of the generated animals: docs/animals.png, above at 128×128 pixels, below at 32×32.
 *   node --import tsx scripts/draw-animals.ts
 */
import { writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { NdArray } from '../harness/model/value.ts';
import { pictures, tile, toPng } from '../harness/numerics/images.ts';
import { derive } from '../harness/numerics/random.ts';
import { ROOT } from '../harness/root.ts';
import { drawAnimals } from '../reference/datasets/animals.ts';

const large = tile(pictures(drawAnimals(derive(7, 'contact sheet'), 12, 128).images), 6, { gap: 4, background: 1 });
const small = tile(pictures(drawAnimals(derive(7, 'contact sheet'), 46, 32).images), 23, { gap: 2, background: 1 });

const width = large.shape[1]!;
const gap = 8;
const height = large.shape[0]! + gap + small.shape[0]!;
const sheet = NdArray.zeros([height, width, 3]);
sheet.data.fill(1);
sheet.data.set(large.data, 0);
for (let row = 0; row < small.shape[0]!; row++) {
  const length = Math.min(width, small.shape[1]!) * 3;
  const from = row * small.shape[1]! * 3;
  sheet.data.set(small.data.subarray(from, from + length), (large.shape[0]! + gap + row) * width * 3);
}
await writeFile(path.join(ROOT, 'docs/animals.png'), toPng(sheet));
