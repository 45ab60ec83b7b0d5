import { propertyCheck } from '../../../harness/checks/property.ts';
import { RngArg } from '../../../harness/model/call.ts';
import type { Check, Profile } from '../../../harness/model/exercise.ts';
import { NdArray } from '../../../harness/model/value.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { drawFaces } from '../../datasets/faces.ts';
import { vaeCalls, withoutTelling } from './calls.ts';
import { asFloat32, rows } from './inputs.ts';
import { directionCase } from './latent-direction.ts';
import { interpolateCase } from './latent-interpolation.ts';
import { manipulateCase } from './latent-manipulation.ts';
import { purityCase } from './latent-purity.ts';

/**
 * The checks of what is done with codes: against the student's own encode and decode, with weights of initVae, so that they say
 * nothing of how well something was trained.
 */
export function latentChecks(seed: number, module: string, profile?: Profile): Check[] {
  const vae = vaeCalls(module);
  const random = derive(seed, 'vae-faces/latent');
  const rng = new RngArg(random.bits());
  const init = { id: 'initVae', call: vae.init(rng, 'params') };
  // Pictures that no network takes for each other: a face, and the negative of another one.
  const { images } = drawFaces(random, 10);
  const negative = new NdArray(images.shape, images.data.map((x) => 1 - x) as Float64Array);
  const noise = random.bits();
  const draw = (k: number): NdArray => derive(noise, 'direction').normals([k]);
  const kinds = (withIt: number, without: number) => [rows(images, 0, withIt), rows(negative, 5, 5 + without)] as const;
  // More than programs encode at once that go through their pictures in parts, and no multiple of a part.
  const crowd = drawFaces(derive(noise, 'crowd'), 58).images;
  const whole = profile !== 'quick';
  const setup = { vae, init, images, negative, draw };
  return withoutTelling([
    propertyCheck({
      id: 'direction',
      title: 'The direction is mean μ with the attribute minus mean μ without',
      function: 'attributeDirection',
      cases: [
        directionCase(setup, 'unequal', kinds(2, 4)),
        directionCase(setup, 'more-with', kinds(3, 2)),
        ...(whole
          ? [
              directionCase(setup, 'single', kinds(1, 1)),
              directionCase(setup, 'many', [asFloat32(rows(crowd, 0, 37)), asFloat32(rows(crowd, 37, 58))], true),
            ]
          : []),
      ],
      praise: 'The direction is the difference of the two means.',
    }),
    propertyCheck({
      id: 'manipulate',
      title: 'The picture of μ(x) + strength · direction, in the shape of x',
      function: 'manipulate',
      cases: [
        manipulateCase(setup, { id: 'picture', title: 'one picture [32, 32, 3]', n: 0, strength: 1.5 }),
        ...(whole
          ? [manipulateCase(setup, { id: 'backwards', title: 'a batch of one, strength −2', n: 1, strength: -2 })]
          : []),
        manipulateCase(setup, { id: 'batch', title: '3 pictures, strength 0.7', n: 3, strength: 0.7 }),
      ],
      praise: 'Every picture is changed through its code, and keeps its shape.',
    }),
    propertyCheck({
      id: 'reconstruction',
      title: 'Strength 0 gives the picture of μ(x)',
      function: 'manipulate',
      cases: [
        manipulateCase(setup, { id: 'nothing', title: 'one picture, strength 0', n: 0, strength: 0 }),
        ...(whole
          ? [manipulateCase(setup, { id: 'nothing-batch', title: '2 pictures, strength 0', n: 2, strength: 0 })]
          : []),
      ],
      praise: 'Strength 0 encodes and decodes, and changes nothing else.',
    }),
    propertyCheck({
      id: 'interpolate',
      title: 'Pictures of the codes on the straight line from one mean to the other',
      function: 'interpolate',
      cases: (whole ? [10, 3, 2] : [3]).map((count) => interpolateCase(setup, count)),
      praise: 'The frames lie evenly on the line between the two codes, both ends included.',
    }),
    propertyCheck({
      id: 'single-frame',
      title: 'A single frame is the picture of the first code',
      function: 'interpolate',
      cases: [interpolateCase(setup, 1)],
      praise: 'A single frame is the first end of the line.',
    }),
    propertyCheck({
      id: 'latent-purity',
      title: 'Same arguments, same pictures; arguments stay as they are',
      function: 'manipulate',
      cases: [purityCase(setup)],
      praise: 'Pictures, directions and params are as they were before.',
    }),
  ]);
}
