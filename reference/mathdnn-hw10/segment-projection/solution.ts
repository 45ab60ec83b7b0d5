/**
 * The projection onto the segment {(a, t) : 0 ≤ t ≤ 1} in the plane.
 *
 * ‖y − (a, t)‖² = (y₁ − a)² + (y₂ − t)² depends on t by its second term alone, which is least on [0, 1] at the point of that
 * interval nearest to y₂. As a projection onto a closed convex set it is idempotent and does not expand distances
 * (S. Boyd, L. Vandenberghe, Convex Optimization, section 8.1).
 */
import * as tf from '@tensorflow/tfjs';

/** The nearest point of the segment for every row of y [n,2], as [n,2]. */
export function projectOntoSegment(y: tf.Tensor, a: number): tf.Tensor {
  return tf.tidy(() => {
    const second = tf.slice(y, [0, 1], [-1, 1]);
    return tf.concat([tf.fill(second.shape, a), tf.clipByValue(second, 0, 1)], 1);
  });
}
