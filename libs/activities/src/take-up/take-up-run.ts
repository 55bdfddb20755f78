import type { Alongside, TakeUp, TakenUpRun } from '@docket/db/take-up';
import { DecisionTakeUps } from '@docket/db/take-up/decision';
import { BatchTakeUps } from '@docket/db/take-up/batch';
import { EnrichmentTakeUps } from '@docket/db/take-up/enrichment';
import { ErasureTakeUps } from '@docket/db/take-up/erasure';
import { IngestTakeUps, type StoredObjects } from '@docket/db/take-up/ingest';
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
  const erasures = new ErasureTakeUps(tenants);
  return async (orgId, runId, request, alongside) => {
    if (request.kind === 'rerun')
      throw new DocketError('run.not_rerunnable', 'What is erased cannot be erased again.');
    return erasures.takeUp(orgId, runId, request.by, alongside);
  };
}

export function takeUpDecision(tenants: TenantDatabase): TakeUpRun {
  const decisions = new DecisionTakeUps(tenants);
  return async (orgId, runId, request, alongside) => {
    if (request.kind === 'rerun')
      throw new DocketError('run.not_rerunnable', 'A decision is made once. Enrich the ticket again.');
    return decisions.takeUp(orgId, runId, request.by, alongside);
  };
}

export function takeUpBatch(tenants: TenantDatabase): TakeUpRun {
  const batches = new BatchTakeUps(tenants);
  return async (orgId, runId, request, alongside) => {
    if (request.kind === 'rerun')
      throw new DocketError('run.not_rerunnable', 'A batch is not done again. Make another.');
    return batches.takeUp(orgId, runId, request.by, alongside);
  };
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
