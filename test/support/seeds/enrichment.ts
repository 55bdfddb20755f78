import { TICKET_ENRICHMENT_PROMPT } from '@docket/domain/prompt/ticket-enrichment';
import { DEFAULT_TAXONOMY } from '@docket/domain/enrichment/taxonomy';
import type { EnrichmentResult, Passage } from '@docket/domain/enrichment/result';
import { newId, type TestDatabase } from '../database.ts';
import type { SeededDocument } from './document.ts';

export interface SeededEnrichment {
  ticketId: string;
  enrichmentId: string;
  runId: string;
}

/** A ticket with an enrichment that is ready and cites a passage of the document, written by the repositories. */
export async function seedEnrichment(
  db: TestDatabase,
  orgId: string,
  document: SeededDocument,
  externalId = newId(),
): Promise<SeededEnrichment> {
  const ids = { ticketId: newId(), enrichmentId: newId(), runId: newId() };
  const [chunkId = ''] = document.chunkIds;
  const place = { chunkId, documentId: document.documentId, title: 'Exports', sourceUrl: null };
  const passage: Passage = { ...place, sectionPath: [], text: 'Exports run at night.', charStart: 0 };
  await db.tenants.withTenant(orgId, async (tx) => {
    await tx.taxonomies.add(DEFAULT_TAXONOMY, 'key_1');
    await tx.examples.insertAll([
      { id: newId(), subject: 's', body: 'b', category: 'question', priority: null, team: null, reply: null },
    ]);
    const prompt = { system: 's', template: 't', model: null, params: {}, note: 'n' };
    const version = await tx.prompts.addVersion(TICKET_ENRICHMENT_PROMPT, newId(), prompt, 'key_1');
    await tx.prompts.moveLabel(
      TICKET_ENRICHMENT_PROMPT,
      newId(),
      { label: 'candidate', version, note: 'n' },
      'key_1',
    );
    await tx.tickets.insert({
      ...{ id: ids.ticketId, externalId, subject: 'Exports', body: 'When do exports run?', language: null },
      ...{ channel: null, requester: {}, metadata: {}, writtenAt: null },
    });
    await tx.runs.insert({
      id: ids.runId,
      kind: 'ticketEnrichment',
      subjectKind: 'ticket',
      subjectId: ids.ticketId,
      workflowId: `w ${ids.ticketId}`,
      input: {},
      requestId: ids.runId,
      traceparent: null,
    });
    await tx.enrichments.insert({
      ...{ id: ids.enrichmentId, ticketId: ids.ticketId, revision: 1, runId: ids.runId },
      ...{ askedPromptVersion: null, askedModel: null },
    });
    await tx.enrichments.move(ids.enrichmentId, { state: 'running', step: 'retrieve' });
    await tx.evidence.storePassages(ids.enrichmentId, [
      { ...passage, score: 1, lexicalRank: 1, vectorRank: null },
    ]);
    await tx.modelCalls.insert(callOf(ids));
    await tx.enrichments.storeResult(ids.enrichmentId, RESULT, { problems: [], repaired: false });
    await tx.evidence.storeCitations(ids.enrichmentId, [
      { ...place, marker: 1, quote: 'Exports run at night.', charStart: 0, charEnd: 21 },
    ]);
    await tx.enrichments.move(ids.enrichmentId, { state: 'ready', step: 'store' });
  });
  return ids;
}

/** What its next call may come to, reserved. */
export async function seedReservation(
  db: TestDatabase,
  orgId: string,
  { enrichmentId }: Pick<SeededEnrichment, 'enrichmentId'>,
): Promise<void> {
  const amount = { tokens: 1_200, costMicros: 4_000 };
  await db.tenants.withTenant(orgId, (tx) => tx.budgets.reserve({ enrichmentId, round: 1 }, amount, 60));
}

/** A decision on it, which a run waited for. */
export async function seedDecision(
  db: TestDatabase,
  orgId: string,
  { enrichmentId }: Pick<SeededEnrichment, 'enrichmentId'>,
): Promise<void> {
  const runId = newId();
  await db.tenants.withTenant(orgId, async (tx) => {
    await tx.runs.insert({
      ...{ id: runId, kind: 'enrichmentDecision', subjectKind: 'enrichment', subjectId: enrichmentId },
      ...{ workflowId: `w ${enrichmentId}`, input: {}, requestId: runId, traceparent: null },
    });
    await tx.decisions.insert(enrichmentId, runId, 60_000);
    const verdict = { decision: 'reject', reply: null, reason: null, by: 'usr_1' } as const;
    await tx.decisions.decide(enrichmentId, verdict);
  });
}

const RESULT: EnrichmentResult = {
  summary: 'Asks when exports run.',
  language: 'en',
  category: { key: 'question', confidence: 0.9 },
  priority: { key: 'normal', reason: 'A question.' },
  sentiment: 'neutral',
  tags: [],
  team: 'support',
  answerable: true,
  abstainReason: null,
  suggestedReply: { text: 'At night. [1]', citations: [] },
  provider: 'extractive',
  model: 'extractive-1',
};

export function callOf({ ticketId, enrichmentId }: Pick<SeededEnrichment, 'ticketId' | 'enrichmentId'>) {
  return {
    id: newId(),
    enrichmentId,
    ticketId,
    round: 0,
    attempt: 1,
    provider: 'anthropic',
    modelAsked: 'claude-sonnet-5-5',
    modelAnswered: 'claude-sonnet-5-5',
    parameters: { effort: 'low', maxOutputTokens: 8_192 },
    requestHash: 'hash',
    outcome: 'completed',
    output: '{}',
    stopDetail: null,
    usage: { input: 1_000, output: 200, cacheRead: 0, cacheWrite: 0 },
    costMicros: 4_000,
    savedMicros: 0,
    priceTable: '2026-11-21',
    latencyMs: 12,
    providerRequestId: null,
    setAside: false,
  };
}
