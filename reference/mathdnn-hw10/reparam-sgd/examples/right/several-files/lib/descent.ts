import { pathwise, score, type Theta } from './estimators';
import { gaussian } from './gaussian';

export function* descend(
  method: 'score' | 'pathwise',
  { iterations, batch, learningRate }: { iterations: number; batch: number; learningRate: number },
  rng: () => number,
): Generator<Theta> {
  let at: Theta = { mu: 0, tau: 0 };
  yield at;
  for (let i = 0; i < iterations; i++) {
    const ys = gaussian(rng, batch);
    const g = method === 'score' ? score(at, ys.map((y) => at.mu + Math.exp(at.tau) * y)) : pathwise(at, ys);
    at = { mu: at.mu - learningRate * g.mu, tau: at.tau - learningRate * g.tau };
    yield at;
  }
}
