/**
 * @about The random numbers of a path are drawn beforehand, maxPlays of them, and the plays are a fold over them; sums of squares.
 */
interface State {
  money: number;
  ratio: number;
}

export const estimateWinProbability = (
  o: { trials: number; p: number; q: number; maxPlays: number; start: number; target: number },
  rng: () => number,
) => {
  const over = ({ money }: State) => money <= 0 || money >= o.target;
  const play = (state: State, u: number): State => {
    if (over(state)) return state;
    // The upper end of [0, 1) is the win here.
    return u >= 1 - o.q
      ? { money: state.money + 1, ratio: (state.ratio * o.p) / o.q }
      : { money: state.money - 1, ratio: (state.ratio * (1 - o.p)) / (1 - o.q) };
  };
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < o.trials; i++) {
    const numbers = Array.from({ length: o.maxPlays }, () => rng());
    const end = numbers.reduce(play, { money: o.start, ratio: 1 });
    const value = end.money >= o.target ? end.ratio : 0;
    sum += value;
    squares += value * value;
  }
  const mean = sum / o.trials;
  const variance = Math.max(0, squares / o.trials - mean * mean) * (o.trials / (o.trials - 1));
  return { mean: mean, standardError: Math.sqrt(variance / o.trials) };
};
