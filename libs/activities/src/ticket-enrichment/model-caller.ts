import type { LanguageModel, ModelAnswer, ModelRequest } from '@docket/adapters/language-model';
import { ModelUnavailable } from '@docket/adapters/language-model/unavailable';
import { DocketError } from '@docket/domain/errors';
import { NO_TOKENS } from '@docket/domain/model/token-usage';
import { toAnsweredCall, type CallBegun } from './answered-call.js';
import { parametersOf } from './build-request.js';
import { BudgetReservations } from './budget-reservation.js';
import { endOfCall, type Permit } from './provider-permits.js';
import type { TicketEnrichmentDependencies } from './ticket-enrichment.dependencies.js';
import type { AskModelInput } from './ticket-enrichment.types.js';

/** Longest time an answer that was paid for waits for the database before it is given up, and the pause in between. */
const STORE_PATIENCE_MS = 60_000;
const STORE_PAUSE_MS = 500;

export interface Question {
  input: AskModelInput;
  attempt: number;
  model: LanguageModel;
  request: ModelRequest;
  hash: string;
  /** Erasures of what the request shows, when it was built. */
  erasures: number;
  /** It is asked to see what comes: an answer that another paid for says nothing new. */
  isReplay: boolean;
  /** An enrichment before it may have asked the same. */
  hasForerunner: boolean;
}

/**
 * A document that the model saw was erased while it was asked: what it says of it is not kept. Temporal asks again, about
 * what is left.
 */
export class ErasedMeanwhile extends Error {
  override readonly name = 'ErasedMeanwhile';

  constructor() {
    super('a passage was erased while the model was asked');
  }
}

/** Makes one call to one model and keeps what it came to: the answer and its cost, or the error. */
export class ModelCaller {
  private readonly budget: BudgetReservations;

  constructor(private readonly on: TicketEnrichmentDependencies) {
    this.budget = new BudgetReservations(on);
  }

  /**
   * Answers whether what is stored is this answer, and whole: there may have been another before it.
   *
   * @throws ModelUnavailable where waiting helps; `ProviderBusy` before any call
   * @throws DocketError where it does not; `budget.exceeded` before any call
   */
  async call(question: Question, permit: Permit, signal: AbortSignal): Promise<boolean> {
    const { model, request } = question;
    await this.budget.reserve(question);
    try {
      await permit.confirm();
    } catch (error) {
      await this.budget.release(question);
      throw error;
    }
    const startedAt = performance.now();
    let answer: ModelAnswer;
    try {
      answer = await model.ask(request, signal);
    } catch (error) {
      // First of all: until the others know of a limit they go on asking.
      await permit.leave(endOfCall(error, permit.startedAt));
      await this.budget.release(question);
      await this.noteFailure(question, error, Math.round(performance.now() - startedAt));
      throw error;
    }
    const isFirst = await this.store(question, answer, Math.round(performance.now() - startedAt));
    return isFirst && answer.stopReason === 'completed';
  }

  /** The answer was paid for: a database that is away is waited for here, and not by asking again. */
  private async store(question: Question, answer: ModelAnswer, latencyMs: number): Promise<boolean> {
    const deadline = performance.now() + STORE_PATIENCE_MS;
    for (;;) {
      try {
        const { isKept, isFirst } = await this.storeOnce(question, answer, latencyMs);
        if (!isKept) throw new ErasedMeanwhile();
        return isFirst;
      } catch (error) {
        if (error instanceof ErasedMeanwhile || performance.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, STORE_PAUSE_MS));
      }
    }
  }

  /** Keeps the call and, unless it comes too late, what was said; tells whether that was kept, and was the first. */
  private async storeOnce(
    question: Question,
    answer: ModelAnswer,
    latencyMs: number,
  ): Promise<{ isKept: boolean; isFirst: boolean }> {
    const { input, model } = question;
    return this.on.tenants.withTenant(input.orgId, async (tx) => {
      const enrichment = await tx.enrichments.lock(input.enrichmentId);
      const isKept = enrichment?.erasures === question.erasures;
      const { call, amount } = toAnsweredCall(this.callOf(question, latencyMs), answer, { isKept });
      const isFirst = await tx.modelCalls.insert(call);
      // Last in its transaction: the row is shared by all calls of the org, and is locked until the commit.
      const settle = async (): Promise<void> => {
        if (model.isRemote) await tx.budgets.settle(input, amount);
      };
      if (!isKept) {
        await settle();
        return { isKept, isFirst };
      }
      await tx.enrichments.move(input.enrichmentId, {
        state: 'running',
        step: 'check',
        timings: { [input.round === 0 ? 'askMs' : 'repairMs']: latencyMs },
      });
      await tx.runs.advance(input.runId, 'check', {
        at: this.on.now(),
        step: input.round === 0 ? 'ask' : 'repair',
        what: `${answer.model} (${model.provider}) answered`,
        outcome: 'succeeded',
        attempt: question.attempt,
        durationMs: latencyMs,
        detail: { stopReason: answer.stopReason, ...answer.usage, costMicros: call.costMicros },
      });
      await settle();
      return { isKept, isFirst };
    });
  }

  private async noteFailure(question: Question, error: unknown, latencyMs: number): Promise<void> {
    const { input } = question;
    if (!(error instanceof ModelUnavailable || error instanceof DocketError)) return;
    await this.on.tenants.withTenant(input.orgId, async (tx) => {
      await tx.modelCalls.insert({
        ...this.callOf(question, latencyMs),
        outcome: error.code,
        modelAnswered: null,
        output: null,
        stopDetail: error.message,
        usage: NO_TOKENS,
        costMicros: 0,
        savedMicros: 0,
        priceTable: null,
        providerRequestId: null,
        setAside: false,
      });
    });
  }

  private callOf({ input, attempt, model, request, hash }: Question, latencyMs: number): CallBegun {
    return {
      id: this.on.newId(),
      enrichmentId: input.enrichmentId,
      ticketId: input.ticketId,
      round: input.round,
      attempt,
      provider: model.provider,
      modelAsked: request.model,
      parameters: parametersOf(request),
      requestHash: hash,
      latencyMs,
    };
  }
}
