import type { SystemDatabase } from '@docket/db/system-database';
import type { TenantDatabase } from '@docket/db/tenant-database';
import { Context } from '@temporalio/activity';

/** Orgs looked at by one sweep, and rows removed of each: short transactions, and the next sweep takes the next. */
const MOST_ORGS = 200;
const MOST_ROWS = 5_000;
const MOST_TRIALS = 500;

/** Removes what is kept for a time only: idempotency keys of more than 24 hours, tests of prompts. Returns how many. */
export async function removeExpiredRows(on: {
  system: SystemDatabase;
  tenants: TenantDatabase;
}): Promise<{ removed: number }> {
  let removed = 0;
  for (const orgId of await on.system.orgsWithExpiredIdempotencyKeys(MOST_ORGS)) {
    Context.current().heartbeat();
    removed += await on.tenants.withTenant(orgId, (tx) => tx.idempotency.deleteExpired(MOST_ROWS));
  }
  for (const { orgId, enrichmentId } of await on.system.expiredTrials(MOST_TRIALS)) {
    Context.current().heartbeat();
    await on.tenants.withTenant(orgId, (tx) => tx.replays.clearTrial(enrichmentId));
    removed += 1;
  }
  return { removed };
}
