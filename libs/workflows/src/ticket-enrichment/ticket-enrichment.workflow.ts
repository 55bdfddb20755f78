import type {
  AskModelResult,
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
  patched,
  proxyActivities,
  proxyLocalActivities,
  setHandler,
  setWorkflowOptions,
  sleep,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { isLong } from '../run/is-long.js';
import { searchAttributes } from '../search-attributes.js';
import { asFailure, endingOf } from './ending.js';
import { Inbox } from './inbox.js';
import {
  MESSAGE_BATCH_ANSWERED,
  PROGRESS,
  TICKET_CHANGED,
  type MessageBatchAnsweredSignal,
  type TicketChange,
  type TicketChangedSignal,
  type TicketEnrichmentInput,
  type TicketEnrichmentProgress,
  type TicketEnrichmentResult,
} from './ticket-enrichment.contract.js';

const ticketChanged = defineSignal<[TicketChangedSignal]>(TICKET_CHANGED);
const messageBatchAnswered = defineSignal<[MessageBatchAnsweredSignal]>(MESSAGE_BATCH_ANSWERED);
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
/**
 * Longest time for which nobody need say that a message batch brought something: a look at the rows is a few events, and
 * the batch that would have said so may have been terminated.
 */
const LOOK_AGAIN = '1h';
/** Since when a change that is worked on already is not taken for a newer one. */
const REPEAT_IN_HAND = 'repeat-in-hand';
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
  const answered = new Set<string>();
  setHandler(ticketChanged, (change) => {
    // Said again by the sweep or by a batch while it is worked on. It would take its own place, and nothing would be left.
    if (inbox.isInHand(change) && patched(REPEAT_IN_HAND)) return;
    inbox.add(change);
  });
  setHandler(messageBatchAnswered, ({ enrichmentId }) => void answered.add(enrichmentId));
  setHandler(progress, () => shown);

  let handled = 0;
  for (;;) {
    const change = inbox.next();
    if (isLong(handled, MOST_PER_EXECUTION)) return handOver(input, change, inbox);
    handled += 1;
    shown.enrichmentId = change.enrichmentId;
    const subject = subjectOf(input, change);
    try {
      const ended = await enrich(subject, change, { inbox, answered }, shown);
      shown.state = ended.state;
      if (inbox.isEmpty) {
        upsertSearchAttributes([{ key: searchAttributes.state, value: ended.state }]);
        return { schemaVersion: 1, enrichmentId: change.enrichmentId, ...ended };
      }
    } catch (error) {
      const end = endingOf(error);
      shown.state = end.kind;
      const left = end.kind === 'cancelled' ? inbox.takeAll() : [];
      for (const each of [change, ...left]) await tell(subjectOf(input, each), end, input.subject);
      if (inbox.isEmpty) throw asFailure(error, end);
    }
  }
}

setWorkflowOptions({ versioningBehavior: 'PINNED' }, ticketEnrichment);

/** One enrichment to its end, unless a newer one takes its place. */
async function enrich(
  subject: EnrichmentSubject,
  { immediate }: TicketChange,
  told: Told,
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
    const asked = await askedUnlessChanged(subject, round, told, shown);
    if (asked !== 'answered') {
      await tell(subject, { kind: asked }, name);
      return { state: asked, answerable: null };
    }
    const settled = await settleAnswer.executeWithOptions({ summary: `${name}: settle` }, [
      { ...subject, round },
    ]);
    if (settled.outcome === 'superseded') return { state: 'superseded', answerable: null };
    if (settled.outcome === 'ready') return { state: 'ready', answerable: settled.answerable };
  }
}

/** What the workflow has been told from outside: newer enrichments, and enrichments whose message batch brought something. */
interface Told {
  readonly inbox: Inbox;
  readonly answered: Set<string>;
}

/** Resolves when the answer is stored, when the ticket changed before it was, or when it was called off with its batch. */
async function askedUnlessChanged(
  subject: EnrichmentSubject,
  round: number,
  { inbox, answered }: Told,
  shown: TicketEnrichmentProgress,
): Promise<'answered' | 'superseded' | 'cancelled'> {
  for (;;) {
    const outcome = await askedOnceUnlessChanged(subject, round, inbox);
    if (outcome === 'called_off') return 'cancelled';
    if (outcome !== 'batched') return outcome;
    shown.state = 'waiting_for_message_batch';
    upsertSearchAttributes([{ key: searchAttributes.state, value: 'waiting' }]);
    await condition(() => !inbox.isEmpty || answered.delete(subject.enrichmentId), LOOK_AGAIN);
    upsertSearchAttributes([{ key: searchAttributes.state, value: 'running' }]);
    shown.state = 'running';
  }
}

async function askedOnceUnlessChanged(
  subject: EnrichmentSubject,
  round: number,
  inbox: Inbox,
): Promise<AskModelResult['outcome'] | 'superseded'> {
  if (!inbox.isEmpty) return 'superseded';
  const asking = new CancellationScope();
  let outcome: AskModelResult['outcome'] | null = null;
  const answer = asking
    .run(() =>
      askModel.executeWithOptions({ summary: `${subject.enrichmentId}: ${round === 0 ? 'ask' : 'repair'}` }, [
        { ...subject, round },
      ]),
    )
    .then((result) => {
      outcome = outcomeOf(result);
    });
  // Its rejection is handled wherever the race leaves it.
  answer.catch(() => undefined);
  const changed = new CancellationScope();
  const change = changed.run(() => condition(() => !inbox.isEmpty));
  change.catch(() => undefined);
  try {
    await Promise.race([answer, change]);
    // An answer that came together with the change is there, and is used.
    return outcome ?? 'superseded';
  } finally {
    changed.cancel();
    asking.cancel();
  }
}

/** What older builds answered said nothing: the answer was stored. */
function outcomeOf(result: AskModelResult | null | undefined): AskModelResult['outcome'] {
  return result?.outcome ?? 'answered';
}

async function tell(subject: EnrichmentSubject, end: EndEnrichmentInput['end'], name: string): Promise<void> {
  // The row is told even when the run was cancelled.
  await CancellationScope.nonCancellable(() =>
    endEnrichment.executeWithOptions({ summary: `${name}: ${end.kind}` }, [{ ...subject, end }]),
  );
}

async function handOver(
  { attempt: _, ...input }: TicketEnrichmentInput,
  next: TicketChange,
  inbox: Inbox,
): Promise<never> {
  return continueAsNew<typeof ticketEnrichment>({ ...input, ...next, waiting: inbox.takeAll() });
}

function subjectOf(
  { orgId, ticketId }: TicketEnrichmentInput,
  { enrichmentId, runId, attempt }: TicketChange,
): EnrichmentSubject {
  return { orgId, ticketId, enrichmentId, runId, ...(attempt !== undefined && { attempt }) };
}
