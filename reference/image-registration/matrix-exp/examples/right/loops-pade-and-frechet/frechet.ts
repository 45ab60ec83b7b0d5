import { add, identity, multiply, norm1, scale, solve, type Matrix } from './linear/matrix.ts';

/** Coefficients of the numerator of the diagonal Padé approximant of degree m; the denominator's alternate in sign. */
function padeCoefficients(m: number): number[] {
  const c = [1];
  for (let k = 1; k <= m; k++) c.push((c[k - 1] * (m - k + 1)) / (k * (2 * m - k + 1)));
  return c;
}

const DEGREE = 8;
const COEFFICIENTS = padeCoefficients(DEGREE);

/** exp(A), and its Fréchet derivative in the direction E where one is given. */
export function expAndDerivative(A: Matrix, E: Matrix | null): { value: Matrix; derivative: Matrix | null } {
  const s = Math.max(0, Math.ceil(Math.log2(Math.max(norm1(A), 1e-300))));
  const X = scale(A, 2 ** -s);
  const dX = E && scale(E, 2 ** -s);

  let power = identity();
  let dPower = scale(power, 0);
  let N = scale(power, COEFFICIENTS[0]);
  let D = N;
  let dN = dPower;
  let dD = dPower;
  for (let k = 1; k <= DEGREE; k++) {
    if (dX) dPower = add(multiply(dPower, X), multiply(power, dX));
    power = multiply(power, X);
    const c = COEFFICIENTS[k];
    const sign = k % 2 === 0 ? 1 : -1;
    N = add(N, scale(power, c));
    D = add(D, scale(power, sign * c));
    dN = add(dN, scale(dPower, c));
    dD = add(dD, scale(dPower, sign * c));
  }

  // D R = N, hence D dR = dN − dD R.
  let R = solve(D, N);
  let dR = dX ? solve(D, add(dN, scale(multiply(dD, R), -1))) : null;
  for (let i = 0; i < s; i++) {
    if (dR) dR = add(multiply(dR, R), multiply(R, dR));
    R = multiply(R, R);
  }
  return { value: R, derivative: dR };
}
