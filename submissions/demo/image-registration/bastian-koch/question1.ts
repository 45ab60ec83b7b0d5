export { mineCritic, mineLoss, sampleBatch } from './mine';
export { register } from './register';
