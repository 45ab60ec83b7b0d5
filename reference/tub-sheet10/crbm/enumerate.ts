/** What brute force over all 2^n binary vectors s says of the distribution p(s) ∝ exp(score(s)). */
export interface Enumeration {
  /** log Σₛ exp(score(s)) */
  logSum: number;
  /** P(sᵢ = 1), [n] */
  marginals: Float64Array;
}

/** Visits every state, 2^n of them: meant for n ≤ 16. Scores may be large; the greatest is taken out first. */
export function enumerateStates(n: number, score: (state: Uint8Array) => number): Enumeration {
  const count = 2 ** n;
  const state = new Uint8Array(n);
  const scores = new Float64Array(count);
  let largest = Number.NEGATIVE_INFINITY;
  const visit = (index: number): void => {
    for (let i = 0; i < n; i++) state[i] = Math.floor(index / 2 ** i) % 2;
  };
  for (let index = 0; index < count; index++) {
    visit(index);
    scores[index] = score(state);
    largest = Math.max(largest, scores[index]!);
  }
  let sum = 0;
  const marginals = new Float64Array(n);
  for (let index = 0; index < count; index++) {
    const weight = Math.exp(scores[index]! - largest);
    visit(index);
    sum += weight;
    for (let i = 0; i < n; i++) marginals[i]! += weight * state[i]!;
  }
  return { logSum: largest + Math.log(sum), marginals: marginals.map((weight) => weight / sum) };
}
