import type { TestDatabase } from './database.ts';
import { until } from './until.ts';

/** Resolves when a statement in this database waits for a lock. */
export async function untilSomebodyWaits(database: Pick<TestDatabase, 'asAdmin'>): Promise<void> {
  await until('somebody waits for a lock', async () => {
    const waiting = await database.asAdmin(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return waiting.length > 0;
  });
}
