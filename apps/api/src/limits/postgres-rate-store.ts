import type { RateWindow, RateWindows } from '@docket/db/limits/rate-windows';
import type { Logger } from '@docket/platform/logging/logger';
import { RateStore, WINDOW_SECONDS } from './rate-store.js';

/** Rows of windows that are over cost nothing but room: a few times an hour is often enough. */
const CLEAR_EVERY_MS = 600_000;

/** Counts in Postgres, where every installation has one. */
export class PostgresRateStore extends RateStore {
  #clearedAt = performance.now();

  constructor(
    private readonly windows: RateWindows,
    private readonly logger: Logger,
  ) {
    super();
  }

  override async take(bucket: string, count: number): Promise<RateWindow> {
    this.clearNowAndThen();
    return this.windows.take(bucket, count, WINDOW_SECONDS);
  }

  private clearNowAndThen(): void {
    const now = performance.now();
    if (now - this.#clearedAt < CLEAR_EVERY_MS) return;
    this.#clearedAt = now;
    this.windows.clear().catch((error: unknown) => {
      this.logger.warn({ error }, 'windows of rate limits could not be cleared away; the next try does it');
    });
  }
}
