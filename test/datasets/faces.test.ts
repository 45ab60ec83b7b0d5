import { describe, expect, test } from 'vitest';
import { NdArray } from '../../harness/model/value.ts';
import { derive } from '../../harness/numerics/random.ts';
import { FACE_FEATURES, loadReadout, readTraits } from '../../reference/datasets/face-readout.ts';
import { drawFace, drawFaces, FACE_ATTRIBUTES, paintFaces } from '../../reference/datasets/faces.ts';

describe('generated faces', () => {
  const { images, faces } = drawFaces(derive(3, 'faces'), 300);

  test('are the same for the same seed and others for another', () => {
    const again = drawFaces(derive(3, 'faces'), 5);
    expect(again.faces).toEqual(faces.slice(0, 5));
    expect(Buffer.from(again.images.data.buffer).equals(Buffer.from(images.data.slice(0, 5 * 3072).buffer))).toBe(true);
    expect(drawFaces(derive(4, 'faces'), 5).faces).not.toEqual(again.faces);
  });

  test('are pictures [n, 32, 32, 3] in [0, 1]', () => {
    expect(images.shape).toEqual([300, 32, 32, 3]);
    expect(images.data.every((x) => x >= 0 && x <= 1)).toBe(true);
  });

  test('have each attribute in about half of them, independently of the others', () => {
    // 300 coins: 4.5 standard deviations are 39; for pairs the same.
    for (const a of FACE_ATTRIBUTES) {
      expect(Math.abs(faces.filter((face) => face[a]).length - 150)).toBeLessThan(39);
      for (const b of FACE_ATTRIBUTES) {
        if (a !== b) expect(Math.abs(faces.filter((face) => face[a] === face[b]).length - 150)).toBeLessThan(39);
      }
    }
  });

  test('are what was asked for, and nothing else of them changes', () => {
    const given = { glasses: true, skin: 0.25 };
    for (const face of drawFaces(derive(5, 'given'), 20, given).faces) expect(face).toMatchObject(given);
  });

  test.each([
    ['smile', 19, 29],
    ['glasses', 10, 20],
    ['beard', 17, 31],
  ] as const)('%s changes the picture between rows %i and %i, and nowhere else', (attribute, top, bottom) => {
    for (let i = 0; i < 20; i++) {
      const face = drawFace(derive(i, attribute));
      const paint = (there: boolean) => paintFaces([{ ...face, [attribute]: there }]).data;
      const [a, b] = [paint(true), paint(false)];
      let changed = 0;
      for (let k = 0; k < 3072; k++) {
        if (Math.abs(a[k]! - b[k]!) < 1e-9) continue;
        changed += 1;
        const row = Math.floor(k / 96);
        expect(row >= top && row <= bottom).toBe(true);
      }
      expect(changed).toBeGreaterThan(60);
    }
  });
});

describe('what is read off faces', () => {
  test('was right on at least 98 % of the held-out faces when it was trained', () => {
    const { heldOut, weights } = loadReadout();
    for (const attribute of FACE_ATTRIBUTES) {
      expect(heldOut.accuracy[attribute].clear).toBeGreaterThanOrEqual(0.98);
      expect(heldOut.accuracy[attribute].blurred).toBeGreaterThanOrEqual(0.98);
      expect(weights[attribute]).toHaveLength(FACE_FEATURES + 1);
    }
  });

  test('is right on other faces, too', () => {
    const { images, faces } = drawFaces(derive(11, 'other faces'), 300);
    const traits = readTraits(images);
    for (const attribute of FACE_ATTRIBUTES) {
      const right = faces.filter((face, i) => face[attribute] === traits[attribute][i]).length;
      expect(right / faces.length).toBeGreaterThanOrEqual(0.98);
    }
    const off = (trait: 'skin' | 'pose') =>
      Math.sqrt(faces.reduce((sum, face, i) => sum + (traits[trait][i]! - face[trait]) ** 2, 0) / faces.length);
    // Where 0.29 and 0.58 are what a guess of the mean is off.
    expect(off('skin')).toBeLessThan(0.06);
    expect(off('pose')).toBeLessThan(0.2);
  });

  test('does not see attributes in an even grey', () => {
    const grey = new NdArray([1, 32, 32, 3], new Float64Array(3072).fill(0.5));
    expect(readTraits(grey)).toMatchObject({ smile: [expect.any(Boolean)], skin: [expect.any(Number)] });
  });
});
