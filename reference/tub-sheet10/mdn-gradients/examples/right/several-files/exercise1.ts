/**
 * @about Several files; a class holds the mixture, and the softmax of the logits goes through the same posterior.
 */
import { softmax, sub, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { Mixture } from './mixture';

export const mdnError = (alpha: Tensor, mu: Tensor, sigma: Tensor, t: Tensor): Tensor =>
  tidy(() => new Mixture(alpha, mu, sigma).error(t));

export const posterior = (alpha: Tensor, mu: Tensor, sigma: Tensor, t: Tensor): Tensor =>
  tidy(() => new Mixture(alpha, mu, sigma).posterior(t));

export const dErrorDAlpha = (alpha: Tensor, mu: Tensor, sigma: Tensor, t: Tensor): Tensor =>
  tidy(() => new Mixture(alpha, mu, sigma).alphaGradient(t));

export const dErrorDMu = (alpha: Tensor, mu: Tensor, sigma: Tensor, t: Tensor): Tensor =>
  tidy(() => new Mixture(alpha, mu, sigma).meanGradient(t));

export const dErrorDLogits = (logits: Tensor, mu: Tensor, sigma: Tensor, t: Tensor): Tensor =>
  tidy(() => {
    const alpha = softmax(logits);
    return sub(alpha, new Mixture(alpha, mu, sigma).posterior(t));
  });
