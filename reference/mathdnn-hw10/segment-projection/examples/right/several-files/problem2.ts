/**
 * @about Two files; the general projection onto a box, whose sides here are [a, a] and [0, 1].
 */
import type { Tensor } from '@tensorflow/tfjs';
import { ontoBox } from './boxes';

export function projectOntoSegment(y: Tensor, a: number): Tensor {
  return ontoBox(y, [a, 0], [a, 1]);
}
