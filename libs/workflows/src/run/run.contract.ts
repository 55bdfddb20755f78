import { QUEUES } from '@docket/domain/run/queues-rules';
import { TypedSearchAttributes } from '@temporalio/common';
import { DOCUMENT_ERASURE, documentErasureStart } from '../document-erasure/document-erasure.contract.js';
import { DOCUMENT_INGEST, documentIngestStart } from '../document-ingest/document-ingest.contract.js';
import { ENRICHMENT_BATCH, enrichmentBatchStart } from '../enrichment-batch/enrichment-batch.contract.js';
import {
  ENRICHMENT_DECISION,
  enrichmentDecisionStart,
} from '../enrichment-decision/enrichment-decision.contract.js';
import { REPLAY_BATCH, replayBatchStart } from '../replay-batch/replay-batch.contract.js';
import { RUN_BATCH, runBatchStart } from '../run-batch/run-batch.contract.js';
import { ENRICHMENT_REPLAY, enrichmentReplayStart } from '../enrichment-replay/enrichment-replay.contract.js';
import { searchAttributes } from '../search-attributes.js';
import { TICKET_ENRICHMENT, ticketEnrichmentStart } from '../ticket-enrichment/ticket-enrichment.contract.js';
import { WEBHOOK_DELIVERY, webhookDeliveryStart } from '../webhook-delivery/webhook-delivery.contract.js';
import type { KindOfRun, StartOfRun } from './kind-of-run.js';

/** Every kind of run that starters know. A new kind joins here, and the API, the sweep and retries start it. */
const KINDS: Readonly<Record<string, KindOfRun<object>>> = {
  [DOCUMENT_INGEST]: documentIngestStart,
  [TICKET_ENRICHMENT]: ticketEnrichmentStart,
  [DOCUMENT_ERASURE]: documentErasureStart,
  [ENRICHMENT_DECISION]: enrichmentDecisionStart,
  [RUN_BATCH]: runBatchStart,
  [ENRICHMENT_REPLAY]: enrichmentReplayStart,
  [ENRICHMENT_BATCH]: enrichmentBatchStart,
  [REPLAY_BATCH]: replayBatchStart,
  [WEBHOOK_DELIVERY]: webhookDeliveryStart,
};

/** Names of the workflows that work on runs. */
export const RUN_KINDS: readonly string[] = Object.keys(KINDS);

/** A run as its row tells it. */
export interface RunToStart extends StartOfRun {
  kind: string;
  workflowId: string;
  /** As it was stored with the run. */
  input: object;
  /** Public ids. */
  org: string;
  subject: string;
}

/**
 * How a run is started, whoever does it: the API at once, the sweep when the API died before, or a retry. Started twice,
 * it runs once.
 *
 * @throws Error for a kind that nobody registered
 */
export function runStartOptions(run: RunToStart) {
  const kind = KINDS[run.kind];
  if (!kind) throw new Error(`no workflow is registered for runs of the kind ${run.kind}`);
  const input = kind.inputAt?.(run.input, run) ?? run.input;
  return {
    workflowId: run.workflowId,
    taskQueue: QUEUES.main,
    args: [input] as [object],
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    // A run that has ended is not begun again by a late starter; a retry is a new execution under the same id.
    workflowIdReusePolicy: run.attempts > 1 ? ('ALLOW_DUPLICATE' as const) : ('REJECT_DUPLICATE' as const),
    // One org's flood queues behind itself, on servers that have fairness on.
    priority: priorityOf(run.org, kind.priority?.(run.input)),
    staticSummary: kind.summary(input),
    // Tells the execution of a retry from the one before it, which may still be closing.
    memo: { attempt: run.attempts },
    typedSearchAttributes: new TypedSearchAttributes([
      { key: searchAttributes.org, value: run.org },
      { key: searchAttributes.kind, value: run.kind },
      { key: searchAttributes.subject, value: run.subject },
      { key: searchAttributes.state, value: kind.state(input) },
    ]),
  };
}

function priorityOf(fairnessKey: string, priorityKey: number | undefined) {
  return priorityKey === undefined ? { fairnessKey } : { fairnessKey, priorityKey };
}

/** Everything there is to beginning a run, for whoever does it. */
export function runBeginning(run: RunToStart) {
  const { kind, attempts } = run;
  return { kind, attempts, options: runStartOptions(run), signal: runSignal(run) };
}

/**
 * What a start says to a run that shares its workflow with others, or null for a kind that starts by itself. With it the
 * start is a signal-with-start, under `runStartOptions` without its policies: a closed workflow is begun anew.
 */
export function runSignal(run: RunToStart): { signal: string; signalArgs: [object] } | null {
  const said = KINDS[run.kind]?.signal?.(run.input, run);
  return said ? { signal: said.name, signalArgs: said.args } : null;
}
