import { BATCH_NOT_RERUNNABLE } from '@docket/db/take-up/batch';
import { DECISION_NOT_RERUNNABLE } from '@docket/db/take-up/decision';
import { ERASURE_NOT_RERUNNABLE } from '@docket/db/take-up/erasure';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { RunTable } from '@docket/db/tables/run';
import { INGEST_STEPS, type IngestStep } from '@docket/domain/document/state-rules';
import { ENRICHMENT_STEPS } from '@docket/domain/enrichment/state-rules';
import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { runHasEnded, type RunState } from '@docket/domain/run/state-rules';
import { DOCUMENT_ERASURE, ERASURE_NOT_CANCELLABLE } from '@docket/workflows/document-erasure/contract';
import { DOCUMENT_INGEST } from '@docket/workflows/document-ingest/contract';
import { ENRICHMENT_BATCH } from '@docket/workflows/enrichment-batch/contract';
import { REPLAY_BATCH } from '@docket/workflows/replay-batch/contract';
import {
  DECISION_NOT_CANCELLABLE,
  ENRICHMENT_DECISION,
} from '@docket/workflows/enrichment-decision/contract';
import { RUN_BATCH } from '@docket/workflows/run-batch/contract';
import { TICKET_ENRICHMENT } from '@docket/workflows/ticket-enrichment/contract';
import { WEBHOOK_DELIVERY } from '@docket/workflows/webhook-delivery/contract';
import { Injectable } from '@nestjs/common';
import { notFound } from '../http/ids.js';
import type { Answer } from '../idempotency/idempotent-answers.js';
import { DocumentErasuresService } from '../knowledge/documents/document-erasures.service.js';
import { DocumentsService } from '../knowledge/documents/documents.service.js';
import { IngestRuns } from '../knowledge/documents/ingest-runs.service.js';
import { BatchesService, type KindOfBatch } from '../batches/batches.service.js';
import { ENRICHMENT_BATCHES } from '../enrichment-batches/enrichment-batches.service.js';
import { REPLAY_BATCHES } from '../replay-batches/replay-batches.service.js';
import { RUN_BATCHES } from '../run-batches/run-batches.service.js';
import { RunCanceller } from '../runs/run-canceller.js';
import { DecisionsService } from '../tickets/decisions.service.js';
import { EnrichmentsService } from '../tickets/enrichments.service.js';
import { EnrichmentRuns, isEnrichmentStep } from '../tickets/enrichment-runs.service.js';
import { TicketsService } from '../tickets/tickets.service.js';
import { WebhookDeliveriesService } from '../webhooks/webhook-deliveries.service.js';
import type { StartedRunDto } from './run-action.dto.js';

/** What can be done with runs of one kind once they have ended, and where their subject is read. */
interface KindActions {
  /** Path of the subject. */
  location(run: RunTable): string;
  /** What a GET of the subject says. */
  subject(run: RunTable): Promise<object>;
  /** Both store the answer with what they do, and return the state that is in it. */
  retry(run: RunTable, answerOf: (state: RunState) => Answer): Promise<RunState>;
  rerun(run: RunTable, fromStep: string, answerOf: (state: RunState) => Answer): Promise<RunState>;
  /** Why an open run cannot be cancelled, where it cannot. */
  notCancellable?: string;
}

/** An action that was taken, and how to look at what it is about. */
export interface ActedRun {
  accepted: StartedRunDto;
  location: string;
  subject: () => Promise<object>;
}

/** What people do with runs, whatever their kind. */
@Injectable()
export class RunActionsService {
  private readonly kinds: Readonly<Record<string, KindActions>>;

