import type { LanguageModel } from '@docket/adapters/language-model';
import { ModelUnavailable } from '@docket/adapters/language-model/unavailable';
import type { Enrichment } from '@docket/db/enrichments';
import type { ModelCall } from '@docket/db/model-calls';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { DocketError } from '@docket/domain/errors';
import { enrichmentHasEnded } from '@docket/domain/enrichment/state-rules';
import type { CallEnd } from '@docket/domain/model/provider-gate';
import { NO_TOKENS } from '@docket/domain/model/token-usage';
import { CancelledFailure, Context } from '@temporalio/activity';
import { buildRequest, requestHash, type RepairOf } from './build-request.js';
import { joinMessageBatch } from './join-message-batch.js';
import { loadMaterial, type Material } from './load-material.js';
import { ErasedMeanwhile, ModelCaller, type Question } from './model-caller.js';
import { endOfCall, ProviderBusy, ProviderPermits } from './provider-permits.js';
import { pauseSeconds, ProviderWait } from './provider-wait.js';
import type { TicketEnrichmentDependencies } from './ticket-enrichment.dependencies.js';
import type { AskModelInput, AskModelResult } from './ticket-enrichment.types.js';

/** Well below the heartbeat time-out of the workflow, so that a slow second is no lost worker. */
const HEARTBEAT_MS = 1_000;

/** What is known before a call is made. */
interface Matter {
  material: Material;
  repair: RepairOf;
  /** Whether a superseded enrichment of this ticket has an answer: it may have asked the same. */
  hasForerunner: boolean;
}

/** What there is to ask, or what there is to say without asking. */
type Opened = { enrichment: Enrichment } | AskModelResult;

/** Which model is asked, and how often it was tried. */
interface Choice {
  model: LanguageModel;
  isFirstChoice: boolean;
  attempt: number;
  /** A batch began it: nobody waits for it. */
  isBulk: boolean;
}

/**
 * Asks the first model of the chain that can answer. The raw answer is stored before this returns, so a repeat after a
 * crash finds it and pays nothing. What cannot answer now is waited for by Temporal's retries; the row says so.
 */
export class AskModel {
  private readonly caller: ModelCaller;
  private readonly permits: ProviderPermits;

  constructor(private readonly on: TicketEnrichmentDependencies) {
    this.caller = new ModelCaller(on);
    this.permits = new ProviderPermits(on);
  }

  async run(input: AskModelInput): Promise<AskModelResult> {
    const context = Context.current();
    const timer = setInterval(() => context.heartbeat(), HEARTBEAT_MS);
    const stopping = new AbortController();
    context.cancelled.catch((reason: unknown) => {
      // Whoever cancels has stopped waiting, but the call is on its way and will be paid for: it finishes and is stored.
      // Only a process that must go breaks it off.
      if (reason instanceof CancelledFailure && reason.message === 'WORKER_SHUTDOWN') stopping.abort();
    });
    try {
      return await this.ask(input, stopping.signal);
    } catch (error) {
      if (stopping.signal.aborted) throw new CancelledFailure('WORKER_SHUTDOWN');
      throw error;
    } finally {
      clearInterval(timer);
    }
  }

  private async ask(input: AskModelInput, signal: AbortSignal): Promise<AskModelResult> {
    const { scheduledTimestampMs, attempt } = Context.current().info;
    const waitedMs = this.on.now().getTime() - scheduledTimestampMs;
    // A thousand that wait look in again and again: what they read before it is their turn is little.
    const opened = await this.open(input);
    if ('outcome' in opened) return opened;
    const isBulk = opened.enrichment.batchId !== null;
    let wait: ModelUnavailable | null = null;
    for (const [place, model] of this.on.models.entries()) {
      // Those behind the first are asked only when it has been waited for long enough.
      if (place > 0 && waitedMs < this.on.limits.waitMs) break;
      try {
        await this.askOne(input, { model, isFirstChoice: place === 0, attempt, isBulk }, signal);
        return ANSWERED;
      } catch (error) {
        if (!(error instanceof ModelUnavailable)) throw error;
        wait = sooner(wait, error);
      }
    }
    if (wait) throw await this.waiting(input, wait, attempt, waitedMs);
    return ANSWERED;
  }

