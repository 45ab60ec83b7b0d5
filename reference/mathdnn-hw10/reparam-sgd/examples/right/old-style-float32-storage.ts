/**
 * @about Old style with var; numbers stored as float32 between steps, normals by the ratio of uniforms.
 */
var round32 = Math.fround;

function weights(mu: any, tau: any, x: any) {
  var s = Math.exp(tau), out: any = [], i;
  for (i = 0; i < x.length; i++) {
    var z = (x[i] - mu) / s;
    out.push([z / s, z * z - 1]);
  }
  return out;
}

export function scoreGradient(mu: any, tau: any, x: any) {
  var xs = x.dataSync(), w = weights(mu, tau, xs), a = 0, b = 0, i;
  for (i = 0; i < xs.length; i++) {
    a += xs[i] * Math.sin(xs[i]) * w[i][0];
    b += xs[i] * Math.sin(xs[i]) * w[i][1];
  }
  return { mu: round32(a / xs.length + mu - 1), tau: round32(b / xs.length + Math.exp(tau) - 1) };
}

export function pathwiseGradient(mu: any, tau: any, y: any) {
  var ys = y.dataSync(), s = Math.exp(tau), a = 0, b = 0, i;
  for (i = 0; i < ys.length; i++) {
    var x = mu + s * ys[i], d = Math.sin(x) + x * Math.cos(x);
    a += d;
    b += d * s * ys[i];
  }
  return { mu: round32(a / ys.length + mu - 1), tau: round32(b / ys.length + s - 1) };
}

// Kinderman and Monahan.
function ratioOfUniforms(rng: any) {
  for (;;) {
    var u = rng(), v = 1.7156 * (rng() - 0.5);
    if (u === 0) continue;
    var q = v / u;
    if (q * q <= -4 * Math.log(u)) return q;
  }
}

export function minimise(method: any, options: any, rng: any) {
  var p = { mu: 0, tau: 0 }, trace: any = [], i, k;
  for (i = 0; i < options.iterations; i++) {
    var noise: any = [];
    for (k = 0; k < options.batch; k++) noise.push(ratioOfUniforms(rng));
    var s = Math.exp(p.tau);
    var data = { dataSync: function () { return method === 'score' ? noise.map(function (e: any) { return p.mu + s * e; }) : noise; } };
    var g = (method === 'score' ? scoreGradient : pathwiseGradient)(p.mu, p.tau, data);
    p = { mu: round32(p.mu - options.learningRate * g.mu), tau: round32(p.tau - options.learningRate * g.tau) };
    trace.push({ mu: p.mu, sigma: round32(Math.exp(p.tau)) });
  }
  return { mu: trace[trace.length - 1].mu, sigma: trace[trace.length - 1].sigma, trace: trace };
}
