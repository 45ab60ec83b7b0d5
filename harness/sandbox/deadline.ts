import { creditedWait, otherThreads, runDelayMs, type ThreadTime } from './launch/run-delay.ts';

/** A busy machine may stretch a deadline so many times; a program that merely sleeps gets none of it. */
const MOST_STRETCH = 10;

/**
 * A deadline that a busy machine does not shorten: the time in which the process stood ready but got no processor does
 * not count. So the same program gets the same answer whatever else the machine is doing.
 */
export class Deadline {
  readonly #pid: number;
  readonly #ms: number;
  readonly #started = performance.now();
  readonly #onMissed: () => void;
  #timer: NodeJS.Timeout;
  /** Run delay when it was first read. What was waited before counts as used, which only makes the deadline earlier. */
  #delayBefore: number | undefined;
  #threadsBefore: ThreadTime = { alive: 0, all: 0 };

  constructor(pid: number, ms: number, onMissed: () => void) {
    this.#pid = pid;
    this.#ms = ms;
    this.#onMissed = onMissed;
    // Most answers come long before, and cost nothing here.
    this.#timer = setTimeout(
      () => {
        this.#delayBefore = runDelayMs(pid);
        this.#threadsBefore = otherThreads(pid);
        this.#wait();
      },
      Math.min(250, ms / 4),
    );
  }

  clear(): void {
    clearTimeout(this.#timer);
  }

  #wait(): void {
    const elapsed = performance.now() - this.#started;
    const delay = Math.max(0, (runDelayMs(this.#pid) ?? 0) - (this.#delayBefore ?? 0));
    const waited = creditedWait(elapsed, delay, this.#threadsBefore, otherThreads(this.#pid));
    const left = Math.min(this.#ms - (elapsed - waited), MOST_STRETCH * this.#ms - elapsed);
    if (left <= 0) this.#onMissed();
    else this.#timer = setTimeout(() => this.#wait(), left);
  }
}
