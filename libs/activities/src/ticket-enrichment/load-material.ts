import type { Enrichment } from '@docket/db/enrichments';
import type { Example } from '@docket/db/examples';
import type { RetrievedPassage } from '@docket/db/evidence';
import type { PromptVersion } from '@docket/db/prompts';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { DocketError } from '@docket/domain/errors';
import type { Taxonomy } from '@docket/domain/enrichment/taxonomy';
import { TICKET_ENRICHMENT_PROMPT } from '@docket/domain/prompt/ticket-enrichment';

/** What an answer is checked against. */
export type MaterialToCheck = Omit<Material, 'examples'>;

/** All that a model is asked about, as it was pinned when the evidence was gathered. */
export interface Material {
  enrichment: Enrichment;
  subject: string;
  body: string;
  taxonomy: Taxonomy;
  prompt: PromptVersion;
  passages: (RetrievedPassage & { rank: number })[];
  examples: Example[];
}

/**
 * Reads what an enrichment stands on. Every part is immutable or erased, so a repeat reads the same or less.
 *
 * @throws DocketError `enrichment.superseded` when the enrichment, or its ticket, is gone
 */
export async function loadMaterial(tx: TenantTransaction, enrichmentId: string): Promise<Material> {
  return materialOf(tx, await tx.enrichments.find(enrichmentId));
}

/** The same of an enrichment that was read already, such as to lock it. */
export async function materialOf(tx: TenantTransaction, enrichment: Enrichment | null): Promise<Material> {
  const checked = await standingOn(tx, enrichment);
  return { ...checked, examples: await tx.examples.findAll(checked.enrichment.exampleIds) };
}

/**
 * The same without the labelled tickets, against which an answer is not held. The enrichment is locked until the transaction
 * ends: an erasure takes its words out before this reads them or after what was made of them is stored, where it finds it.
 */
export async function loadToCheck(tx: TenantTransaction, enrichmentId: string): Promise<MaterialToCheck> {
  return standingOn(tx, await tx.enrichments.lock(enrichmentId));
}

async function standingOn(tx: TenantTransaction, enrichment: Enrichment | null): Promise<MaterialToCheck> {
  const revision = enrichment && (await tx.tickets.revision(enrichment.ticketId, enrichment.revision));
  if (!enrichment || !revision)
    throw new DocketError('enrichment.superseded', 'The ticket was removed while it was worked on.');
  const { taxonomy } = await tx.taxonomies.find(enrichment.taxonomyVersion ?? undefined);
  const version = await tx.prompts.version(TICKET_ENRICHMENT_PROMPT, enrichment.promptVersion ?? 0);
  // A trial of a draft takes the rest from the version that it would replace.
  const prompt = version && { ...version, ...enrichment.draft };
  if (!prompt) throw new DocketError('prompt.not_found', 'The prompt version does not exist any longer.');
  return {
    enrichment,
    subject: revision.subject,
    body: revision.body,
    taxonomy,
    prompt,
    passages: await tx.evidence.passages(enrichment.id),
  };
}
