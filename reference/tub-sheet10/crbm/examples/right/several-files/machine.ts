import { add, dot, neg, reshape, sum, type Tensor, transpose } from '@tensorflow/tfjs-core';
import { logistic, logOnePlusExp } from './math/stable';

export class Machine {
  constructor(
    private readonly W: Tensor,
    private readonly U: Tensor,
  ) {}

  hidden(x: Tensor, y: Tensor): Tensor {
    return logistic(this.drive(x, y));
  }

  /** A tensor of one element. */
  freeEnergy(x: Tensor, y: Tensor): Tensor {
    return reshape(neg(sum(logOnePlusExp(this.drive(x, y)))), [1]);
  }

  private drive(x: Tensor, y: Tensor): Tensor {
    return add(dot(transpose(this.W), x), dot(transpose(this.U), y));
  }
}
