/**
 * @about Several files; residual generator that adds to the mean digit, batches drawn beforehand, momentum, an L1 term beside the energy.
 */
import { adversarialLoss } from './losses';
import { train } from './training';

export const energyLoss = adversarialLoss;
export { train as trainInpainting };
