import type { RateWindow } from '@docket/db/limits/rate-windows';

/** Seconds in which requests are counted. */
export const WINDOW_SECONDS = 60;

/** Where the replicas of the API count together. */
export abstract class RateStore {
  /** Takes `count` of a window of `WINDOW_SECONDS`, which begins with the first who asks. */
  abstract take(bucket: string, count: number): Promise<RateWindow>;

  /** Lets go of what it holds. */
  close(): void {
    // A store that stands on what others hold has nothing of its own.
  }
}
