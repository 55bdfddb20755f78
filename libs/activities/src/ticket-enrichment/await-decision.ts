import type { Enrichment } from '@docket/db/enrichments';
import type { RunStart } from '@docket/db/runs';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { needsDecision } from '@docket/domain/enrichment/approval';
import type { EnrichmentResult } from '@docket/domain/enrichment/result';
import type { TicketEnrichmentDependencies } from './ticket-enrichment.dependencies.js';

/** Whether the org wants a person to decide on this answer before anybody uses it. Nobody uses a replay. */
export async function isDecidedByPeople(
  tx: TenantTransaction,
  { evidence, replayOf }: Enrichment,
  result: Pick<EnrichmentResult, 'suggestedReply' | 'category'>,
): Promise<boolean> {
  if (result.suggestedReply === null || replayOf !== null) return false;
  const org = await tx.orgs.find();
  if (!org) return false;
  const { approvalPolicy: policy, approvalConfidence: confidence } = org;
  return needsDecision({ policy, confidence }, result, evidence?.retrievalConfidence ?? 0);
}

/** Writes the wait for a decision with its run, and returns what starts it once this is committed. */
export async function awaitDecision(
  tx: TenantTransaction,
  { decisions, newId }: Pick<TicketEnrichmentDependencies, 'decisions' | 'newId'>,
  { id: enrichmentId, runId: askedBy }: Pick<Enrichment, 'id' | 'runId'>,
): Promise<RunStart> {
  const runId = newId();
  const asking = await tx.runs.find(askedBy);
  const start = await tx.runs.insert({
    ...decisions.runOf({ orgId: tx.orgId, enrichmentId, runId }),
    id: runId,
    subjectKind: 'enrichment',
    subjectId: enrichmentId,
    requestId: asking?.requestId ?? runId,
    traceparent: asking?.traceparent ?? null,
  });
  await tx.decisions.insert(enrichmentId, runId, decisions.expireAfterMs);
  return start;
}
