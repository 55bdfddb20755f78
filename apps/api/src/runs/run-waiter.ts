import { TenantDatabase } from '@docket/db/tenant-database';
import { runHasEnded } from '@docket/domain/run/state-rules';
import { Injectable } from '@nestjs/common';
import { ApiSettings } from '../api-settings.js';

/** First and longest pause between two looks at a run: most ingests of small files end within the first few. */
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 250;

/** Holds requests that prefer to wait until their run has ended. */
@Injectable()
export class RunWaiter {
  private waiting = 0;

  constructor(
    private readonly tenants: TenantDatabase,
    private readonly settings: ApiSettings,
  ) {}

  /**
   * Resolves with true when the run has ended within the time. With too many waiters already, it answers false at once:
   * waiting is a preference. Looks at the row in short transactions, so that a waiter holds no connection.
   */
  async untilEnded(orgId: string, runId: string, seconds: number): Promise<boolean> {
    if (seconds <= 0 || this.waiting >= this.settings.values.API_MAX_WAITERS) return false;
    const deadline = performance.now() + seconds * 1_000;
    this.waiting += 1;
    try {
      for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 1.5)) {
        const run = await this.tenants.withTenant(orgId, (tx) => tx.runs.find(runId));
        if (!run || runHasEnded(run.state)) return true;
        const left = deadline - performance.now();
        if (left <= 0) return false;
        await new Promise((resolve) => setTimeout(resolve, Math.min(pause, left)));
      }
    } finally {
      this.waiting -= 1;
    }
  }
}
