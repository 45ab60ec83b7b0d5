/**
 * @about Old style with var: a tally of how long the games that were won took, from which mean and spread follow; one-element tensors.
 */
import * as tf from '@tensorflow/tfjs';

function Gambler(this: any, options: any) {
  for (var key in options) this[key] = options[key];
}

/** The number of losses of a game that is won, −1 for any other. */
Gambler.prototype.lossesUntilWin = function (rng: any) {
  var money = this.start, losses = 0, plays = 0;
  if (money >= this.target) return 0;
  while (money > 0 && plays < this.maxPlays) {
    plays++;
    if (rng() < this.q) money++;
    else {
      money--;
      losses++;
    }
    if (money === this.target) return losses;
  }
  return -1;
};

export function estimateWinProbability(options: any, rng: any) {
  var gambler = new (Gambler as any)(options), tally: any = {}, i, l: any;
  for (i = 0; i < options.trials; i++) {
    l = gambler.lossesUntilWin(rng);
    if (l >= 0) tally[l] = (tally[l] || 0) + 1;
  }
  var up = Math.max(0, options.target - options.start), mean = 0, second = 0;
  for (l in tally) {
    // As many wins as losses, and those that lead to the target.
    var weight = Math.pow(options.p / options.q, up + Number(l)) * Math.pow((1 - options.p) / (1 - options.q), Number(l));
    mean += (tally[l] * weight) / options.trials;
    second += (tally[l] * weight * weight) / options.trials;
  }
  var variance = ((second - mean * mean) * options.trials) / (options.trials - 1);
  return { mean: tf.tensor([mean]), standardError: tf.tensor([Math.sqrt(Math.max(variance, 0) / options.trials)]) };
}
