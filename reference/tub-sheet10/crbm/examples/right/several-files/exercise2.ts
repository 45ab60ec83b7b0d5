/**
 * @about Several files and tfjs-core; a class holds the machine, and the logistic function comes from tanh.
 */
import { dot, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { Machine } from './machine';
import { logistic } from './math/stable.ts';

export const hiddenGivenVisible = (W: Tensor, U: Tensor, x: Tensor, y: Tensor): Tensor =>
  tidy(() => new Machine(W, U).hidden(x, y));

export const outputGivenHidden = (U: Tensor, h: Tensor): Tensor => tidy(() => logistic(dot(U, h)));

export const freeEnergy = (W: Tensor, U: Tensor, x: Tensor, y: Tensor): Tensor =>
  tidy(() => new Machine(W, U).freeEnergy(x, y));
