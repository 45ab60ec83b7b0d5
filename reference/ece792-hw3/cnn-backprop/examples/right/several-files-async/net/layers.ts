/** [height][width][channel] */
type Picture = number[][][];

export interface Layer {
  forward(x: any): any;
  backward(d: any): any;
}

const zeros = (h: number, w: number, c: number): Picture =>
  Array.from({ length: h }, () => Array.from({ length: w }, () => new Array<number>(c).fill(0)));

const like = (a: any): any => (Array.isArray(a) ? a.map(like) : 0);

export class Conv implements Layer {
  gW: number[][][][];
  gB: number[];
  private x!: Picture;

  constructor(
    private readonly W: number[][][][],
    private readonly B: number[],
  ) {
    this.gW = like(W);
    this.gB = like(B);
  }

  forward(x: Picture): Picture {
    this.x = x;
    return x.map((row, r) =>
      row.map((_, s) => {
        const out = this.B.slice();
        this.each(r, s, (u, v, pixel) => {
          for (let c = 0; c < pixel.length; c++) {
            const w = this.W[u][v][c];
            for (let o = 0; o < out.length; o++) out[o] += pixel[c] * w[o];
          }
        });
        return out;
      }),
    );
  }

  backward(d: Picture): Picture {
    const dx = zeros(this.x.length, this.x[0].length, this.x[0][0].length);
    d.forEach((row, r) =>
      row.forEach((errors, s) => {
        errors.forEach((e, o) => {
          if (e === 0) return;
          this.gB[o] += e;
          this.each(r, s, (u, v, pixel, i, j) => {
            const back = dx[i][j];
            for (let c = 0; c < pixel.length; c++) {
              this.gW[u][v][c][o] += e * pixel[c];
              back[c] += e * this.W[u][v][c][o];
            }
          });
        });
      }),
    );
    return dx;
  }

  /** The pixels under the kernel at (r, s), without those beyond the border. */
  private each(r: number, s: number, visit: (u: number, v: number, pixel: number[], i: number, j: number) => void) {
    for (let u = 0; u < 5; u++) {
      const row = this.x[r + u - 2];
      if (row === undefined) continue;
      for (let v = 0; v < 5; v++) {
        const pixel = row[s + v - 2];
        if (pixel !== undefined) visit(u, v, pixel, r + u - 2, s + v - 2);
      }
    }
  }
}

export class Sigmoid implements Layer {
  private y!: Picture;

  forward(x: Picture): Picture {
    this.y = x.map((row) => row.map((cell) => cell.map((a) => (a >= 0 ? 1 / (1 + Math.exp(-a)) : Math.exp(a) / (1 + Math.exp(a))))));
    return this.y;
  }

  backward(d: Picture): Picture {
    return d.map((row, r) => row.map((cell, s) => cell.map((e, c) => e * this.y[r][s][c] * (1 - this.y[r][s][c]))));
  }
}

export class MaxPool implements Layer {
  private x!: Picture;

  forward(x: Picture): Picture {
    this.x = x;
    const out = zeros(x.length / 2, x[0].length / 2, x[0][0].length);
    return out.map((row, r) => row.map((cell, s) => cell.map((_, c) => this.best(r, s, c)[2])));
  }

  backward(d: Picture): Picture {
    const dx = zeros(this.x.length, this.x[0].length, this.x[0][0].length);
    d.forEach((row, r) =>
      row.forEach((cell, s) =>
        cell.forEach((e, c) => {
          const [i, j] = this.best(r, s, c);
          dx[i][j][c] = e;
        }),
      ),
    );
    return dx;
  }

  private best(r: number, s: number, c: number): [number, number, number] {
    let found: [number, number, number] = [2 * r, 2 * s, Number.NEGATIVE_INFINITY];
    for (const i of [2 * r, 2 * r + 1])
      for (const j of [2 * s + 1, 2 * s]) if (this.x[i][j][c] > found[2]) found = [i, j, this.x[i][j][c]];
    return found;
  }
}

export class Dense implements Layer {
  gW: number[][];
  gB: number[];
  private x!: number[];

  constructor(
    private readonly W: number[][],
    private readonly B: number[],
  ) {
    this.gW = like(W);
    this.gB = like(B);
  }

  forward(x: Picture): number[] {
    this.x = x.flat(2);
    return this.B.map((b, k) => this.x.reduce((sum, value, i) => sum + value * this.W[i][k], b));
  }

  backward(d: number[]): Picture {
    d.forEach((e, k) => {
      this.gB[k] += e;
      this.x.forEach((value, i) => {
        this.gW[i][k] += e * value;
      });
    });
    const flat = this.x.map((_, i) => d.reduce((sum, e, k) => sum + e * this.W[i][k], 0));
    return Array.from({ length: 7 }, (_, r) =>
      Array.from({ length: 7 }, (_, s) => flat.slice((r * 7 + s) * 16, (r * 7 + s + 1) * 16)),
    );
  }
}
