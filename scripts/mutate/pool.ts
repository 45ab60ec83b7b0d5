import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { FileFacts, Reply, Request, Setup } from './worker.ts';

/** Longest time for one mutant; a loop without a switch inside is only ended from outside. */
const PATIENCE_MS = 60_000;

export type Result = Extract<Reply, { type: 'result' }>;

/** One worker process, started anew where a mutant hangs it. */
export class Worker {
  readonly #setup: Setup;
  #facts: FileFacts[] | undefined;
  #child: ChildProcess | undefined;

  constructor(setup: Setup) {
    this.#setup = setup;
  }

  async baseline(): Promise<FileFacts[]> {
    const reply = await this.#ask({ type: 'baseline' });
    if (reply?.type !== 'baseline') throw new Error('the tests do not end within their time without any mutant');
    return reply.facts;
  }

  async useFacts(facts: FileFacts[]): Promise<void> {
    this.#facts = facts;
    if (this.#child !== undefined) await this.#ask({ type: 'facts', facts });
  }

  async judge(id: number): Promise<Result> {
    const reply = await this.#ask({ type: 'mutant', id });
    return reply?.type === 'result' ? reply : { type: 'result', id, status: 'timeout' };
  }

  stop(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  async #start(): Promise<void> {
    const worker = fileURLToPath(new URL('./worker.ts', import.meta.url));
    this.#child = fork(worker, {
      execArgv: ['--import', 'tsx', '--no-warnings'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    await this.#ask({ type: 'setup', setup: this.#setup });
    if (this.#facts !== undefined) await this.#ask({ type: 'facts', facts: this.#facts });
  }

  /** The reply; undefined where the worker hung or died, which then is started anew for the next question. */
  async #ask(request: Request): Promise<Reply | undefined> {
    if (this.#child === undefined) await this.#start();
    const child = this.#child!;
    const reply = await new Promise<Reply | undefined>((resolve) => {
      const done = (value: Reply | undefined): void => {
        clearTimeout(timer);
        child.removeAllListeners('message');
        child.removeAllListeners('exit');
        resolve(value);
      };
      const timer = setTimeout(() => done(undefined), request.type === 'mutant' ? PATIENCE_MS : 10 * PATIENCE_MS);
      child.once('message', (value: Reply) => done(value));
      child.once('exit', () => done(undefined));
      child.send(request);
    });
    if (reply?.type === 'broken') {
      this.stop();
      throw new Error(reply.message);
    }
    if (reply === undefined) this.stop();
    return reply;
  }
}
