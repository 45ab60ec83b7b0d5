/** An error whose message is already meant for students. `kind` is the status that it suggests. */
export class FriendlyError extends Error {
  readonly kind: 'runtime-error' | 'missing' | 'compile-error' | 'output-limit-exceeded';
  constructor(message: string, kind: FriendlyError['kind'] = 'runtime-error') {
    super(message);
    this.kind = kind;
  }
}
