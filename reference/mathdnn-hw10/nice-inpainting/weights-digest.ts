/** SHA-256 of nice-mnist.bin, written with it by `npm run train:nice`: what is kept of runs depends on it. */
export const WEIGHTS_SHA256 = 'd02f87d9d561955db07101ebb28664e3aa05a70165a6f63e89604a86f91ec83b';
