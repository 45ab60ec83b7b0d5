/** The work was given up because someone asked for it: no fault of the grader or of a program. */
export class Stopped extends Error {
  constructor() {
    super('Stopped before the end.');
    this.name = 'Stopped';
  }
}

/** The result of `work`, or Stopped as soon as the signal comes: what is under way then ends on its own, unheard. */
export async function untilStopped<T>(stop: AbortSignal, work: Promise<T>): Promise<T> {
  if (stop.aborted) {
    work.catch(() => {});
    throw new Stopped();
  }
  let refuse = (): void => {};
  const stopped = new Promise<never>((_, reject) => {
    refuse = () => reject(new Stopped());
    stop.addEventListener('abort', refuse, { once: true });
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    stop.removeEventListener('abort', refuse);
  }
}
