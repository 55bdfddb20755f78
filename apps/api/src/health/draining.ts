import { Injectable } from '@nestjs/common';
import { setTimeout } from 'node:timers/promises';

/**
 * Whether this process is about to stop. It says so at `/ready` and serves on for a while, so that whatever balances the
 * load has taken it out before it stops listening.
 */
@Injectable()
export class Draining {
  #begun = false;

  get isReady(): boolean {
    return !this.#begun;
  }

  /** Resolves when the time to be taken out is over. */
  async begin(seconds: number): Promise<void> {
    this.#begun = true;
    await setTimeout(seconds * 1_000);
  }
}
