import type { EnrichmentReplayActivities } from '@docket/activities/enrichment-replay/types';
import type {
  EnrichmentSubject,
  TicketEnrichmentActivities,
} from '@docket/activities/ticket-enrichment/types';
import { QUEUES } from '@docket/domain/run/queues-rules';
import {
  CancellationScope,
  proxyActivities,
  proxyLocalActivities,
  setWorkflowOptions,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { searchAttributes } from '../search-attributes.js';
import { asFailure, endingOf } from '../ticket-enrichment/ending.js';
import type { EnrichmentReplayInput, EnrichmentReplayResult } from './enrichment-replay.contract.js';

/** Attempts have no limit, as those of an enrichment: only a domain error ends a replay. */
const RETRY = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' } as const;

// The limits of `ticketEnrichment`, for the same calls.
const { askModel } = proxyActivities<TicketEnrichmentActivities>({
  taskQueue: QUEUES.model,
  startToCloseTimeout: '25m',
  heartbeatTimeout: '10s',
  retry: RETRY,
});

const { prepareReplay, settleAnswer, endEnrichment } = proxyLocalActivities<
  EnrichmentReplayActivities & TicketEnrichmentActivities
>({
  startToCloseTimeout: '5s',
  // A longer backoff would keep the workflow task open and its slot held.
  localRetryThreshold: '1s',
  retry: RETRY,
});

setWorkflowOptions({ versioningBehavior: 'PINNED' }, enrichmentReplay);
/**
 * Asks a model again about what an enrichment was asked about, under another prompt or model, and stores what came out
 * beside it. Nothing else changes: not the ticket, not the original. It ends with its result, or with a failure whose type is
 * the error code; the rows say the same. Every activity may be repeated.
 */
export async function enrichmentReplay(input: EnrichmentReplayInput): Promise<EnrichmentReplayResult> {
  const { orgId, ticketId, enrichmentId, runId } = input;
  const subject: EnrichmentSubject = { orgId, ticketId, enrichmentId, runId };
  const named = (step: string): { summary: string } => ({ summary: `${input.subject}: ${step}` });
  try {
    const { outcome } = await prepareReplay.executeWithOptions(named('prepare'), [subject]);
    if (outcome === 'ended') return { schemaVersion: 1, enrichmentId, state: 'ended', answerable: null };
    for (let round = 0; ; round += 1) {
      await askModel.executeWithOptions(named(round === 0 ? 'ask' : 'repair'), [{ ...subject, round }]);
      const settled = await settleAnswer.executeWithOptions(named('settle'), [{ ...subject, round }]);
      if (settled.outcome === 'repair') continue;
      const state = settled.outcome === 'ready' ? 'ready' : 'ended';
      upsertSearchAttributes([{ key: searchAttributes.state, value: state }]);
      const answerable = settled.outcome === 'ready' ? settled.answerable : null;
      return { schemaVersion: 1, enrichmentId, state, answerable };
    }
  } catch (error) {
    const end = endingOf(error);
    // The row is told even when the run was cancelled.
    await CancellationScope.nonCancellable(() =>
      endEnrichment.executeWithOptions(named(end.kind), [{ ...subject, end }]),
    );
    throw asFailure(error, end);
  }
}
