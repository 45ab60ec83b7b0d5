/** An error whose message is already meant for students. `kind` is the status that it suggests. */
export class FriendlyError extends Error {
  readonly kind: 'runtime-error' | 'missing';
  constructor(message: string, kind: 'runtime-error' | 'missing' = 'runtime-error') {
    super(message);
    this.kind = kind;
  }
}
