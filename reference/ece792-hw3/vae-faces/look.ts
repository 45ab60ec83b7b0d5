/** Runs beside a student's program: what of its results can be sent where the rest, such as a network, cannot. */

interface Disposable {
  isDisposed?: boolean;
}

/** Whether a result of trainVae has params, and its losses. */
export function trained(result: unknown): { params: boolean; losses: unknown } {
  const { params, losses } = (result ?? {}) as { params?: unknown; losses?: unknown };
  return { params: params !== undefined && params !== null, losses };
}

/** A tensor as it is now; a disposed one as a word. */
export function now(tensor: Disposable): unknown {
  return tensor.isDisposed === true ? 'disposed' : tensor;
}
