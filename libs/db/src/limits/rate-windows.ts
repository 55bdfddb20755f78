import type { DataSource } from 'typeorm';

/** Where a window stands after somebody took of it. */
export interface RateWindow {
  /** What all replicas took in it, this time included; more than is allowed when somebody asked in vain. */
  used: number;
  /** Milliseconds until it ends. */
  endsInMs: number;
}

/** The windows in which requests are counted, one row each, shared by all replicas. */
export class RateWindows {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Takes `count` of a window, which begins with the first who asks and ends by itself. One statement and no
   * transaction: it answers in a round trip, and holds a row for as long as it runs.
   */
  async take(bucket: string, count: number, windowSeconds: number): Promise<RateWindow> {
    const [row]: { used: string; ms: number }[] = await this.dataSource.query(
      `insert into rate_windows as w (bucket, ends_at, used)
       values ($1, clock_timestamp() + make_interval(secs => $3), $2)
       on conflict (bucket) do update
         set used = excluded.used + case when w.ends_at > clock_timestamp() then w.used else 0 end,
             ends_at = case when w.ends_at > clock_timestamp() then w.ends_at else excluded.ends_at end
       returning used, extract(epoch from ends_at - clock_timestamp())::float8 * 1000 as ms`,
      [bucket, count, windowSeconds],
    );
    return { used: Number(row?.used ?? 0), endsInMs: Math.max(0, row?.ms ?? 0) };
  }

  /** Clears away what is over. Harmless to repeat: a window that is asked for again begins anew. */
  async clear(): Promise<void> {
    await this.dataSource.query(`delete from rate_windows where ends_at < now() - interval '1 minute'`);
  }
}
