/** What `make` gives, made when it is first asked for and kept: listing checks should not take seconds. */
export function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
