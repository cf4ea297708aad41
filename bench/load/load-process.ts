/** The load generator as a child process: plan in, counts out. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LoadPlan, LoadStatus } from './load-generator.ts';

export class LoadProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<string, (message: LoadStatus) => void>();
  latest: LoadStatus | null = null;

  constructor(plan: LoadPlan) {
    const script = fileURLToPath(new URL('./load-generator.js', import.meta.url));
    this.#child = fork(script, [JSON.stringify(plan)]);
    this.#child.on('message', (message: LoadStatus) => {
      this.latest = message;
      this.#waiting.get(message.event)?.(message);
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  async ready(): Promise<void> {
    const early = once(this.#child, 'exit').then(() => Promise.reject(new Error('the load generator ended')));
    await Promise.race([this.#event('ready' as LoadStatus['event']), early]);
    early.catch(() => {});
  }

  go(): void {
    this.#child.send('go');
  }

  async stop(): Promise<LoadStatus> {
    const done = this.#event('done');
    this.#child.send('stop');
    return done;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #event(name: LoadStatus['event']): Promise<LoadStatus> {
    return new Promise((resolve) => this.#waiting.set(name, resolve));
  }
}
