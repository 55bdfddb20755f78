import type { DataSource } from 'typeorm';
import type { Pool } from 'pg';

/** What the pool beneath a data source is doing; null before it is connected. */
export function poolCounts(dataSource: DataSource): { total: number; idle: number; waiting: number } | null {
  const { driver } = dataSource;
  const pool: Pool | undefined = 'master' in driver ? (driver.master as Pool) : undefined;
  if (!pool) return null;
  return { total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount };
}
