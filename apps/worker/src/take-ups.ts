import {
  takeUpDecision,
  takeUpBatch,
  takeUpEnrichment,
  takeUpErasure,
  takeUpIngest,
  takeUpWebhookDelivery,
  type TakeUpRun,
} from '@docket/activities/take-up';
import type { ObjectStorage } from '@docket/adapters/storage';
import type { TenantDatabase } from '@docket/db/tenant-database';
import { DOCUMENT_ERASURE } from '@docket/workflows/document-erasure/contract';
import { DOCUMENT_INGEST } from '@docket/workflows/document-ingest/contract';
import { ENRICHMENT_BATCH } from '@docket/workflows/enrichment-batch/contract';
import { ENRICHMENT_DECISION } from '@docket/workflows/enrichment-decision/contract';
import { REPLAY_BATCH } from '@docket/workflows/replay-batch/contract';
import { RUN_BATCH } from '@docket/workflows/run-batch/contract';
import { TICKET_ENRICHMENT } from '@docket/workflows/ticket-enrichment/contract';
import { WEBHOOK_DELIVERY } from '@docket/workflows/webhook-delivery/contract';

/** How ended runs are taken up again, by kind. A kind that is not here is left to people. */
export function takeUpsOf(
  tenants: TenantDatabase,
  storage: ObjectStorage,
): Readonly<Record<string, TakeUpRun>> {
  return {
    [DOCUMENT_INGEST]: takeUpIngest(tenants, storage),
    [DOCUMENT_ERASURE]: takeUpErasure(tenants),
    [ENRICHMENT_DECISION]: takeUpDecision(tenants),
    [TICKET_ENRICHMENT]: takeUpEnrichment(tenants),
    [RUN_BATCH]: takeUpBatch(tenants),
    [ENRICHMENT_BATCH]: takeUpBatch(tenants),
    [REPLAY_BATCH]: takeUpBatch(tenants),
    [WEBHOOK_DELIVERY]: takeUpWebhookDelivery(tenants),
  };
}

/** What can be made again when a build is undone, and from which step on. */
export function undoableKinds(
  tenants: TenantDatabase,
  storage: ObjectStorage,
): Readonly<Record<string, { takeUp: TakeUpRun; fromStep: string }>> {
  return {
    [DOCUMENT_INGEST]: { takeUp: takeUpIngest(tenants, storage), fromStep: 'parse' },
    [TICKET_ENRICHMENT]: { takeUp: takeUpEnrichment(tenants), fromStep: 'prepare' },
  };
}
