import type { EnrichmentDecision } from '@docket/db/decisions';
import type { Enrichment } from '@docket/db/enrichments';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { STATE_OF_DECISION } from '@docket/domain/enrichment/approval';
import { isDecided, type DecidedState } from '@docket/domain/enrichment/state-rules';
import type { SettleDecisionInput, SettleDecisionResult } from './enrichment-decision.types.js';

/**
 * Brings a decision into effect, or notes that there will be none: enrichment, example, run and history in one
 * transaction. What somebody decided counts, also when the time ran out meanwhile. A repeat changes nothing and says the
 * same, and so does whoever comes second of the workflow and the sweep.
 */
export async function settleDecision(
  tx: TenantTransaction,
  { enrichmentId, why }: SettleDecisionInput,
  newId: () => string,
): Promise<SettleDecisionResult> {
  const found = await lock(tx, enrichmentId);
  // Removed with its ticket.
  if (!found) return { state: 'superseded' };
  const { enrichment, decision } = found;
  if (enrichment.state !== 'awaiting_decision') {
    await tx.decisions.end(enrichmentId);
    if (isDecided(enrichment.state)) return { state: enrichment.state };
    const state = enrichment.state === 'superseded' ? 'superseded' : 'ready';
    await noteNothingToDecide(tx, decision, state);
    return { state };
  }
  if (decision.decision)
    return { state: await decided(tx, enrichment, decision, STATE_OF_DECISION[decision.decision], newId) };
  if (why === 'expired') return { state: await expired(tx, decision) };
  if (why === 'cancelled') await noteCancelled(tx, decision);
  return { state: 'awaiting_decision' };
}

/** The ticket is locked first, as everybody does. */
async function lock(
  tx: TenantTransaction,
  enrichmentId: string,
): Promise<{ enrichment: Enrichment; decision: EnrichmentDecision } | null> {
  const known = await tx.enrichments.find(enrichmentId);
  if (known) await tx.tickets.lock(known.ticketId);
  const enrichment = await tx.enrichments.lock(enrichmentId);
  const decision = await tx.decisions.lock(enrichmentId);
  return enrichment && decision && { enrichment, decision };
}

async function decided(
  tx: TenantTransaction,
  enrichment: Enrichment,
  decision: EnrichmentDecision,
  state: DecidedState,
  newId: () => string,
): Promise<DecidedState> {
  await tx.enrichments.move(enrichment.id, { state });
  if (decision.decision === 'edit') await learn(tx, enrichment, decision, newId);
  await tx.decisions.end(enrichment.id);
  await tx.runs.end(decision.runId, { state: 'succeeded', result: { state } });
  await tx.runs.addEvents(decision.runId, [
    {
      at: new Date(),
      step: 'decide',
      what: `${decision.decidedBy ?? 'Somebody'} ${state} the suggested reply`,
      outcome: 'succeeded',
      detail: { decidedAt: decision.decidedAt?.toISOString() ?? null },
    },
  ]);
  return state;
}

/** An edit says how the org would have answered: a labelled ticket, where the org wants that. */
async function learn(
  tx: TenantTransaction,
  { id, ticketId, revision, result }: Enrichment,
  { reply }: EnrichmentDecision,
  newId: () => string,
): Promise<void> {
  const org = await tx.orgs.find();
  const ticket = await tx.tickets.revision(ticketId, revision);
  if (!org?.learnFromEdits || !ticket || !result || reply === null) return;
  const { subject, body } = ticket;
  const { category, priority, team } = result;
  await tx.examples.insertEdit(id, {
    ...{ id: newId(), subject, body, category: category.key, priority: priority.key, team, reply },
  });
}

async function expired(
  tx: TenantTransaction,
  { enrichmentId, runId }: EnrichmentDecision,
): Promise<DecidedState> {
  const state = 'decision_expired';
  await tx.enrichments.move(enrichmentId, { state });
  await tx.decisions.end(enrichmentId);
  if (await tx.runs.end(runId, { state: 'succeeded', result: { state } }))
    await tx.runs.addEvents(runId, [
      { at: new Date(), step: 'decide', what: 'Nobody decided in time', outcome: 'skipped' },
    ]);
  return state;
}

/** Somebody cancelled the wait in Temporal: the reply can still be decided on, and the run be taken up again. */
async function noteCancelled(tx: TenantTransaction, { runId }: EnrichmentDecision): Promise<void> {
  const message = 'The wait was cancelled. The reply can be decided on all the same.';
  const error = { code: 'run.cancelled', message };
  if (await tx.runs.end(runId, { state: 'cancelled', error }))
    await tx.runs.addEvents(runId, [{ at: new Date(), step: 'decide', what: message, outcome: 'failed' }]);
}

async function noteNothingToDecide(
  tx: TenantTransaction,
  { runId }: EnrichmentDecision,
  state: 'superseded' | 'ready',
): Promise<void> {
  const message =
    state === 'superseded'
      ? 'The ticket changed, or somebody asked again, before anybody decided.'
      : 'The reply was taken back with a document that it quoted: there is nothing left to decide on.';
  const error = { code: 'enrichment.superseded', message };
  if (await tx.runs.end(runId, { state: 'cancelled', error }))
    await tx.runs.addEvents(runId, [{ at: new Date(), step: 'decide', what: message, outcome: 'skipped' }]);
}
