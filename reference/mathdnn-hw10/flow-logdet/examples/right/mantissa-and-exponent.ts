/**
 * @about A product that is kept between 1 and 2, its power of two counted apart.
 */
import { scalar, type Tensor } from '@tensorflow/tfjs-core';

function logOfProduct(values: Iterable<number>): number {
  let product = 1;
  let exponent = 0;
  for (const value of values) {
    product *= Math.abs(value);
    const by = Math.floor(Math.log2(product));
    product /= 2 ** by;
    exponent += by;
  }
  return Math.log(product) + exponent * Math.LN2;
}

export function logDetPLU(P: Tensor, L: Tensor, U: Tensor, s: Tensor): Tensor {
  return scalar(logOfProduct(s.dataSync()));
}

export async function logDetConv1x1(s: Tensor, m: number, n: number): Promise<number> {
  return m * n * logOfProduct(await s.data());
}

export async function logDetCouplingConv1x1(s: Tensor, m: number, n: number): Promise<number> {
  const [single] = [logOfProduct((await s.array()) as number[])];
  return n * (m * single);
}
