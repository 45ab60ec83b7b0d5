import { RngArg } from '../../../harness/model/call.ts';
import type { NdArray } from '../../../harness/model/value.ts';
import { derive } from '../../../harness/numerics/random.ts';
import { drawFace, drawFaces, FACE_ATTRIBUTES, type FaceAttribute, paintFaces } from '../../datasets/faces.ts';
import type { Budget } from './calls.ts';
import { asFloat32 } from './inputs.ts';

/** How a VAE is trained, and on how much it is judged. */
export interface TrainingBudget extends Budget {
  faces: number;
  heldOut: number;
  /** Faces without an attribute that are given it. */
  changed: number;
  samples: number;
}

/** What submissions are trained with: about half a minute on one core. The last batch of an epoch has 4 faces. */
export const QUICK: TrainingBudget = {
  ...{ faces: 500, epochs: 20, batchSize: 16, learningRate: 2e-3 },
  ...{ heldOut: 200, changed: 64, samples: 200 },
};

/** The sheet's: as many steps of eight times as many pictures. */
export const SHEET: TrainingBudget = { ...QUICK, faces: 8200, epochs: 8, batchSize: 128, learningRate: 1e-3 };

export interface AttributeData {
  /** The same faces, painted with the attribute and without. */
  withIt: NdArray;
  without: NdArray;
  /** Other faces without it, and as they look with it. */
  plain: NdArray;
  truth: NdArray;
}

export interface TrainingData {
  training: NdArray;
  held: NdArray;
  attributes: Record<FaceAttribute, AttributeData>;
  rng: RngArg;
  /** Of the harness's own draws. */
  noise: number;
}

/** Faces for training and others for judging, drawn from the seed. */
export function drawTraining(seed: number, budget: TrainingBudget): TrainingData {
  const random = derive(seed, 'vae-faces/training');
  const rng = new RngArg(random.bits());
  const noise = random.bits();
  const of = (attribute: FaceAttribute): AttributeData => {
    const stream = derive(seed, `vae-faces/attribute/${attribute}`);
    const draw = (n: number) => Array.from({ length: n }, () => drawFace(stream, { [attribute]: false }));
    const painted = (n: number): [NdArray, NdArray] => {
      const faces = draw(n);
      const changed = faces.map((face) => ({ ...face, [attribute]: true }));
      return [asFloat32(paintFaces(faces)), asFloat32(paintFaces(changed))];
    };
    const [without, withIt] = painted(budget.changed);
    const [plain, truth] = painted(budget.changed);
    return { without, withIt, plain, truth };
  };
  return {
    training: asFloat32(drawFaces(random, budget.faces).images),
    held: asFloat32(drawFaces(derive(seed, 'vae-faces/held-out'), budget.heldOut).images),
    attributes: Object.fromEntries(FACE_ATTRIBUTES.map((one) => [one, of(one)])) as TrainingData['attributes'],
    ...{ rng, noise },
  };
}
