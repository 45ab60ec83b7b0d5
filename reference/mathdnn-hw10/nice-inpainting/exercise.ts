import { defineExercise } from '../../../harness/model/exercise.ts';
import { FUNCTIONS } from './calls.ts';
import { flowChecks } from './flow-checks.ts';
import { inpaintChecks } from './inpaint-checks.ts';
import { layerChecks } from './layer-checks.ts';

export default defineExercise({
  id: 'nice-inpainting',
  assignment: 'mathdnn-hw10',
  title: 'Inpainting with a normalising flow (NICE)',
  functions: FUNCTIONS,
  checks: (seed) => [...layerChecks(seed), ...flowChecks(seed), ...inpaintChecks(seed)],
});