  /** There is nothing to ask where the answer is stored, where nobody waits for it any longer, or where others ask with it. */
  private async open(input: AskModelInput): Promise<Opened> {
    const { orgId, enrichmentId, round } = input;
    return this.on.tenants.withTenant(orgId, async (tx) => {
      const stored = await tx.modelCalls.answer(enrichmentId, round);
      if (stored) throwUnlessUsable(stored);
      const enrichment = stored ? null : await tx.enrichments.find(enrichmentId);
      if (!enrichment || enrichmentHasEnded(enrichment.state)) return ANSWERED;
      const outcome = await this.join(tx, enrichment, round);
      if (outcome !== 'alone') return { outcome };
      await this.refuseIfSpent(tx);
      return { enrichment };
    });
  }

  private async join(tx: TenantTransaction, enrichment: Enrichment, round: number) {
    const isOffered = Boolean(this.on.models[0]?.messageBatches) && round === 0;
    return isOffered ? joinMessageBatch(tx, enrichment, this.on.now()) : 'alone';
  }

  /** Whoever waits for a provider waits in vain where nothing is left to pay it with. */
  private async refuseIfSpent(tx: TenantTransaction): Promise<void> {
    if (this.on.models[0]?.isRemote && (await tx.budgets.isSpent()))
      throw new DocketError(
        'budget.exceeded',
        'The organisation has spent what it may spend on models a day. Retry after midnight UTC, or raise the limit.',
      );
  }

  /** Asks one model under a permit of its provider, which is given back however it ends. */
  private async askOne(
    input: AskModelInput,
    { model, isFirstChoice, attempt, isBulk }: Choice,
    signal: AbortSignal,
  ): Promise<void> {
    const permit = await this.permits.enter(
      input.orgId,
      { callId: input.enrichmentId, isBulk },
      model,
      signal,
    );
    let end: CallEnd = { kind: 'unknown' };
    let isUsable = false;
    try {
      const { material, repair, hasForerunner } = await this.matter(input);
      const request = buildRequest(material, model, this.on.limits, repair, isFirstChoice);
      const hash = requestHash(material, request);
      const { erasures, replayOf } = material.enrichment;
      const isReplay = replayOf !== null;
      const known = { erasures, isReplay, hasForerunner };
      const question: Question = { input, attempt, model, request, hash, ...known };
      if (!(await this.reuse(question))) {
        isUsable = await permit.whileHeld(() => this.caller.call(question, permit, signal));
        end = { kind: 'answered', startedAt: permit.startedAt };
      }
    } catch (error) {
      end = endOfCall(error, permit.startedAt);
      throw error;
    } finally {
      await permit.leave(end);
    }
    if (!isUsable) await this.throwUnlessUsable(input);
  }

  private async matter(input: AskModelInput): Promise<Matter> {
    return this.on.tenants.withTenant(input.orgId, async (tx) => {
      const material = await loadMaterial(tx, input.enrichmentId);
      const before =
        input.round === 0 ? null : await tx.modelCalls.answer(input.enrichmentId, input.round - 1);
      const repair = before && { output: before.output ?? '', problems: material.enrichment.problems };
      const hasForerunner = await tx.modelCalls.hasAnswerOfSuperseded(input.ticketId);
      return { material, repair, hasForerunner };
    });
  }

