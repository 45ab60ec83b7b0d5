import { describe, expect, test } from 'vitest';
import { derive } from '../../harness/numerics/random.ts';
import { drawAnimals, KINDS, renderAnimal } from '../../reference/datasets/animals.ts';

describe('generated animals', () => {
  const { images, animals } = drawAnimals(derive(7, 'animals'), 40, 16);

  test('are pictures in [0, 1], none like another', () => {
    expect(images.shape).toEqual([40, 16, 16, 3]);
    expect(images.data.every((x) => x >= 0 && x <= 1)).toBe(true);
    const seen = new Set(animals.map((_, i) => images.data.slice(i * 768, (i + 1) * 768).join()));
    expect(seen.size).toBe(40);
  });

  test('are drawn from the random numbers alone, lions and tigers in turns', () => {
    expect(drawAnimals(derive(7, 'animals'), 40, 16).animals).toEqual(animals);
    expect(animals.map(({ kind }) => kind)).toEqual(animals.map((_, i) => KINDS[i % 2]));
  });

  test('are the same animals at any size', () => {
    const [animal] = animals;
    const [small, large] = [renderAnimal(animal!, 16), renderAnimal(animal!, 64)];
    let gap = 0;
    for (let y = 0; y < 16; y++)
      for (let x = 0; x < 16; x++)
        for (let c = 0; c < 3; c++) {
          let mean = 0;
          for (let v = 0; v < 4; v++)
            for (let u = 0; u < 4; u++) mean += large.data[((4 * y + v) * 64 + 4 * x + u) * 3 + c]! / 16;
          gap += (mean - small.data[(y * 16 + x) * 3 + c]!) ** 2 / 768;
        }
    expect(Math.sqrt(gap)).toBeLessThan(0.06);
  });

  test('are of two kinds that colours tell apart', () => {
    // Lions stand on sand, tigers in green.
    const green = animals.map((_, i) => {
      const corner = images.data.slice(i * 768, i * 768 + 3);
      return corner[1]! - corner[0]!;
    });
    animals.forEach(({ kind }, i) => {
      expect(green[i]! > 0.05).toBe(kind === 'tiger');
    });
  });
});
