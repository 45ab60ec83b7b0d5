import * as tf from '@tensorflow/tfjs';

export function matrixExp(C: tf.Tensor): tf.Tensor {
  return tf.customGrad((x: any, save: any) => {
    // sum C^i / i!, i = 0..99
    let term: tf.Tensor = tf.eye(3);
    let E: tf.Tensor = tf.eye(3);
    for (let i = 1; i < 100; i++) {
      term = term.matMul(x).div(i);
      E = E.add(term);
    }
    save([E]);
    // d/dC exp(C) = exp(C), chain rule with the gradient from above
    return { value: E, gradFunc: (dy: tf.Tensor, [expC]: tf.Tensor[]) => dy.matMul(expC) };
  })(C);
}
