import { SystemDatabase } from '@docket/db/system-database';
import { Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { ApiSettings } from '../api-settings.js';

/** First and longest pause between two looks at a run: most ingests of small files end within the first few. */
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 250;
const PAUSE_GROWTH = 1.5;

interface Waiter {
  orgId: string;
  runId: string;
  pauseMs: number;
  nextLookAt: number;
  end(hasEnded: boolean): void;
}

/**
 * Holds requests that prefer to wait until their run has ended. One query looks after all whose turn it is: a query each would
 * cost a busy installation more than the work that is waited for.
 */
@Injectable()
export class RunWaiter {
  private readonly waiters = new Set<Waiter>();
  private isLooking = false;

  constructor(
    private readonly system: SystemDatabase,
    private readonly settings: ApiSettings,
  ) {}

  /**
   * Resolves with true when the run has ended within the time. With too many waiters already, it answers false at once:
   * waiting is a preference.
   */
  async untilEnded(orgId: string, runId: string, seconds: number): Promise<boolean> {
    if (seconds <= 0 || this.waiters.size >= this.settings.values.API_MAX_WAITERS) return false;
    return new Promise((resolve) => {
      const end = (hasEnded: boolean): void => {
        clearTimeout(timer);
        this.waiters.delete(waiter);
        resolve(hasEnded);
      };
      const waiter: Waiter = { orgId, runId, pauseMs: FIRST_PAUSE_MS, nextLookAt: performance.now(), end };
      const timer = setTimeout(end, seconds * 1_000, false);
      this.waiters.add(waiter);
      if (!this.isLooking) void this.lookWhileAnyWaits();
    });
  }

  private async lookWhileAnyWaits(): Promise<void> {
    this.isLooking = true;
    while (this.waiters.size > 0) {
      await this.look();
      await pause(FIRST_PAUSE_MS);
    }
    this.isLooking = false;
  }

  private async look(): Promise<void> {
    const now = performance.now();
    const due = [...this.waiters].filter(({ nextLookAt }) => nextLookAt <= now);
    if (due.length === 0) return;
    for (const waiter of due) {
      waiter.nextLookAt = now + waiter.pauseMs;
      waiter.pauseMs = Math.min(LONGEST_PAUSE_MS, waiter.pauseMs * PAUSE_GROWTH);
    }
    const ended = new Set(await this.endedOf(due));
    for (const waiter of due) if (ended.has(waiter.runId)) waiter.end(true);
  }

  /** A database that is away is no reason to say that accepted work was not: at their time they are answered as if it went on. */
  private async endedOf(due: readonly Waiter[]): Promise<string[]> {
    try {
      return await this.system.endedRuns(due);
    } catch {
      return [];
    }
  }
}
