import type { RateWindow } from '@docket/db/limits/rate-windows';
import type { Logger } from '@docket/platform/logging/logger';
import { meter } from '@docket/platform/metrics';
import { WINDOW_SECONDS, type RateStore } from './rate-store.js';

/** What a request may do, and what is left in the window. */
export interface Verdict {
  admitted: boolean;
  /** Requests left in the window, as far as this replica knows. */
  remaining: number;
  /** Seconds until the window ends. */
  resetSeconds: number;
}

/**
 * A replica takes this part of a limit at once, and answers from it without asking anybody. What it has taken and not
 * used when the window ends is lost to the others: at most 2 % of a limit for each replica.
 */
const LEASE_PART = 50;
/** More at once would only make the loss larger: at this size one request in a thousand asks the store. */
const LEASE_MOST = 1_000;
/** Windows a replica remembers: some 20 MB. A forgotten one is asked for anew, and answers the same. */
const WINDOWS_MOST = 100_000;
/** How long a replica goes on by itself before it asks the store again, so that few requests wait for a dead one. */
const ALONE_MS = 10_000;

interface Window {
  limit: number;
  /** When it ends, on this process's clock. */
  endsAt: number;
  /** Taken from the store and not used. */
  left: number;
  /** Not taken by any replica, as of the last answer. */
  shared: number;
  /** Who waits for the store's answer. */
  waiting: number;
  taking: Promise<void> | null;
}

/**
 * Counts requests together with the other replicas, in windows of a minute, at the cost of a round trip for every lease
 * and not for every request. When the store does not answer, each replica goes on counting by itself: limits then hold
 * for each replica alone, and nobody is turned away for it.
 */
export class RateLimiter {
  readonly #windows = new Map<string, Window>();
  #aloneUntil = 0;

  readonly #failures = meter().createCounter('docket_rate_limit_store_failures_total', {
    description:
      'Times that the store of rate limits did not answer, so that a replica went on counting alone',
  });

  constructor(
    private readonly store: RateStore,
    private readonly logger: Logger,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Takes one request of a bucket. */
  async take(bucket: string, limit: number): Promise<Verdict> {
    for (;;) {
      const window = this.windowOf(bucket, limit);
      if (window.left > 0) {
        window.left -= 1;
        return this.verdict(window, true);
      }
      if (isSpent(window)) return this.verdict(window, false);
      await this.join(bucket, window);
    }
  }

  /** Whether a bucket is known to be used up; asks nobody and takes nothing. */
  peek(bucket: string, limit: number): Verdict {
    const window = this.#windows.get(bucket);
    if (!window || window.limit !== limit || this.now() >= window.endsAt)
      return { admitted: true, remaining: limit, resetSeconds: WINDOW_SECONDS };
    return this.verdict(window, !(window.left === 0 && isSpent(window)));
  }

  private windowOf(bucket: string, limit: number): Window {
    const known = this.#windows.get(bucket);
    // Another limit is another plan, which counts at once.
    if (known?.limit === limit && this.now() < known.endsAt) return known;
    if (!known) this.makeRoom();
    const window = { limit, endsAt: Infinity, left: 0, shared: limit, waiting: 0, taking: null };
    this.#windows.set(bucket, window);
    return window;
  }

  /** Whoever comes while a lease is asked for waits for the same answer. */
  private async join(bucket: string, window: Window): Promise<void> {
    window.waiting += 1;
    window.taking ??= Promise.resolve().then(() => this.lease(bucket, window));
    try {
      await window.taking;
    } finally {
      window.waiting -= 1;
    }
  }

  private async lease(bucket: string, window: Window): Promise<void> {
    const count = Math.max(leaseOf(window.limit), Math.min(window.waiting, window.limit));
    try {
      const askedAt = this.now();
      const answer = askedAt < this.#aloneUntil ? null : await this.ask(bucket, count);
      if (answer) {
        // Its end is counted from the question, so that it is never later here than it is there.
        window.endsAt = askedAt + answer.endsInMs;
        window.left += Math.max(0, Math.min(count, window.limit - (answer.used - count)));
        window.shared = Math.max(0, window.limit - answer.used);
      } else {
        window.endsAt = this.now() + ALONE_MS;
        window.left += Math.ceil((window.limit * ALONE_MS) / (WINDOW_SECONDS * 1_000));
        window.shared = 0;
      }
    } finally {
      window.taking = null;
    }
  }

  /** Null when the store did not answer. */
  private async ask(bucket: string, count: number): Promise<RateWindow | null> {
    try {
      return await this.store.take(bucket, count);
    } catch (error) {
      if (this.now() >= this.#aloneUntil)
        this.logger.warn({ error }, 'the store of rate limits does not answer; this replica counts alone');
      this.#aloneUntil = this.now() + ALONE_MS;
      this.#failures.add(1);
      return null;
    }
  }

  /** Forgets what is over; when that is not enough, what is oldest. */
  private makeRoom(): void {
    if (this.#windows.size < WINDOWS_MOST) return;
    const now = this.now();
    for (const [bucket, window] of this.#windows) if (now >= window.endsAt) this.#windows.delete(bucket);
    for (const bucket of this.#windows.keys()) {
      if (this.#windows.size < WINDOWS_MOST) return;
      this.#windows.delete(bucket);
    }
  }

  private verdict(window: Window, admitted: boolean): Verdict {
    return {
      admitted,
      remaining: window.left + window.shared,
      resetSeconds: Math.max(1, Math.ceil((window.endsAt - this.now()) / 1_000)),
    };
  }
}

/** Nothing is left, here or with the others. A window nobody has asked about yet is not spent. */
function isSpent(window: Window): boolean {
  return window.endsAt !== Infinity && window.shared === 0;
}

function leaseOf(limit: number): number {
  return Math.max(1, Math.min(LEASE_MOST, Math.floor(limit / LEASE_PART)));
}
