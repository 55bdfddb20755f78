import type { LanguageModel, ModelRequest } from '@docket/adapters/language-model';
import type { BudgetSubject, Reservation } from '@docket/db/budgets';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { DocketError } from '@docket/domain/errors';
import type { BudgetAmount } from '@docket/domain/limits/budget';
import { costMicros } from '@docket/domain/model/cost';
import type { Question } from './model-caller.js';
import type { TicketEnrichmentDependencies } from './ticket-enrichment.dependencies.js';

/** Characters that make a token, roughly, in the languages of tickets. */
const CHARACTERS_PER_TOKEN = 4;
/** What an answer is taken to come to before an org had one: more than most do. */
const ANSWER_TOKENS = 1_000;
/** Seconds beyond the call in which its answer may still be stored. */
const STORING_SECONDS = 90;
/** Calls under way end within seconds: who waits for what they leave looks again soon. */
const HELD_SECONDS = 1;

/** The rest of today's budget is reserved by calls under way. Thrown to Temporal, which tries again shortly. */
class BudgetHeld extends Error {
  override readonly name = 'BudgetHeld';

  constructor(readonly retryAfterSeconds: number) {
    super('the rest of the budget of today is reserved by calls under way');
  }
}

/** Reserves of an org's budget before a call. */
export class BudgetReservations {
  constructor(private readonly on: Pick<TicketEnrichmentDependencies, 'tenants' | 'limits' | 'random'>) {}

  /**
   * Reserves what a question is expected to come to: as much as the largest of the org's last calls to that model.
   *
   * @throws DocketError `budget.exceeded` when there is no room for it today; no call is made then
   * @throws BudgetHeld when there may be room in a moment
   */
  async reserve(question: Question): Promise<void> {
    const { input, model, request } = question;
    if (!model.isRemote) return;
    const seconds = this.on.limits.callMs / 1_000 + STORING_SECONDS;
    const reservation = await this.on.tenants.withTenant(input.orgId, (tx) =>
      reserveFor(tx, input, { model, request }, seconds),
    );
    if (reservation.outcome === 'held') throw new BudgetHeld(HELD_SECONDS * (0.5 + this.on.random()));
    if (reservation.outcome === 'exceeded')
      throw new DocketError(
        'budget.exceeded',
        `What is left of the ${reservation.limit} that the organisation may spend on models a day does not pay for another call. Retry after midnight UTC, or raise the limit.`,
      );
  }

  /** Gives back what a call without an answer had reserved. Where that fails it comes back by itself. */
  async release({ input, model }: Question): Promise<void> {
    if (!model.isRemote) return;
    try {
      await this.on.tenants.withTenant(input.orgId, (tx) => tx.budgets.release(input));
    } catch {
      // The reservation runs out by itself.
    }
  }
}

/** Reserves what a question is expected to come to, at the price of a single call or of a message batch. */
export async function reserveFor(
  tx: TenantTransaction,
  subject: BudgetSubject,
  question: { model: LanguageModel; request: ModelRequest },
  seconds: number,
): Promise<Reservation> {
  if (await tx.budgets.isUnlimited()) return { outcome: 'reserved' };
  const { model, request } = question;
  const isBatched = subject.isBatched ?? false;
  const late = await tx.budgets.largestOfLate(model.provider, request.model, isBatched);
  return tx.budgets.reserve(subject, late ?? firstGuess(question, isBatched), seconds);
}

function firstGuess(
  { model, request }: { model: LanguageModel; request: ModelRequest },
  isBatched: boolean,
): BudgetAmount {
  const { system, prompt, repair, maxOutputTokens } = request;
  const characters = system.length + prompt.length + (repair?.output.length ?? 0);
  const input = Math.ceil(characters / CHARACTERS_PER_TOKEN);
  const output = Math.min(maxOutputTokens, ANSWER_TOKENS);
  const usage = { input, output, cacheRead: 0, cacheWrite: 0 };
  return {
    tokens: input + output,
    costMicros: costMicros(model.provider, request.model, usage, isBatched) ?? 0,
  };
}
