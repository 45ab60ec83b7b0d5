/**
 * Draws a contact sheet of the generated faces into docs/faces.png: random ones, and below them one face with each of its
 * attributes changed.
 *   node --import tsx scripts/faces-sheet.ts
 */
import { writeFile } from 'node:fs/promises';
import * as path from 'node:path';
import { montage, pictures, toPng } from '../harness/numerics/images.ts';
import { derive } from '../harness/numerics/random.ts';
import { ROOT } from '../harness/root.ts';
import { drawFace, drawFaces, paintFaces } from '../reference/datasets/faces.ts';

const COLUMNS = 10;
const random = derive(7, 'faces-sheet');
const drawn = pictures(drawFaces(random, 4 * COLUMNS).images);
const plain = drawFace(random, { smile: false, glasses: false, beard: false, skin: 0.3, pose: 0 });
const changes = [
  {},
  { smile: true },
  { glasses: true },
  { beard: true },
  { smile: true, glasses: true, beard: true },
  ...[{ skin: 0 }, { skin: 1 }, { pose: -1 }, { pose: 1 }, { hair: 1, width: -1, wall: 0 }],
];
const changed = pictures(paintFaces(changes.map((change) => ({ ...plain, ...change }))));
const rows = [0, 1, 2, 3].map((row) => drawn.slice(row * COLUMNS, (row + 1) * COLUMNS));
await writeFile(
  path.join(ROOT, 'docs/faces.png'),
  toPng(montage([...rows, changed], { gap: 2, background: 1 }), { scale: 2 }),
);
