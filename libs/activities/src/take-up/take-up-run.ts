import type { Alongside, TakeUp, TakenUpRun } from '@docket/db/take-up';
import { BATCH_NOT_RERUNNABLE, BatchTakeUps } from '@docket/db/take-up/batch';
import { DECISION_NOT_RERUNNABLE, DecisionTakeUps } from '@docket/db/take-up/decision';
import { EnrichmentTakeUps } from '@docket/db/take-up/enrichment';
import { ERASURE_NOT_RERUNNABLE, ErasureTakeUps } from '@docket/db/take-up/erasure';
import { IngestTakeUps, type StoredObjects } from '@docket/db/take-up/ingest';
import { WebhookDeliveryTakeUps } from '@docket/db/take-up/webhook-delivery';
import type { TenantDatabase } from '@docket/db/tenant-database';
import { INGEST_STEPS } from '@docket/domain/document/state-rules';
import { ENRICHMENT_STEPS } from '@docket/domain/enrichment/state-rules';
import { DocketError } from '@docket/domain/errors';

/**
 * Takes an ended run of one kind up again, without starting it. A run that is open is left alone, and answers without a
 * start.
 *
 * @throws DocketError with the reason why this run cannot be taken up
 */
export type TakeUpRun = (
  orgId: string,
  runId: string,
  request: TakeUp,
  alongside: Alongside<TakenUpRun>,
) => Promise<TakenUpRun>;

export function takeUpIngest(tenants: TenantDatabase, storage: StoredObjects): TakeUpRun {
  const ingests = new IngestTakeUps(tenants, storage);
  return (orgId, runId, request, alongside) =>
    ingests.takeUp(orgId, runId, withStep(request, INGEST_STEPS), alongside);
}

export function takeUpEnrichment(tenants: TenantDatabase): TakeUpRun {
  const enrichments = new EnrichmentTakeUps(tenants);
  return (orgId, runId, request, alongside) =>
    enrichments.takeUp(orgId, runId, withStep(request, ENRICHMENT_STEPS), alongside);
}

export function takeUpErasure(tenants: TenantDatabase): TakeUpRun {
  return retriedOnly(new ErasureTakeUps(tenants), ERASURE_NOT_RERUNNABLE);
}

export function takeUpDecision(tenants: TenantDatabase): TakeUpRun {
  return retriedOnly(new DecisionTakeUps(tenants), DECISION_NOT_RERUNNABLE);
}

export function takeUpBatch(tenants: TenantDatabase): TakeUpRun {
  return retriedOnly(new BatchTakeUps(tenants), BATCH_NOT_RERUNNABLE);
}

/** Of a kind that has no steps to begin at. */
function retriedOnly(
  takeUps: ErasureTakeUps | DecisionTakeUps | BatchTakeUps,
  notRerunnable: string,
): TakeUpRun {
  return async (orgId, runId, request, alongside) => {
    if (request.kind === 'rerun') throw new DocketError('run.not_rerunnable', notRerunnable);
    return takeUps.takeUp(orgId, runId, request.by, alongside);
  };
}

export function takeUpWebhookDelivery(tenants: TenantDatabase): TakeUpRun {
  const deliveries = new WebhookDeliveryTakeUps(tenants);
  return (orgId, runId, request, alongside) =>
    deliveries.takeUp(orgId, runId, withStep(request, ['send']), alongside);
}

function withStep<Step extends string>(request: TakeUp, steps: readonly Step[]): TakeUp<Step> {
  if (request.kind === 'retry') return request;
  const fromStep = steps.find((step) => step === request.fromStep);
  if (fromStep) return { ...request, fromStep };
  throw new DocketError(
    'run.not_rerunnable',
    `${request.fromStep} is no step of this kind of run; known are ${steps.join(', ')}.`,
  );
}