  constructor(
    private readonly tenants: TenantDatabase,
    private readonly canceller: RunCanceller,
    ingests: IngestRuns,
    erasures: DocumentErasuresService,
    documents: DocumentsService,
    enrichments: EnrichmentRuns,
    tickets: TicketsService,
    decisions: DecisionsService,
    answers: EnrichmentsService,
    batches: BatchesService,
    deliveries: WebhookDeliveriesService,
  ) {
    this.kinds = {
      [DOCUMENT_INGEST]: ingestActions(ingests, documents),
      [DOCUMENT_ERASURE]: erasureActions(erasures, documents),
      [TICKET_ENRICHMENT]: enrichmentActions(enrichments, tickets),
      [ENRICHMENT_DECISION]: decisionActions(decisions, answers),
      [RUN_BATCH]: batchActions('run-batches', batches, RUN_BATCHES),
      [ENRICHMENT_BATCH]: batchActions('enrichment-batches', batches, ENRICHMENT_BATCHES),
      [REPLAY_BATCH]: batchActions('replay-batches', batches, REPLAY_BATCHES),
      [WEBHOOK_DELIVERY]: deliveryActions(deliveries),
    };
  }

  async retry(orgId: string, runId: string): Promise<ActedRun> {
    const run = await this.find(orgId, runId);
    const kind = this.kinds[run.kind];
    if (!kind)
      throw new DocketError('run.not_retryable', `Runs of the kind ${run.kind} are not retried by hand.`);
    return this.acted(run, await kind.retry(run, (state) => this.answerTo(run, state)));
  }

  async rerun(orgId: string, runId: string, fromStep: string): Promise<ActedRun> {
    const run = await this.find(orgId, runId);
    const kind = this.kinds[run.kind];
    if (!kind)
      throw new DocketError('run.not_rerunnable', `Runs of the kind ${run.kind} are not made again.`);
    return this.acted(run, await kind.rerun(run, fromStep, (state) => this.answerTo(run, state)));
  }

  /**
   * Asks the run to end. It does so by itself, and its rows say when it has; a run that was cancelled before is left
   * alone.
   *
   * @throws DocketError `run.not_cancellable` when it has ended otherwise, `service.unavailable` without Temporal
   */
  async cancel(orgId: string, runId: string): Promise<ActedRun> {
    const run = await this.find(orgId, runId);
    const refusal = this.kinds[run.kind]?.notCancellable;
    if (refusal !== undefined) throw new DocketError('run.not_cancellable', refusal);
    if (!runHasEnded(run.state)) await this.cancelOpen(run);
    else if (run.state !== 'cancelled') {
      throw new DocketError(
        'run.not_cancellable',
        `The run has ended as ${run.state}: there is nothing left to cancel.`,
      );
    }
    const { state } = await this.find(orgId, runId);
    return this.acted(run, state);
  }

  /** Told before it is asked for, since Temporal is in no transaction: that somebody wanted it is never lost. */
  private async cancelOpen(run: RunTable): Promise<void> {
    await this.tenants.withTenant(run.orgId, async (tx) => {
      tx.audit.append({
        action: 'run.cancel',
        subject: toTypeId('run', run.id),
        before: { state: run.state },
      });
    });
    await this.canceller.cancel(run.orgId, run);
  }

  private acted(run: RunTable, state: RunState): ActedRun {
    const kind = this.kinds[run.kind];
    return {
      accepted: acceptedOf(run, state),
      location: this.locationOf(run),
      subject: async () => (await kind?.subject(run)) ?? {},
    };
  }

  private answerTo(run: RunTable, state: RunState): Answer {
    return { status: 202, location: this.locationOf(run), body: acceptedOf(run, state) };
  }

  private locationOf(run: RunTable): string {
    return this.kinds[run.kind]?.location(run) ?? `/v1/runs/${toTypeId('run', run.id)}`;
  }

  private async find(orgId: string, runId: string): Promise<RunTable> {
    const run = await this.tenants.withTenant(orgId, (tx) => tx.runs.find(runId));
    if (!run) throw notFound('run');
    return run;
  }
}

function acceptedOf(run: RunTable, state: RunState): StartedRunDto {
  return {
    runId: toTypeId('run', run.id),
    subject: toTypeId(run.subjectKind, run.subjectId),
    state,
  };
}

