import { defineExercise } from '../../../harness/model/exercise.ts';
import { LOOK } from './calls.ts';
import { formulaChecks } from './elbo-checks.ts';
import { latentChecks } from './latent-checks.ts';
import { networkChecks } from './network-checks.ts';
import { shortChecks } from './short-checks.ts';
import { trainedChecks } from './training-checks.ts';
import { QUICK, SHEET } from './training-data.ts';

const MODULE = 'question4';

const SIGNATURES: Record<string, string> = {
  initVae: 'initVae(rng): Params',
  encode:
    'encode(params, x: Tensor /* [n,32,32,3] */): { mu: Tensor /* [n,k] */; logVar: Tensor /* [n,k] */ } (or a promise of it)',
  reparameterize: 'reparameterize(mu: Tensor, logVar: Tensor, eps: Tensor): Tensor',
  decode: 'decode(params, z: Tensor /* [n,k] */): Tensor /* [n,32,32,3] */ (or a promise of it)',
  negativeElbo: 'negativeElbo(x: Tensor, xHat: Tensor, mu: Tensor, logVar: Tensor): scalar',
  trainVae:
    'trainVae(images: Tensor /* [N,32,32,3] */, options: { epochs, batchSize, learningRate, rng, onEpoch? }): { params, losses: number[] } (or a promise of it)',
  attributeDirection: 'attributeDirection(params, withIt: Tensor /* [n,32,32,3] */, without: Tensor): Tensor /* [k] */',
  manipulate:
    'manipulate(params, x: Tensor /* [32,32,3] or [n,32,32,3] */, direction: Tensor /* [k] */, strength: number): Tensor',
  interpolate:
    'interpolate(params, xa: Tensor /* [32,32,3] */, xb: Tensor, count: number): Tensor /* [count,32,32,3] */',
};

export default defineExercise({
  id: 'vae-faces',
  assignment: 'ece792-hw3',
  title: 'A variational autoencoder of faces',
  functions: Object.fromEntries(
    Object.entries(SIGNATURES).map(([name, signature]) => [name, { module: MODULE, signature }]),
  ),
  companions: { [LOOK]: 'look.ts' },
  checks: (seed, profile) => [
    ...formulaChecks(seed, MODULE),
    ...networkChecks(seed, MODULE),
    ...latentChecks(seed, MODULE, profile),
    ...shortChecks(seed, MODULE, profile),
    ...trainedChecks(seed, MODULE, profile === 'long' ? SHEET : QUICK),
  ],
});