  /** An answer to the very same question that a superseded enrichment of this ticket paid for. */
  private async reuse({
    input,
    attempt,
    model,
    request,
    hash,
    erasures,
    isReplay,
    hasForerunner,
  }: Question): Promise<boolean> {
    if (input.round > 0 || isReplay || !hasForerunner) return false;
    return this.on.tenants.withTenant(input.orgId, async (tx) => {
      const enrichment = await tx.enrichments.lock(input.enrichmentId);
      if (enrichment?.erasures !== erasures) throw new ErasedMeanwhile();
      const known = await tx.modelCalls.answerOfSuperseded(input.ticketId, hash);
      if (!known) return false;
      await tx.modelCalls.insert({
        ...known,
        id: this.on.newId(),
        enrichmentId: input.enrichmentId,
        ticketId: input.ticketId,
        round: input.round,
        attempt,
        provider: model.provider,
        modelAsked: request.model,
        stopDetail: 'Taken over from a superseded enrichment that asked the same.',
        usage: NO_TOKENS,
        costMicros: 0,
        savedMicros: 0,
        latencyMs: 0,
      });
      await tx.enrichments.move(input.enrichmentId, { state: 'running', step: 'check' });
      await tx.runs.addEvents(input.runId, [
        {
          at: this.on.now(),
          step: 'ask',
          what: 'The same had been asked and paid for before',
          outcome: 'skipped',
        },
      ]);
      return true;
    });
  }

  private async throwUnlessUsable(input: AskModelInput): Promise<void> {
    const stored = await this.on.tenants.withTenant(input.orgId, (tx) =>
      tx.modelCalls.answer(input.enrichmentId, input.round),
    );
    if (stored) throwUnlessUsable(stored);
  }

  /** Says in the rows that a provider is waited for, and what Temporal is told; final when it was waited for too long. */
  private async waiting(
    input: AskModelInput,
    wait: ModelUnavailable,
    attempt: number,
    waitedMs: number,
  ): Promise<Error> {
    if (waitedMs >= this.on.limits.giveUpMs) {
      const hours = Math.round(waitedMs / 3_600_000);
      return new DocketError(
        wait.code,
        `${wait.message} It was waited for ${hours} hours. Retry when it is well.`,
      );
    }
    await this.tellWaiting(input, wait, attempt);
    // A time that was given to this caller alone is kept to the letter: its jitter is in it.
    const seconds =
      wait instanceof ProviderBusy ? wait.waitSeconds : pauseSeconds(wait, attempt, this.on.random());
    return new ProviderWait(wait.code, wait.message, seconds);
  }

  /** At the first, second, fourth, eighth … attempt: a day of waiting is a page and no book. */
  private async tellWaiting(input: AskModelInput, wait: ModelUnavailable, attempt: number): Promise<void> {
    if (!Number.isInteger(Math.log2(attempt))) return;
    await this.on.tenants.withTenant(input.orgId, async (tx) => {
      const step = input.round === 0 ? 'ask' : 'repair';
      if (!(await tx.enrichments.move(input.enrichmentId, { state: 'waiting_for_provider', step }))) return;
      const reason = { code: wait.code, message: wait.message };
      await tx.runs.progress(input.runId, 'waiting', step, reason);
      await tx.runs.addEvents(input.runId, [
        {
          at: this.on.now(),
          step,
          what: `Waiting for the model: ${wait.message}`,
          outcome: 'waiting',
          attempt,
          detail: { code: wait.code },
        },
      ]);
    });
  }
}

const ANSWERED: AskModelResult = { outcome: 'answered' };

/** A refusal and a truncation were answers, and were paid for; asking the same again would give the same. */
function throwUnlessUsable(call: ModelCall): void {
  if (call.outcome === 'refused')
    throw new DocketError('model.refused', `The model refused: ${call.stopDetail ?? 'it gave no reason'}.`);
  if (call.outcome === 'truncated')
    throw new DocketError(
      'model.output_truncated',
      'The output was cut off at its limit. Raise MODEL_OUTPUT_TOKENS_MAX, or the limit of the prompt version, and retry.',
    );
}

function sooner(left: ModelUnavailable | null, right: ModelUnavailable): ModelUnavailable {
  return left && left.retryAfterSeconds <= right.retryAfterSeconds ? left : right;
}
