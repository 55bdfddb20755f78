import type { ModelAnswer } from '@docket/adapters/language-model';
import type { NewModelCall } from '@docket/db/model-calls';
import type { BudgetAmount } from '@docket/domain/limits/budget';
import { batchSavedMicros, costMicros, savedMicros } from '@docket/domain/model/cost';
import { priceOf, PRICE_TABLE_VERSION } from '@docket/domain/model/price-table';

/** What is known of a call before its answer. */
export type CallBegun = Pick<
  NewModelCall,
  | 'id'
  | 'enrichmentId'
  | 'ticketId'
  | 'round'
  | 'attempt'
  | 'provider'
  | 'modelAsked'
  | 'parameters'
  | 'requestHash'
  | 'latencyMs'
>;

/**
 * An answered call as it is kept, and what it takes of the budget. Of an answer that is not kept, since it stands on what was
 * erased meanwhile, the cost stays.
 */
export function toAnsweredCall(
  begun: CallBegun,
  { usage, ...answer }: ModelAnswer,
  { isKept, isBatched = false }: { isKept: boolean; isBatched?: boolean },
): { call: NewModelCall; amount: BudgetAmount } {
  const { provider, modelAsked } = begun;
  const cost = costMicros(provider, modelAsked, usage, isBatched);
  const call: NewModelCall = {
    ...begun,
    outcome: answer.stopReason,
    modelAnswered: answer.model,
    output: isKept ? storable(answer.output) : null,
    stopDetail: isKept ? answer.stopDetail && storable(answer.stopDetail) : null,
    setAside: !isKept,
    usage,
    costMicros: cost,
    savedMicros: savedMicros(provider, modelAsked, usage, isBatched),
    isBatched,
    batchSavedMicros: isBatched ? batchSavedMicros(provider, modelAsked, usage) : 0,
    priceTable: priceOf(provider, modelAsked) ? PRICE_TABLE_VERSION : null,
    providerRequestId: answer.providerRequestId,
  };
  const tokens = usage.input + usage.output + usage.cacheRead + usage.cacheWrite;
  return { call, amount: { tokens, costMicros: cost ?? 0 } };
}

/** Postgres holds no NUL and no half of a surrogate pair; the schema check names them where they matter. */
function storable(text: string): string {
  return text.replaceAll('\0', '\ufffd').toWellFormed();
}
