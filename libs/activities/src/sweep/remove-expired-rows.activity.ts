import type { SystemDatabase } from '@docket/db/system-database';
import type { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { enrichmentHasEnded } from '@docket/domain/enrichment/state-rules';
import { Context } from '@temporalio/activity';
import { endUnwell, type UnwellEnd } from '../ticket-enrichment/end-unwell.js';

/** Orgs looked at by one sweep, and rows removed of each: short transactions, and the next sweep takes the next. */
const MOST_ORGS = 200;
const MOST_ROWS = 5_000;
const MOST_TRIALS = 500;
const MOST_DELIVERIES = 1_000;
const DAY_SECONDS = 86_400;
/** A message batch is answered within a day or two of its reservation: late answers find the day they were asked for. */
const RESERVATION_SECONDS = 7 * DAY_SECONDS;
/** As long as Temporal keeps what it knows of their runs. */
const DELIVERY_SECONDS = 30 * DAY_SECONDS;

/** The provider was away for all the time that a test is kept: there is nothing left to ask about. */
const TRIAL_OVER: UnwellEnd = {
  state: 'cancelled',
  runState: 'cancelled',
  error: {
    code: 'run.cancelled',
    message: 'The test was not answered in the time that it is kept for. Test the prompt again.',
  },
};

interface RemoveNeeds {
  system: SystemDatabase;
  tenants: TenantDatabase;
  now(): Date;
}

/**
 * Removes what is kept for a time only: idempotency keys of more than 24 hours, tests of prompts, reservations of attempts that
 * crashed, messages to webhooks after 30 days. Returns how many.
 */
export async function removeExpiredRows(on: RemoveNeeds): Promise<{ removed: number }> {
  let removed = 0;
  for (const orgId of await on.system.orgsWithExpiredIdempotencyKeys(MOST_ORGS))
    removed += await inOrg(on, orgId, (tx) => tx.idempotency.deleteExpired(MOST_ROWS));
  for (const orgId of await on.system.orgsWithOldReservations(RESERVATION_SECONDS, MOST_ORGS))
    removed += await inOrg(on, orgId, (tx) => tx.budgets.removeOldReservations(RESERVATION_SECONDS));
  const trials = await on.system.expiredTrials(MOST_TRIALS);
  for (const { orgId, enrichmentId } of trials)
    await inOrg(on, orgId, (tx) => clearTrial(tx, enrichmentId, on.now()));
  const deliveries = await on.system.oldWebhookDeliveries(DELIVERY_SECONDS, MOST_DELIVERIES);
  for (const { orgId, deliveryId } of deliveries)
    await inOrg(on, orgId, (tx) => tx.webhookDeliveries.remove(deliveryId));
  return { removed: removed + trials.length + deliveries.length };
}

/** One that is open ends with its run: its workflow finds it so when it next looks, and says nothing more. */
async function clearTrial(tx: TenantTransaction, enrichmentId: string, at: Date): Promise<void> {
  const trial = await tx.enrichments.lock(enrichmentId);
  await tx.replays.clearTrial(enrichmentId);
  if (trial && !enrichmentHasEnded(trial.state))
    await endUnwell(tx, { ...trial, result: null }, TRIAL_OVER, at);
}

/** A short transaction of its own: what is removed stays removed if the next one fails. */
function inOrg<T>(
  { tenants }: RemoveNeeds,
  orgId: string,
  work: (tx: TenantTransaction) => Promise<T>,
): Promise<T> {
  Context.current().heartbeat();
  return tenants.withTenant(orgId, work);
}
