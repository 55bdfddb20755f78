import type { Enrichment } from '@docket/db/enrichments';
import type { RunStart } from '@docket/db/runs';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import type { ModelCall } from '@docket/db/model-calls';
import { toTypeId } from '@docket/domain/ids/type-id';
import { DocketError } from '@docket/domain/errors';
import { passageLabel } from '@docket/domain/enrichment/result';
import { RETRIEVAL_FLOOR } from '@docket/domain/enrichment/retrieval-confidence';
import { settleOutput, type Settled } from '@docket/domain/enrichment/settle-output';
import { enrichmentHasEnded, enrichmentIsSettled } from '@docket/domain/enrichment/state-rules';
import { guessLanguage } from '@docket/domain/text/language-guess';
import { Context } from '@temporalio/activity';
import { awaitDecision, isDecidedByPeople } from './await-decision.js';
import { noteChanges } from './note-changes.js';
import { loadToCheck, type MaterialToCheck } from './load-material.js';
import type { TicketEnrichmentDependencies } from './ticket-enrichment.dependencies.js';
import type { SettleAnswerInput, SettleAnswerResult } from './ticket-enrichment.types.js';

/** Rounds: the question, and one repair. */
const LAST_ROUND = 1;

/** What settling came to, and the wait for a decision to be started once it is committed. */
interface Outcome {
  settled: SettleAnswerResult | { outcome: 'invalid'; problems: readonly string[] };
  wait?: RunStart | null;
}

/**
 * Checks a stored answer and stores what holds of it: result, citations, state, run and history in one transaction, so
 * nobody sees a citation that was not checked. A repeat finds the enrichment ready and says the same again.
 */
export class SettleAnswer {
  constructor(private readonly on: TicketEnrichmentDependencies) {}

  async run(input: SettleAnswerInput): Promise<SettleAnswerResult> {
    const { settled, wait } = await this.settle(input);
    if (wait) await this.start(wait);
    // Thrown outside, so that what was noted of it is kept.
    if (settled.outcome !== 'invalid') return settled;
    throw new DocketError(
      'model.output_invalid',
      `The model's output could not be used, and one repair did not help: ${settled.problems.slice(0, 3).join(' ')}`,
    );
  }

  /** The wait is committed: whoever cannot start it now leaves it to the sweep. */
  private async start(wait: RunStart): Promise<void> {
    try {
      await this.on.decisions.start(wait);
    } catch (error) {
      const runId = toTypeId('run', wait.runId);
      Context.current().log.warn('run could not be started; the sweep will start it', { error, runId });
    }
  }

  private async settle(input: SettleAnswerInput): Promise<Outcome> {
    const startedAt = performance.now();
    return this.on.tenants.withTenant(input.orgId, async (tx) => {
      const material = await loadToCheck(tx, input.enrichmentId);
      const { state, result } = material.enrichment;
      if (enrichmentIsSettled(state))
        return { settled: { outcome: 'ready', answerable: result?.answerable ?? false } };
      if (enrichmentHasEnded(state)) return { settled: { outcome: 'superseded' } };
      const call = await tx.modelCalls.answer(input.enrichmentId, input.round);
      // It stood on a document that was erased since: the next round asks about what is left.
      if (!call) return { settled: { outcome: 'repair' } };
      const settled = settleOutput(call.output ?? '', this.contextOf(material), input.round < LAST_ROUND);
      const checkMs = Math.round(performance.now() - startedAt);
      switch (settled.outcome) {
        case 'repair':
          return { settled: await this.askAgain(tx, input, settled.problems, checkMs) };
        case 'invalid':
          await tx.enrichments.noteProblems(input.enrichmentId, settled.problems, true);
          return { settled };
        case 'settled':
          return this.store(tx, input, settled, { call, enrichment: material.enrichment, checkMs });
      }
    });
  }

  private contextOf({
    taxonomy,
    passages,
    enrichment,
    prompt,
  }: MaterialToCheck): Parameters<typeof settleOutput>[1] {
    return {
      taxonomy,
      // By rank, so that labels stay what the model saw though a passage was erased meanwhile.
      passages: new Map(passages.map((passage) => [passageLabel(passage.rank - 1), passage])),
      language: enrichment.evidence?.language ?? null,
      languageOf: guessLanguage,
      instructions: prompt.system,
      allowedAddresses: this.on.allowedAddresses,
      retrievalHolds: (enrichment.evidence?.retrievalConfidence ?? 0) >= RETRIEVAL_FLOOR,
    };
  }

  private async askAgain(
    tx: TenantTransaction,
    input: SettleAnswerInput,
    problems: readonly string[],
    checkMs: number,
  ): Promise<SettleAnswerResult> {
    await tx.enrichments.noteProblems(input.enrichmentId, problems, true);
    await tx.enrichments.move(input.enrichmentId, { state: 'running', step: 'repair', timings: { checkMs } });
    await tx.runs.progress(input.runId, 'running', 'repair');
    await tx.runs.addEvents(input.runId, [
      {
        at: this.on.now(),
        step: 'check',
        what: 'The answer does not hold; the model is asked to repair it',
        outcome: 'retrying',
        durationMs: checkMs,
        detail: { problems: problems.slice(0, 10) },
      },
    ]);
    return { outcome: 'repair' };
  }

  private async store(
    tx: TenantTransaction,
    input: SettleAnswerInput,
    { result, problems }: Extract<Settled, { outcome: 'settled' }>,
    { call, enrichment, checkMs }: { call: ModelCall; enrichment: Enrichment; checkMs: number },
  ): Promise<Outcome> {
    const { enrichmentId, runId, round } = input;
    const shown = { ...result, provider: call.provider, model: call.modelAnswered ?? call.modelAsked };
    await tx.enrichments.storeResult(enrichmentId, shown, {
      problems: [...enrichment.problems, ...problems],
      repaired: round > 0,
    });
    const citations = result.suggestedReply?.citations ?? [];
    await tx.evidence.storeCitations(enrichmentId, citations);
    const timings = { [round === 0 ? 'checkMs' : 'recheckMs']: checkMs };
    const isAwaited = await isDecidedByPeople(tx, enrichment, result);
    const state = isAwaited ? 'awaiting_decision' : 'ready';
    const moved = await tx.enrichments.move(enrichmentId, { state, step: 'store', timings });
    if (!moved) return { settled: { outcome: 'superseded' } };
    const { answerable, abstainReason } = result;
    const changes = await noteChanges(tx, enrichment, shown);
    await tx.runs.end(runId, { state: 'succeeded', result: { answerable, abstainReason, ...changes } });
    await tx.runs.addEvents(runId, [
      {
        at: this.on.now(),
        step: 'store',
        what: answerable
          ? `Stored a reply with ${citations.length} checked citations`
          : 'Stored what the ticket is about; there is no reply that could be supported',
        outcome: 'succeeded',
        durationMs: checkMs,
        detail: { abstainReason },
      },
    ]);
    const wait = isAwaited ? await awaitDecision(tx, this.on, enrichment) : null;
    return { settled: { outcome: 'ready', answerable }, wait };
  }
}
