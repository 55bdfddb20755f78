import type { TestDatabase } from '../../../../test/support/database.ts';

/** Whether a statement stands behind somebody else's lock. */
export async function isSomebodyWaiting(database: Pick<TestDatabase, 'asAdmin'>): Promise<boolean> {
  const waiting = await database.asAdmin(
    `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return waiting.length > 0;
}
