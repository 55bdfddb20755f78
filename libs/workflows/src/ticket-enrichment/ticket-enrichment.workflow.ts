import type {
  EndEnrichmentInput,
  EnrichmentSubject,
  TicketEnrichmentActivities,
} from '@docket/activities/ticket-enrichment/types';
import { QUEUES } from '@docket/domain/run/queues-rules';
import {
  ActivityCancellationType,
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  setWorkflowOptions,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { searchAttributes } from '../search-attributes.js';
import { asFailure, endingOf } from './ending.js';
import { Inbox } from './inbox.js';
import {
  PROGRESS,
  TICKET_CHANGED,
  type TicketChange,
  type TicketChangedSignal,
  type TicketEnrichmentInput,
  type TicketEnrichmentProgress,
  type TicketEnrichmentResult,
} from './ticket-enrichment.contract.js';

const ticketChanged = defineSignal<[TicketChangedSignal]>(TICKET_CHANGED);
const progress = defineQuery<TicketEnrichmentProgress>(PROGRESS);

/** Attempts have no limit: a fault of the surroundings is waited out, and only a domain error ends the run. */
const RETRY = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' } as const;

const { askModel } = proxyActivities<TicketEnrichmentActivities>({
  taskQueue: QUEUES.model,
  // Two providers, each for the longest time a call may be given. A dead worker is noticed by its heartbeat.
  startToCloseTimeout: '25m',
  heartbeatTimeout: '10s',
  // A provider that is away is waited for by retries: no slot is held and no history grows.
  retry: RETRY,
  // A newer revision does not wait for an answer to the old one. A call on its way finishes and is stored all the same.
  cancellationType: ActivityCancellationType.TRY_CANCEL,
});

const { gatherEvidence, settleAnswer, endEnrichment } = proxyLocalActivities<TicketEnrichmentActivities>({
  startToCloseTimeout: '5s',
  // A longer backoff would keep the workflow task open and its slot held.
  localRetryThreshold: '1s',
  retry: RETRY,
});

/** Quiet that a changed ticket is given before it is read again: people correct themselves within seconds. */
const QUIET_MS = 2_000;
/** Enrichments of one execution: each leaves some 15 events, and 51,200 are the limit. */
const MOST_PER_EXECUTION = 50;

/**
 * Enriches a ticket, and again for as long as changes come in. One enrichment is worked on at a time; a newer one takes
 * its place. It ends with the last one's result, or with a failure whose type is the error code; the rows say the same
 * of each. Every activity may be repeated: what is stored is found and not made again.
 */
export async function ticketEnrichment(input: TicketEnrichmentInput): Promise<TicketEnrichmentResult> {
  const inbox = new Inbox([input, ...(input.waiting ?? [])]);
  const shown: TicketEnrichmentProgress = {
    schemaVersion: 1,
    state: 'running',
    enrichmentId: input.enrichmentId,
  };
  setHandler(ticketChanged, (change) => inbox.add(change));
  setHandler(progress, () => shown);

  let handled = 0;
  for (;;) {
    const change = inbox.next();
    if (handled >= MOST_PER_EXECUTION || workflowInfo().continueAsNewSuggested)
      return handOver(input, change, inbox);
    handled += 1;
    shown.enrichmentId = change.enrichmentId;
    const subject = subjectOf(input, change);
    try {
      const ended = await enrich(subject, change, inbox, shown);
      shown.state = ended.state;
      if (inbox.isEmpty) {
        upsertSearchAttributes([{ key: searchAttributes.state, value: ended.state }]);
        return { schemaVersion: 1, enrichmentId: change.enrichmentId, ...ended };
      }
    } catch (error) {
      const end = endingOf(error);
      shown.state = end.kind;
      const left = end.kind === 'cancelled' ? inbox.takeAll() : [];
      for (const each of [change, ...left]) await told(subjectOf(input, each), end, input.subject);
      if (inbox.isEmpty) throw asFailure(error, end);
    }
  }
}

setWorkflowOptions({ versioningBehavior: 'PINNED' }, ticketEnrichment);

/** One enrichment to its end, unless a newer one takes its place. */
async function enrich(
  subject: EnrichmentSubject,
  { immediate }: TicketChange,
  inbox: Inbox,
  shown: TicketEnrichmentProgress,
): Promise<Pick<TicketEnrichmentResult, 'state' | 'answerable'>> {
  const name = subject.enrichmentId;
  shown.state = 'waiting_for_quiet';
  if (!immediate) await sleep(QUIET_MS);
  for (;;) {
    const gathered = await gatherEvidence.executeWithOptions({ summary: `${name}: gather` }, [
      { ...subject, immediate },
    ]);
    if (gathered.outcome === 'ended') return { state: 'superseded', answerable: null };
    if (gathered.outcome === 'gathered') break;
    await sleep(gathered.waitMs);
  }
  shown.state = 'running';
  for (let round = 0; ; round += 1) {
    if (!(await askedUnlessChanged(subject, round, inbox))) {
      await told(subject, { kind: 'superseded' }, name);
      return { state: 'superseded', answerable: null };
    }
    const settled = await settleAnswer.executeWithOptions({ summary: `${name}: settle` }, [
      { ...subject, round },
    ]);
    if (settled.outcome === 'superseded') return { state: 'superseded', answerable: null };
    if (settled.outcome === 'ready') return { state: 'ready', answerable: settled.answerable };
  }
}

/** Resolves with true when the answer is stored, and with false when the ticket changed before it was. */
async function askedUnlessChanged(subject: EnrichmentSubject, round: number, inbox: Inbox): Promise<boolean> {
  if (!inbox.isEmpty) return false;
  const asking = new CancellationScope();
  let answered = false;
  const answer = asking
    .run(() =>
      askModel.executeWithOptions({ summary: `${subject.enrichmentId}: ${round === 0 ? 'ask' : 'repair'}` }, [
        { ...subject, round },
      ]),
    )
    .then(() => {
      answered = true;
    });
  // Its rejection is handled wherever the race leaves it.
  answer.catch(() => undefined);
  const changed = new CancellationScope();
  const change = changed.run(() => condition(() => !inbox.isEmpty));
  change.catch(() => undefined);
  try {
    await Promise.race([answer, change]);
    // An answer that came together with the change is there, and is used.
    return answered;
  } finally {
    changed.cancel();
    asking.cancel();
  }
}

async function told(subject: EnrichmentSubject, end: EndEnrichmentInput['end'], name: string): Promise<void> {
  // The row is told even when the run was cancelled.
  await CancellationScope.nonCancellable(() =>
    endEnrichment.executeWithOptions({ summary: `${name}: ${end.kind}` }, [{ ...subject, end }]),
  );
}

async function handOver(input: TicketEnrichmentInput, next: TicketChange, inbox: Inbox): Promise<never> {
  const { enrichmentId, runId, immediate } = next;
  return continueAsNew<typeof ticketEnrichment>({
    ...input,
    enrichmentId,
    runId,
    immediate,
    waiting: inbox.takeAll(),
  });
}

function subjectOf(
  { orgId, ticketId }: TicketEnrichmentInput,
  { enrichmentId, runId }: TicketChange,
): EnrichmentSubject {
  return { orgId, ticketId, enrichmentId, runId };
}
