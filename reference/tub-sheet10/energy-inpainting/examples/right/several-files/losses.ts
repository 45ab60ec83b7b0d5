import { add, customGrad, logSumExp, mean, mul, neg, stack, sub, type Tensor, zerosLike } from '@tensorflow/tfjs';

type Net = (batch: Tensor) => Tensor;

/** log(e^d + e^0) with the larger exponent taken out; its slope is ½ at d = 0, which that of maximum(d, 0) + log1p(exp(−|d|)) is not */
export const softplus = (d: Tensor): Tensor => logSumExp(stack([d, zerosLike(d)], -1), -1);

/** x̂ with the gradient for the generated part turned; the mask's own rule does the rest */
export function complete(z: Tensor, mask: Tensor, generated: Tensor): Tensor {
  const patch = customGrad((y) => ({ value: mul(y as Tensor, mask), gradFunc: (dy: Tensor) => neg(mul(dy, mask)) }));
  return add(mul(z, sub(1, mask)), patch(generated));
}

export function adversarialLoss(x: Tensor, mask: Tensor, z: Tensor, gnet: Net, enet: Net): Tensor {
  return mean(softplus(sub(enet(x), enet(complete(z, mask, gnet(z))))));
}
