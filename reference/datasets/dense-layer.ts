import type { NetLayer } from '../../harness/model/call.ts';
import { scale } from '../../harness/numerics/linalg.ts';
import type { Random } from '../../harness/numerics/random.ts';

/** A layer of a network that is made up for a check: normal weights [inputs, outputs], biases between −½ and ½. */
export function drawLayer(
  random: Random,
  inputs: number,
  outputs: number,
  deviation: number,
  activation: NetLayer['activation'],
): NetLayer {
  const kernel = scale(random.normals([inputs, outputs]), deviation);
  return { kernel, bias: random.uniforms([outputs], -0.5, 0.5), activation };
}
