/** P·A = L·U with partial pivoting. */
export class Factors {
  private readonly rows: number[][];
  private readonly order: number[];

  constructor(values: ArrayLike<number>, k: number) {
    this.rows = Array.from({ length: k }, (_, i) => Array.from({ length: k }, (_, j) => values[i * k + j]));
    this.order = this.rows.map((_, i) => i);
    for (let c = 0; c < k; c++) {
      const pivot = this.rows.reduce((best, row, r) => (r >= c && Math.abs(row[c]) > Math.abs(this.rows[best][c]) ? r : best), c);
      [this.rows[c], this.rows[pivot]] = [this.rows[pivot], this.rows[c]];
      [this.order[c], this.order[pivot]] = [this.order[pivot], this.order[c]];
      for (let r = c + 1; r < k; r++) {
        const f = this.rows[r][c] / this.rows[c][c];
        this.rows[r][c] = f;
        for (let j = c + 1; j < k; j++) this.rows[r][j] -= f * this.rows[c][j];
      }
    }
  }

  get logDeterminant(): number {
    return this.rows.reduce((sum, row, i) => sum + Math.log(Math.abs(row[i])), 0);
  }

  solve(b: ArrayLike<number>): number[] {
    const k = this.rows.length;
    const y: number[] = [];
    for (let i = 0; i < k; i++) {
      y[i] = b[this.order[i]];
      for (let j = 0; j < i; j++) y[i] -= this.rows[i][j] * y[j];
    }
    for (let i = k - 1; i >= 0; i--) {
      for (let j = i + 1; j < k; j++) y[i] -= this.rows[i][j] * y[j];
      y[i] /= this.rows[i][i];
    }
    return y;
  }
}
