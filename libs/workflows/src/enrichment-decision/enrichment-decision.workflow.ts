import type {
  DecisionSubject,
  EnrichmentDecisionActivities,
} from '@docket/activities/enrichment-decision/types';
import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  defineUpdate,
  isCancellation,
  proxyLocalActivities,
  setHandler,
  setWorkflowOptions,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { searchAttributes } from '../search-attributes.js';
import {
  DECIDE,
  type DecideResult,
  type DecideUpdate,
  type EnrichmentDecisionInput,
  type EnrichmentDecisionResult,
} from './enrichment-decision.contract.js';

const decide = defineUpdate<DecideResult, [DecideUpdate]>(DECIDE);

const { openDecision, remindOfDecision, settleDecision } = proxyLocalActivities<EnrichmentDecisionActivities>(
  {
    startToCloseTimeout: '5s',
    // A longer backoff would keep the workflow task open and its slot held.
    localRetryThreshold: '1s',
    // Without a limit on attempts: a decision is never lost to a database that was away.
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
  },
);

const KNOWN: ReadonlySet<string> = new Set<DecideUpdate['decision']>(['approve', 'edit', 'reject']);

// It waits for weeks, which is longer than any build has workers.
setWorkflowOptions({ versioningBehavior: 'AUTO_UPGRADE' }, enrichmentDecision);
/**
 * Waits until somebody decides on a suggested reply, reminds them once, and gives up when the time is over. What was
 * decided is in the row before anybody tells this workflow; it brings it into effect. Cancelled, it ends: where a newer
 * enrichment took the place of this one that is all there is to do, and otherwise the row can still be decided on.
 */
export async function enrichmentDecision(input: EnrichmentDecisionInput): Promise<EnrichmentDecisionResult> {
  const { orgId, enrichmentId, runId } = input;
  const subject: DecisionSubject = { orgId, enrichmentId, runId };
  let told = 0;
  let looked = 0;
  let state: DecideResult['state'] = 'awaiting_decision';
  setHandler(
    decide,
    async (): Promise<DecideResult> => {
      const own = (told += 1);
      await condition(() => looked >= own);
      return { schemaVersion: 1, state };
    },
    {
      validator({ schemaVersion, decision }: DecideUpdate) {
        if (schemaVersion !== 1 || !KNOWN.has(decision))
          throw ApplicationFailure.nonRetryable('not a decision that this build knows', 'request.invalid');
        if (state !== 'awaiting_decision')
          throw ApplicationFailure.nonRetryable(`it is ${state}`, 'enrichment.already_decided');
      },
    },
  );

  /** Looks what the row says, and shows it to whoever told; true when nothing is left to wait for. */
  const look = async (why: 'told' | 'expired' | 'cancelled'): Promise<boolean> => {
    const upTo = told;
    ({ state } = await settleDecision.executeWithOptions({ summary: `${input.subject}: ${why}` }, [
      { ...subject, why },
    ]));
    looked = upTo;
    return state !== 'awaiting_decision';
  };

  const expiresAt = Date.now() + input.expireAfterMs;
  const remindsAt = Date.now() + input.remindAfterMs;
  try {
    await openDecision.executeWithOptions({ summary: `${input.subject}: open` }, [subject]);
    for (let reminded = false; ;) {
      const nextAt = reminded ? expiresAt : Math.min(remindsAt, expiresAt);
      const isTold = await condition(() => told > looked, Math.max(1, nextAt - Date.now()));
      if (isTold || nextAt === expiresAt) {
        if (await look(isTold ? 'told' : 'expired')) break;
        continue;
      }
      await remindOfDecision.executeWithOptions({ summary: `${input.subject}: remind` }, [subject]);
      reminded = true;
    }
  } catch (error) {
    if (!isCancellation(error)) throw error;
    if (!(await CancellationScope.nonCancellable(() => look('cancelled')))) {
      upsertSearchAttributes([{ key: searchAttributes.state, value: 'cancelled' }]);
      throw error;
    }
  }
  upsertSearchAttributes([{ key: searchAttributes.state, value: state }]);
  // Whoever told it is answered before it closes.
  await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  return { schemaVersion: 1, state: state as EnrichmentDecisionResult['state'] };
}
