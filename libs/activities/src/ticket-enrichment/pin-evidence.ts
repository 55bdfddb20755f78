import type { TenantTransaction } from '@docket/db/tenant-transaction';
import type { FoundEvidence } from './find-evidence.js';
import type { EnrichmentSubject } from './ticket-enrichment.types.js';

/**
 * Pins what a model will be asked about, with its line of history. Tells whether anybody still wants it: the enrichment may
 * have been ended meanwhile.
 */
export async function pinEvidence(
  tx: TenantTransaction,
  { enrichmentId, runId }: EnrichmentSubject,
  { passages, evidence, exampleIds }: FoundEvidence,
  { timings, at }: { timings: { retrieveMs: number; prepareMs?: number }; at: Date },
): Promise<boolean> {
  await tx.evidence.storePassages(enrichmentId, passages);
  await tx.enrichments.storeEvidence(enrichmentId, evidence, exampleIds);
  if (!(await tx.enrichments.move(enrichmentId, { state: 'running', step: 'ask', timings }))) return false;
  await tx.runs.advance(runId, 'ask', {
    at,
    step: 'retrieve',
    what:
      passages.length === 0
        ? 'Found no passage that has to do with the ticket'
        : `Chose ${passages.length} of the passages found`,
    outcome: 'succeeded',
    durationMs: timings.retrieveMs,
    detail: { retrievalConfidence: Math.round(evidence.retrievalConfidence * 1_000) / 1_000 },
  });
  return true;
}
