import type { Witness } from '@docket/db/enrichment-erasures';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { sharesWords } from '@docket/domain/enrichment/shared-words';

/** Enrichments dealt with in one transaction: some milliseconds each, and nobody waits long for their rows. */
const AT_ONCE = 50;

/**
 * Removes what models wrote from a document: their raw output, the citations, a reply that quotes it or repeats its
 * words, what people made of such a reply, a summary and a reason that repeat them. Category, priority, team, tokens, cost
 * and times stay. Returns whether there may be more.
 */
export async function eraseFromEnrichments(tx: TenantTransaction, documentId: string): Promise<boolean> {
  const witnesses = await tx.enrichmentErasures.next(documentId, AT_ONCE);
  let replies = 0;
  let citations = 0;
  let modelOutputs = 0;
  for (const witness of witnesses) {
    const left = leftOf(witness);
    if (witness.result?.suggestedReply && !left?.suggestedReply) replies += 1;
    await partDecision(tx, witness, left);
    const parted = await tx.enrichmentErasures.part(witness, documentId, left);
    citations += parted.citations;
    modelOutputs += parted.modelOutputs;
  }
  if (witnesses.length > 0) await tx.erasures.add(documentId, { replies, citations, modelOutputs });
  return witnesses.length === AT_ONCE;
}

/** What people wrote of a reply goes by the same rule; a reply that is gone needs no decision. */
async function partDecision(
  tx: TenantTransaction,
  { id, state, edit, cites, texts }: Witness,
  left: Witness['result'],
): Promise<void> {
  if (!edit) return;
  const keep = (text: string | null): string | null =>
    text !== null && sharesWords(text, texts) ? null : text;
  await tx.enrichmentErasures.partEdit(id, {
    reply: cites ? null : keep(edit.reply),
    reason: keep(edit.reason),
  });
  if (state !== 'awaiting_decision' || left?.suggestedReply) return;
  await tx.enrichments.move(id, { state: 'ready' });
  await tx.decisions.callOff([id]);
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
