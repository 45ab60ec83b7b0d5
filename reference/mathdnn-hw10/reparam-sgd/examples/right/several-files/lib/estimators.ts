export interface Theta {
  mu: number;
  tau: number;
}

const average = (terms: Theta[]): Theta => ({
  mu: terms.reduce((s, t) => s + t.mu, 0) / terms.length,
  tau: terms.reduce((s, t) => s + t.tau, 0) / terms.length,
});

/** Adds ∇(½(μ − 1)² + e^τ − τ). */
const whole = ({ mu, tau }: Theta, part: Theta): Theta => ({
  mu: part.mu + (mu - 1),
  tau: part.tau + (Math.exp(tau) - 1),
});

export function score(at: Theta, xs: number[]): Theta {
  const precision = Math.exp(-2 * at.tau);
  return whole(
    at,
    average(
      xs.map((x) => {
        const f = x * Math.sin(x);
        return { mu: f * (x - at.mu) * precision, tau: f * ((x - at.mu) ** 2 * precision - 1) };
      }),
    ),
  );
}

export function pathwise(at: Theta, ys: number[]): Theta {
  return whole(
    at,
    average(
      ys.map((y) => {
        const shift = Math.exp(at.tau) * y;
        const x = at.mu + shift;
        const slope = x * Math.cos(x) + Math.sin(x);
        return { mu: slope, tau: slope * shift };
      }),
    ),
  );
}
