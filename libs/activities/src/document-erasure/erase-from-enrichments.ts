import type { Witness } from '@docket/db/enrichment-erasures';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { sharesWords } from '@docket/domain/enrichment/shared-words';

/** Enrichments dealt with in one transaction: some milliseconds each, and nobody waits long for their rows. */
const AT_ONCE = 50;

/**
 * Removes what models wrote from a document: their raw output, the citations, a reply that quotes it or repeats its
 * words, a summary and a reason that repeat them. Category, priority, team, tokens, cost and times stay. Returns whether
 * there may be more.
 */
export async function eraseFromEnrichments(tx: TenantTransaction, documentId: string): Promise<boolean> {
  const witnesses = await tx.enrichmentErasures.next(documentId, AT_ONCE);
  let replies = 0;
  let citations = 0;
  let modelOutputs = 0;
  for (const witness of witnesses) {
    const left = leftOf(witness);
    if (witness.result?.suggestedReply && !left?.suggestedReply) replies += 1;
    const parted = await tx.enrichmentErasures.part(witness, documentId, left);
    citations += parted.citations;
    modelOutputs += parted.modelOutputs;
  }
  if (witnesses.length > 0) await tx.erasures.add(documentId, { replies, citations, modelOutputs });
  return witnesses.length === AT_ONCE;
}

function leftOf({ result, cites, texts }: Witness): Witness['result'] {
  if (!result) return null;
  const { suggestedReply, priority } = result;
  const isTaken = (text: string): boolean => sharesWords(text, texts);
  const isReplyTaken = suggestedReply !== null && (cites || isTaken(suggestedReply.text));
  return {
    ...result,
    summary: isTaken(result.summary) ? '' : result.summary,
    priority: { ...priority, reason: isTaken(priority.reason) ? '' : priority.reason },
    ...(isReplyTaken
      ? { answerable: false, abstainReason: 'citations_unsupported' as const, suggestedReply: null }
      : {}),
  };
}
