import * as tf from '@tensorflow/tfjs-node-gpu';

const LOW = -5000;

function logProduct(joint: tf.Tensor): tf.Tensor {
  const [px, pz] = [joint.sum(1), joint.sum(0)];
  return tf.add(px.log().expandDims(1), pz.log().expandDims(0));
}

/** log Σ e^f Q */
function logMean(f: tf.Tensor, joint: tf.Tensor): tf.Tensor {
  return tf.logSumExp(tf.maximum(f.add(logProduct(joint)), -1e6));
}

export function dvObjective(f: tf.Tensor, joint: tf.Tensor): tf.Tensor {
  return tf.tidy(() => f.mul(joint).sum().sub(logMean(f, joint)));
}

export function optimalCritic(joint: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const start = tf.sin(tf.range(0, joint.size)).reshape(joint.shape);
    // ∂/∂f of log Σ e^f Q is the tilted distribution e^f Q / Σ e^f Q; at the optimum it equals P.
    const tilted = tf.grad((f) => logMean(f, joint))(start);
    const f = start.add(joint.log()).sub(tilted.log());
    return tf.where(joint.greater(0), f, tf.fill(joint.shape, LOW));
  });
}

export function klDivergence(joint: tf.Tensor): tf.Tensor {
  return tf.tidy(() => dvObjective(optimalCritic(joint), joint));
}
