import { greater, mul, sum, type Tensor, where, zerosLike } from '@tensorflow/tfjs-core';

export class Joint {
  readonly rows: Tensor;
  readonly columns: Tensor;

  constructor(private readonly table: Tensor) {
    this.rows = sum(table, 1, true);
    this.columns = sum(table, 0, true);
  }

  product(): Tensor {
    return mul(this.rows, this.columns);
  }

  /** Σ f P, over the cells with P > 0. */
  expectation(f: Tensor): Tensor {
    const terms = where(greater(this.table, 0), mul(f, this.table), zerosLike(this.table));
    return sum(terms);
  }
}
