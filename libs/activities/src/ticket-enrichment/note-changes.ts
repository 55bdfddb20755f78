import type { Enrichment } from '@docket/db/enrichments';
import { wholeResult } from '@docket/db/evidence';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { compareResults, type ComparedField } from '@docket/domain/enrichment/compare';
import type { EnrichmentResult } from '@docket/domain/enrichment/result';

/**
 * Notes in which fields a replay came out otherwise than its original: their names alone, since what stands in them is
 * stored already.
 */
export async function noteChanges(
  tx: TenantTransaction,
  { id, replayOf }: Pick<Enrichment, 'id' | 'replayOf'>,
  result: EnrichmentResult,
): Promise<{ changed?: ComparedField[] }> {
  if (replayOf === null) return {};
  const original = await tx.enrichments.find(replayOf);
  const citations = await tx.evidence.citationsOf([replayOf]);
  const { changed } = compareResults(wholeResult(original?.result ?? null, citations), result);
  await tx.replays.storeChanges(id, changed);
  return { changed };
}
