import type { KindOfRun } from '../run/kind-of-run.js';

/** What the world outside needs to start a ticket's enrichment and to talk to it. */

export const TICKET_ENRICHMENT = 'ticketEnrichment';

/** An enrichment that waits for its run. */
export interface TicketChange {
  /** Database ids (UUIDs). */
  enrichmentId: string;
  runId: string;
  /** False for a change of a ticket that was read before: it waits until the ticket is quiet. */
  immediate: boolean;
  /**
   * How often its run was begun, this time included. It tells a retry from a start that was said twice, and what a retry
   * took up from what its predecessor still writes. Builds before it did not say.
   */
  attempt?: number;
}

/** Also the input that a run's row holds: whoever starts it says with it which enrichment it is about. */
export interface TicketEnrichmentInput extends TicketChange {
  schemaVersion: 1;
  orgId: string;
  ticketId: string;
  /** Shown in the Temporal Web UI: the ticket's public id. */
  subject: string;
  /** Begun by a batch: behind the tickets that somebody waits for. */
  isBulk?: true;
  /** What was signalled and not begun when the execution before this one handed over. */
  waiting?: TicketChange[];
}

export interface TicketEnrichmentResult {
  schemaVersion: 1;
  /** The last enrichment this execution worked on, and how it ended. */
  enrichmentId: string;
  state: 'ready' | 'superseded' | 'cancelled';
  answerable: boolean | null;
}

/** Signal `ticketChanged`: an enrichment waits. Said twice, it is worked on once. */
export const TICKET_CHANGED = 'ticketChanged';
export interface TicketChangedSignal extends TicketChange {
  schemaVersion: 1;
}

/** Signal `messageBatchAnswered`: the message batch brought something of an enrichment, or nothing. The rows say what. */
export const MESSAGE_BATCH_ANSWERED = 'messageBatchAnswered';
export interface MessageBatchAnsweredSignal {
  schemaVersion: 1;
  enrichmentId: string;
}

/** Query `progress`. */
export const PROGRESS = 'progress';
export interface TicketEnrichmentProgress {
  schemaVersion: 1;
  state:
    | 'waiting_for_quiet'
    | 'running'
    | 'waiting_for_message_batch'
    | 'ready'
    | 'superseded'
    | 'failed'
    | 'cancelled';
  enrichmentId: string;
}

/** The id under which a ticket is enriched, by public ids: one at a time, whoever starts it. */
export function ticketEnrichmentWorkflowId(org: string, ticket: string): string {
  return `ticket-enrichment:${org}:${ticket}`;
}

export interface TicketEnrichmentSubject extends TicketChange {
  orgId: string;
  ticketId: string;
}

/**
 * The input of an enrichment's run, to be stored with it.
 *
 * @param subject the ticket's public id
 */
export function ticketEnrichmentInput(
  { orgId, ticketId, enrichmentId, runId, immediate }: TicketEnrichmentSubject,
  subject: string,
): TicketEnrichmentInput {
  return { schemaVersion: 1, orgId, ticketId, enrichmentId, runId, immediate, subject };
}

/** Behind Temporal's default of 3. */
const BULK_PRIORITY = 4;

/** Runs of one ticket share a workflow: a start is a signal to the one that works, or begins it. */
export const ticketEnrichmentStart: KindOfRun<TicketEnrichmentInput> = {
  summary: ({ subject }) => subject,
  state: () => 'queued',
  priority: ({ isBulk }) => (isBulk ? BULK_PRIORITY : undefined),
  inputAt: (input, { attempts }) => ({ ...input, attempt: attempts }),
  signal({ enrichmentId, runId, immediate }, { attempts }) {
    const change: TicketChangedSignal = {
      schemaVersion: 1,
      enrichmentId,
      runId,
      immediate,
      attempt: attempts,
    };
    return { name: TICKET_CHANGED, args: [change] };
  },
};
