import { settleIngest } from '@docket/activities/document-ingest/settle';
import { settleEnrichment } from '@docket/activities/ticket-enrichment/settle';
import { DiskStorage } from '@docket/adapters/storage/disk';
import { storageKeys } from '@docket/adapters/storage/keys';
import { AddressSigner } from '@docket/adapters/storage/signed-address';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { parseTypeId, toTypeId } from '@docket/domain/ids/type-id';
import {
  DOCUMENT_INGEST,
  documentIngestInput,
  documentIngestWorkflowId,
} from '@docket/workflows/document-ingest/contract';
import {
  TICKET_ENRICHMENT,
  ticketEnrichmentInput,
  ticketEnrichmentWorkflowId,
} from '@docket/workflows/ticket-enrichment/contract';
import { createHash } from 'node:crypto';
import { inParallel } from '../../tools/client/in-parallel.ts';
import type { EndToEnd } from '../end-to-end/support/environment.ts';
import { newId } from './database.ts';

/** A way to fail, and whether a retry is of use: then the work itself is sound. */
export interface WayToFail {
  kind: 'documentIngest' | 'ticketEnrichment';
  code: string;
  isRetryable: boolean;
}

const document = (code: string, isRetryable: boolean): WayToFail => ({
  kind: 'documentIngest',
  code,
  isRetryable,
});
const ticket = (code: string): WayToFail => ({ kind: 'ticketEnrichment', code, isRetryable: true });

export const WAYS_TO_FAIL: readonly WayToFail[] = [
  document('storage.unavailable', true),
  document('embedding.unavailable', true),
  document('embedding.rejected', true),
  document('parser.unavailable', true),
  document('run.timed_out', true),
  document('run.terminated', true),
  document('document.empty', false),
  document('document.encrypted', false),
  document('upload.checksum_mismatch', false),
  ticket('model.unavailable'),
  ticket('model.unauthorized'),
  ticket('model.output_invalid'),
  ticket('run.failed'),
];

/**
 * Documents and tickets whose runs have failed, as rows by the repositories: what each end means is written by the code that
 * writes it for real. Temporal has never heard of them.
 */
export async function injectFailures(on: EndToEnd, count: number): Promise<void> {
  const orgId = parseTypeId('org', on.orgId) ?? on.orgId;
  const storage = new DiskStorage(on.stack.storage.folder, new AddressSigner('k'.repeat(32), on.api.url));
  const numbers = Array.from({ length: count }, (_, index) => index);
  await inParallel(numbers, 4, async (index) => {
    const way = WAYS_TO_FAIL[index % WAYS_TO_FAIL.length];
    if (!way) return;
    if (way.kind === 'ticketEnrichment') {
      await on.stack.database.tenants.withTenant(orgId, (tx) => failTicket(tx, way, index));
      return;
    }
    const bytes = Buffer.from(`# Document ${index}\n\nWhat stands in document ${index}.\n`);
    const uploadId = newId();
    await storage.put(storageKeys.staging(orgId, uploadId), bytes);
    await on.stack.database.tenants.withTenant(orgId, (tx) => failDocument(tx, way, uploadId, bytes));
  });
}

async function failDocument(
  tx: TenantTransaction,
  way: WayToFail,
  uploadId: string,
  bytes: Buffer,
): Promise<void> {
  const { orgId } = tx;
  const [documentId, versionId, runId] = [newId(), newId(), newId()];
  const subject = toTypeId('document', documentId);
  const collectionId = await tx.collections.findOrCreate('default', newId());
  const attributes = { title: subject, sourceUrl: null, externalKey: null, metadata: {} };
  await tx.documents.insert({ id: documentId, collectionId, ...attributes });
  await tx.runs.insert({
    ...{ id: runId, kind: DOCUMENT_INGEST, subjectKind: 'document', subjectId: documentId },
    workflowId: documentIngestWorkflowId(toTypeId('org', orgId), subject, 1),
    input: documentIngestInput({ orgId, documentId, versionId, runId, version: 1 }, subject, {
      uploaded: true,
      uploadWindowMs: 0,
    }),
    ...{ requestId: runId, traceparent: null },
  });
  await tx.versions.insert({
    ...{ id: versionId, documentId, version: 1, state: 'uploaded', contentId: null, runId },
    ...{ fileName: 'file.md', mediaType: 'text/markdown', sizeBytes: bytes.length },
    sha256: createHash('sha256').update(bytes).digest(),
    ...{ language: 'auto', indexedAt: null },
  });
  const stagingKey = storageKeys.staging(orgId, uploadId);
  await tx.uploads.insert({
    ...{ id: uploadId, versionId, stagingKey, expiresAt: new Date(), receivedAt: new Date() },
  });
  const run = await tx.runs.find(runId);
  if (run) await settleIngest(tx, run, endOf(way));
}

async function failTicket(tx: TenantTransaction, way: WayToFail, index: number): Promise<void> {
  const { orgId } = tx;
  const [ticketId, enrichmentId, runId] = [newId(), newId(), newId()];
  const subject = toTypeId('ticket', ticketId);
  await tx.tickets.insert({
    ...{ id: ticketId, externalId: `injected ${index}`, subject: 'Question', language: 'en' },
    body: `What stands in document ${index}?`,
    ...{ channel: null, requester: {}, metadata: {}, writtenAt: null },
  });
  await tx.runs.insert({
    ...{ id: runId, kind: TICKET_ENRICHMENT, subjectKind: 'ticket', subjectId: ticketId },
    workflowId: ticketEnrichmentWorkflowId(toTypeId('org', orgId), subject),
    input: ticketEnrichmentInput({ orgId, ticketId, enrichmentId, runId, immediate: true }, subject),
    ...{ requestId: runId, traceparent: null },
  });
  await tx.enrichments.insert({
    ...{ id: enrichmentId, ticketId, revision: 1, runId, askedPromptVersion: null, askedModel: null },
  });
  const run = await tx.runs.find(runId);
  if (run) await settleEnrichment(tx, run, endOf(way));
}

function endOf({ code }: WayToFail) {
  const status = code === 'run.terminated' ? ('terminated' as const) : ('failed' as const);
  return { status, code, message: `Injected: ${code}.`, closedAt: null };
}
