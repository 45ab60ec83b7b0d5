/**
 * The objective F(μ, τ) = E[X sin X] + ½(μ − 1)² + σ − log σ with X ~ N(μ, σ²), σ = e^τ, and what is known of its
 * estimators. Everything follows from the characteristic function: E e^{iX} = e^{iμ − σ²/2}, so that
 * E[X sin X] = Im(−i d/dt E e^{itX}) at t = 1 = e^{−σ²/2} (μ sin μ + σ² cos μ).
 */

/** One number for μ and one for τ. */
export interface Pair {
  mu: number;
  tau: number;
}

export type Method = 'score' | 'pathwise';

/** E[X sin X] */
export function expectation({ mu, tau }: Pair): number {
  const variance = Math.exp(2 * tau);
  return Math.exp(-variance / 2) * (mu * Math.sin(mu) + variance * Math.cos(mu));
}

/** ∇E[X sin X] with respect to (μ, τ). */
export function expectationGradient({ mu, tau }: Pair): Pair {
  const variance = Math.exp(2 * tau);
  const damping = Math.exp(-variance / 2);
  const [sin, cos] = [Math.sin(mu), Math.cos(mu)];
  return {
    mu: damping * (sin + mu * cos - variance * sin),
    tau: damping * variance * (2 * cos - mu * sin - variance * cos),
  };
}

/** The gradient of ½(μ − 1)² + σ − log σ with respect to (μ, τ): dσ/dτ = σ and log σ = τ. */
export function restGradient({ mu, tau }: Pair): Pair {
  return { mu: mu - 1, tau: Math.exp(tau) - 1 };
}

/** ∇F */
export function objectiveGradient(at: Pair): Pair {
  const [a, b] = [expectationGradient(at), restGradient(at)];
  return { mu: a.mu + b.mu, tau: a.tau + b.tau };
}

/** What one draw x = μ + σy adds to the mean that estimates ∇E[X sin X]. */
export const TERMS: Record<Method, (at: Pair, y: number) => Pair> = {
  // X sin X times the derivative of log N(x; μ, σ²): (x − μ)/σ² and (x − μ)²/σ² − 1.
  score: ({ mu, tau }, y) => {
    const sigma = Math.exp(tau);
    const x = mu + sigma * y;
    const value = x * Math.sin(x);
    return { mu: (value * y) / sigma, tau: value * (y * y - 1) };
  },
  // The derivative of (μ + σy) sin(μ + σy).
  pathwise: ({ mu, tau }, y) => {
    const sigma = Math.exp(tau);
    const x = mu + sigma * y;
    const slope = Math.sin(x) + x * Math.cos(x);
    return { mu: slope, tau: slope * sigma * y };
  },
};

/** The plain estimate of ∇F from standard normal numbers y; with the size of what was added up, for bounds on rounding. */
export function estimate(method: Method, at: Pair, noise: ArrayLike<number>): Pair & { size: Pair } {
  const rest = restGradient(at);
  const sum = { mu: 0, tau: 0 };
  const size = { mu: Math.abs(at.mu) + 1, tau: Math.exp(at.tau) + 1 };
  for (let i = 0; i < noise.length; i++) {
    const term = TERMS[method](at, noise[i]!);
    for (const key of ['mu', 'tau'] as const) {
      sum[key] += term[key] / noise.length;
      size[key] = Math.max(size[key], Math.abs(term[key]));
    }
  }
  return { mu: sum.mu + rest.mu, tau: sum.tau + rest.tau, size };
}

/**
 * E f(Y) for standard normal Y by the trapezoidal rule, whose error for e^{iωy} is about exp(−(2π/h − ω)²/2): at
 * h = ½ nothing is left of it for |ω| ≤ 4 or so.
 */
export function normalMean(f: (y: number) => number): number {
  let sum = 0;
  for (const [y, weight] of normalNodes(0.5)) sum += weight * f(y);
  return sum;
}

/** Nodes and weights of that rule with the step h, moved by `shift`. */
export function normalNodes(h: number, shift = 0): [y: number, weight: number][] {
  const count = Math.ceil(9 / h);
  return Array.from({ length: 2 * count + 1 }, (_, k) => {
    const y = (k - count) * h + shift;
    return [y, (h * Math.exp((-y * y) / 2)) / Math.sqrt(2 * Math.PI)];
  });
}

export interface Moments {
  mean: Pair;
  variance: Pair;
  /** E(T − ET)⁴ / Var(T)² */
  kurtosis: Pair;
}

/** Moments of a single draw's term. */
export function termMoments(method: Method, at: Pair): Moments {
  const nodes = normalNodes(0.5).map(([y, weight]) => ({ weight, term: TERMS[method](at, y) }));
  const of = (key: keyof Pair) => {
    const mean = nodes.reduce((sum, { weight, term }) => sum + weight * term[key], 0);
    const central = (power: number) =>
      nodes.reduce((sum, { weight, term }) => sum + weight * (term[key] - mean) ** power, 0);
    const variance = central(2);
    return { mean, variance, kurtosis: central(4) / variance ** 2 };
  };
  const [mu, tau] = [of('mu'), of('tau')];
  return {
    mean: { mu: mu.mean, tau: tau.mean },
    variance: { mu: mu.variance, tau: tau.variance },
    kurtosis: { mu: mu.kurtosis, tau: tau.kurtosis },
  };
}

/** The points of the descent without noise, from (0, 0): `iterations` + 1 of them. */
export function noiselessDescent(iterations: number, learningRate: number): Pair[] {
  const points: Pair[] = [{ mu: 0, tau: 0 }];
  for (let i = 0; i < iterations; i++) {
    const at = points[i]!;
    const slope = objectiveGradient(at);
    points.push({ mu: at.mu - learningRate * slope.mu, tau: at.tau - learningRate * slope.tau });
  }
  return points;
}

/** How far noise spreads the end of a descent: standard deviations, to first order, C ← (I − ηH) C (I − ηH)ᵀ + η²V/batch. */
export function spreadOfEnd(
  method: Method,
  { iterations, batch, learningRate }: { iterations: number; batch: number; learningRate: number },
): Pair {
  const path = noiselessDescent(iterations, learningRate);
  let [a, b, c] = [0, 0, 0]; // Var μ, Cov, Var τ
  for (const at of path.slice(0, -1)) {
    const { variance } = termMoments(method, at);
    const h = hessian(at);
    const [p, q, s] = [1 - learningRate * h.mm, -learningRate * h.mt, 1 - learningRate * h.tt];
    // M C Mᵀ with M = [[p, q], [q, s]].
    const next = [
      p * p * a + 2 * p * q * b + q * q * c,
      p * q * a + (p * s + q * q) * b + q * s * c,
      q * q * a + 2 * q * s * b + s * s * c,
    ] as const;
    const step = learningRate ** 2 / batch;
    [a, b, c] = [next[0] + step * variance.mu, next[1], next[2] + step * variance.tau];
  }
  return { mu: Math.sqrt(a), tau: Math.sqrt(c) };
}

/** Second derivatives of F by central differences of its gradient. */
function hessian({ mu, tau }: Pair): { mm: number; mt: number; tt: number } {
  const h = 1e-5;
  const [right, left] = [objectiveGradient({ mu: mu + h, tau }), objectiveGradient({ mu: mu - h, tau })];
  const [up, down] = [objectiveGradient({ mu, tau: tau + h }), objectiveGradient({ mu, tau: tau - h })];
  return {
    mm: (right.mu - left.mu) / (2 * h),
    mt: (right.tau - left.tau) / (2 * h),
    tt: (up.tau - down.tau) / (2 * h),
  };
}
