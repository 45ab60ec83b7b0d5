import { add, div, exp, expandDims, log, mul, neg, square, sub, sum, type Tensor } from '@tensorflow/tfjs-core';
import { logSumExpWithMax } from './parts/stable.ts';

export class Mixture {
  constructor(
    private readonly alpha: Tensor,
    private readonly mu: Tensor,
    private readonly sigma: Tensor,
  ) {}

  error(t: Tensor): Tensor {
    return neg(logSumExpWithMax(this.logJoint(t)));
  }

  posterior(t: Tensor): Tensor {
    const joint = this.logJoint(t);
    return exp(sub(joint, logSumExpWithMax(joint)));
  }

  alphaGradient(t: Tensor): Tensor {
    return neg(exp(add(this.logDensity(t), this.error(t))));
  }

  meanGradient(t: Tensor): Tensor {
    const weight = div(this.posterior(t), square(this.sigma));
    return mul(expandDims(weight, 1), sub(this.mu, t));
  }

  private logJoint(t: Tensor): Tensor {
    return add(log(this.alpha), this.logDensity(t));
  }

  private logDensity(t: Tensor): Tensor {
    const c = this.mu.shape[1] as number;
    const squared = sum(square(div(sub(this.mu, t), expandDims(this.sigma, 1))), 1);
    const scale = mul(log(mul(this.sigma, Math.sqrt(2 * Math.PI))), c);
    return sub(mul(squared, -0.5), scale);
  }
}
