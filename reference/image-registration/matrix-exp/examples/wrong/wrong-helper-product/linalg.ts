export type Matrix = number[][];

export function product(a: Matrix, b: Matrix): Matrix {
  return a.map((row) =>
    b[0].map((_, j) => {
      let sum = 0;
      for (let k = 0; k < row.length - 1; k++) sum += row[k] * b[k][j];
      return sum;
    }),
  );
}

export function exponential(a: Matrix): Matrix {
  let power: Matrix = a.map((row, i) => row.map((_, j) => (i === j ? 1 : 0)));
  let sum = power;
  for (let i = 1; i < 60; i++) {
    power = product(power, a).map((row) => row.map((x) => x / i));
    sum = sum.map((row, r) => row.map((x, c) => x + power[r][c]));
  }
  return sum;
}
