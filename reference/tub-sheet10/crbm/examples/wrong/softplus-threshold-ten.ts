/**
 * @mistake log(1 + eᵃ) is taken to be a where a is above 10; it is still 0.00005 more there.
 * @hint Use the stable form max(a, 0) + log(1 + e^(−|a|)), or a threshold of 40.
 * @expect extreme-freeEnergy wrong-answer
 */
import * as tf from '@tensorflow/tfjs';
function act(W, U, x, y) { return x.dot(W).add(y.dot(U)); }
export function hiddenGivenVisible(W, U, x, y) { return act(W, U, x, y).sigmoid(); }
export function outputGivenHidden(U, h) { return U.dot(h).sigmoid(); }
export function freeEnergy(W, U, x, y) { return -act(W, U, x, y).arraySync().reduce((t, a) => t + (a > 10 ? a : Math.log(1 + Math.exp(a))), 0); }