function ingestActions(ingests: IngestRuns, documents: DocumentsService): KindActions {
  return {
    location: (run) => `/v1/documents/${toTypeId('document', run.subjectId)}`,
    subject: (run) => documents.get(run.orgId, run.subjectId),
    async retry(run, answerOf) {
      const request = { kind: 'retry', by: 'person' } as const;
      const taken = await ingests.takeUp(run.orgId, run.id, request, ({ runState }) => answerOf(runState));
      return taken.runState;
    },
    async rerun(run, fromStep, answerOf) {
      if (!isIngestStep(fromStep)) throw unknownStep(INGEST_STEPS);
      const request = { kind: 'rerun', by: 'person', fromStep } as const;
      const taken = await ingests.takeUp(run.orgId, run.id, request, ({ runState }) => answerOf(runState));
      return taken.runState;
    },
  };
}

function erasureActions(erasures: DocumentErasuresService, documents: DocumentsService): KindActions {
  return {
    location: (run) => `/v1/documents/${toTypeId('document', run.subjectId)}`,
    subject: (run) => documents.get(run.orgId, run.subjectId),
    retry: (run, answerOf) => erasures.retry(run.orgId, run.id, answerOf),
    rerun: refused(ERASURE_NOT_RERUNNABLE),
    notCancellable: ERASURE_NOT_CANCELLABLE,
  };
}

function enrichmentActions(enrichments: EnrichmentRuns, tickets: TicketsService): KindActions {
  return {
    location: (run) => `/v1/tickets/${toTypeId('ticket', run.subjectId)}`,
    subject: (run) => tickets.get(run.orgId, run.subjectId),
    retry: (run, answerOf) =>
      enrichments.takeUp(run.orgId, run.id, { kind: 'retry', by: 'person' }, answerOf),
    async rerun(run, fromStep, answerOf) {
      if (!isEnrichmentStep(fromStep)) throw unknownStep(ENRICHMENT_STEPS);
      return enrichments.takeUp(run.orgId, run.id, { kind: 'rerun', by: 'person', fromStep }, answerOf);
    },
  };
}

function decisionActions(decisions: DecisionsService, enrichments: EnrichmentsService): KindActions {
  return {
    location: (run) => `/v1/enrichments/${toTypeId('enrichment', run.subjectId)}`,
    subject: (run) => enrichments.get(run.orgId, run.subjectId),
    retry: (run, answerOf) => decisions.retry(run.orgId, run.id, answerOf),
    rerun: refused(DECISION_NOT_RERUNNABLE),
    notCancellable: DECISION_NOT_CANCELLABLE,
  };
}

function batchActions(path: string, batches: BatchesService, kind: KindOfBatch<object>): KindActions {
  return {
    location: (run) => `/v1/${path}/${toTypeId('batch', run.subjectId)}`,
    subject: (run) => batches.get(kind, run.orgId, run.subjectId),
    retry: (run, answerOf) => batches.retry(run.orgId, run.id, answerOf),
    rerun: refused(BATCH_NOT_RERUNNABLE),
  };
}

function deliveryActions(deliveries: WebhookDeliveriesService): KindActions {
  return {
    location: (run) => `/v1/webhook-deliveries/${toTypeId('webhookDelivery', run.subjectId)}`,
    subject: (run) => deliveries.get(run.orgId, run.subjectId),
    retry: (run, answerOf) => deliveries.takeUp(run.orgId, run.id, { kind: 'retry', by: 'person' }, answerOf),
    async rerun(run, fromStep, answerOf) {
      if (fromStep !== 'send') throw unknownStep(['send']);
      return deliveries.takeUp(run.orgId, run.id, { kind: 'rerun', by: 'person', fromStep }, answerOf);
    },
  };
}

function refused(why: string): KindActions['rerun'] {
  return () => Promise.reject(new DocketError('run.not_rerunnable', why));
}

function unknownStep(steps: readonly string[]): DocketError {
  return new DocketError('request.invalid', 'fromStep: not a step of this kind of run', {
    problems: [{ path: 'fromStep', code: 'isIn', message: `must be one of ${steps.join(', ')}` }],
  });
}

function isIngestStep(step: string): step is IngestStep {
  return (INGEST_STEPS as readonly string[]).includes(step);
}
