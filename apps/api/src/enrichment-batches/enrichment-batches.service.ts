import type { Batch } from '@docket/db/batches';
import type { TicketSelection } from '@docket/db/enrichment-batches';
import type { RunStart } from '@docket/db/runs';
import { BatchTakeUps } from '@docket/db/take-up/batch';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import { DocketError } from '@docket/domain/errors';
import { toTypeId } from '@docket/domain/ids/type-id';
import { TICKET_ENRICHMENT_PROMPT } from '@docket/domain/prompt/ticket-enrichment';
import { runHasEnded, type RunState } from '@docket/domain/run/state-rules';
import { currentLogContext } from '@docket/platform/logging/log-context';
import {
  ENRICHMENT_BATCH,
  enrichmentBatchInput,
  enrichmentBatchWorkflowId,
} from '@docket/workflows/enrichment-batch/contract';
import { CANCEL, PAUSE, RESUME, type RunBatchSignal } from '@docket/workflows/run-batch/contract';
import { Injectable } from '@nestjs/common';
import { notFound } from '../http/ids.js';
import { idCursor, idPage, toPage, type Page, type PageQuery } from '../http/page.js';
import { IdempotentAnswers, type Answer } from '../idempotency/idempotent-answers.js';
import { newId } from '../infrastructure/ids.js';
import { RunSignaller } from '../runs/run-signaller.js';
import { RunStarter } from '../runs/run-starter.js';
import type {
  CreateEnrichmentBatchDto,
  DryEnrichmentBatchDto,
  EnrichmentBatchDto,
  EnrichmentBatchFilterDto,
  StartedEnrichmentBatchDto,
} from './enrichment-batch.dto.js';
import { readEnrichmentBatch, type EnrichmentBatchSpec } from './enrichment-batch.presenter.js';

const SIGNALS = { pause: PAUSE, resume: RESUME, cancel: CANCEL } as const;
export type EnrichmentBatchCommand = keyof typeof SIGNALS;

/** Most tickets of one batch: they are chosen in one statement, which must end within the database's time-out. */
const MOST_TICKETS = 200_000;

/** Makes batches of enrichments and talks to them. */
@Injectable()
export class EnrichmentBatchesService {
  constructor(
    private readonly tenants: TenantDatabase,
    private readonly starter: RunStarter,
    private readonly signaller: RunSignaller,
    private readonly answers: IdempotentAnswers,
  ) {}

  /** What a batch would enrich now. Nothing is written. */
  async count(orgId: string, dto: CreateEnrichmentBatchDto): Promise<DryEnrichmentBatchDto> {
    const matches = await this.tenants.withTenant(orgId, async (tx) => {
      await refuseUnknownPrompt(tx, dto.promptVersion);
      return tx.enrichmentBatches.countTickets(selectionOf(dto.filter));
    });
    return { dryRun: true, total: matches.reduce((sum, { count }) => sum + count, 0), matches };
  }

  /**
   * Chooses the tickets and writes the batch in one transaction, then starts it: what comes later is not meant.
   *
   * @throws DocketError `batch.too_large`, `prompt.not_found`
   */
  async create(
    orgId: string,
    dto: CreateEnrichmentBatchDto,
    answerOf: (started: StartedEnrichmentBatchDto) => Answer,
  ): Promise<StartedEnrichmentBatchDto> {
    const spec: EnrichmentBatchSpec = {
      filter: { ...dto.filter },
      promptVersion: dto.promptVersion ?? null,
      model: dto.model ?? null,
    };
    const { start, started } = await this.tenants.withTenant(orgId, async (tx) => {
      await refuseUnknownPrompt(tx, dto.promptVersion);
      const begun = await write(tx, spec, selectionOf(dto.filter));
      const { id, total } = begun.started;
      tx.audit.append({ action: 'enrichment_batch.create', subject: id, after: { ...spec, total } });
      await this.answers.settle(tx, answerOf(begun.started));
      return begun;
    });
    await this.starter.start(start);
    return started;
  }

  async get(orgId: string, id: string): Promise<EnrichmentBatchDto> {
    return this.tenants.withTenant(orgId, async (tx) => readEnrichmentBatch(tx, await find(tx, id)));
  }

  async list(orgId: string, query: PageQuery): Promise<Page<EnrichmentBatchDto>> {
    const page = idPage(query, 'batch');
    return this.tenants.withTenant(orgId, async (tx) => {
      const batches = await tx.batches.list(ENRICHMENT_BATCH, page);
      const shown: (Batch & { shown: EnrichmentBatchDto })[] = [];
      for (const batch of batches) shown.push({ ...batch, shown: await readEnrichmentBatch(tx, batch) });
      return toPage(shown, page.limit, (row) => row.shown, idCursor('batch'));
    });
  }

  /**
   * Pauses a batch, lets it go on, or ends it; it does so between two rounds. Told before it is asked for, since Temporal
   * is in no transaction.
   *
   * @throws DocketError `batch.ended`
   */
  async tell(orgId: string, id: string, command: EnrichmentBatchCommand): Promise<EnrichmentBatchDto> {
    const batch = await this.tenants.withTenant(orgId, async (tx) => {
      const found = await find(tx, id);
      if (runHasEnded(found.state)) throw hasEnded();
      tx.audit.append({ action: `enrichment_batch.${command}`, subject: toTypeId('batch', id) });
      return found;
    });
    const message: RunBatchSignal = { schemaVersion: 1 };
    if (!(await this.signaller.signal(orgId, batch, SIGNALS[command], message))) throw hasEnded();
    return this.get(orgId, id);
  }

  /**
   * Lets a batch go on that somebody terminated in Temporal. One that is open is left alone.
   *
   * @throws DocketError `run.not_retryable` when nothing is left of it
   */
  async retry(orgId: string, runId: string, answerOf: (state: RunState) => Answer): Promise<RunState> {
    const takeUps = new BatchTakeUps(this.tenants);
    const { runState, start } = await takeUps.takeUp(orgId, runId, 'person', (tx, taken) =>
      this.answers.settle(tx, answerOf(taken.runState)),
    );
    if (start) await this.starter.start(start);
    return runState;
  }
}

async function write(
  tx: TenantTransaction,
  spec: EnrichmentBatchSpec,
  selection: TicketSelection,
): Promise<{ start: RunStart; started: StartedEnrichmentBatchDto }> {
  const [id, runId] = [newId(), newId()];
  const subject = toTypeId('batch', id);
  const { requestId, traceparent } = currentLogContext();
  const start = await tx.runs.insert({
    id: runId,
    kind: ENRICHMENT_BATCH,
    subjectKind: 'batch',
    subjectId: id,
    workflowId: enrichmentBatchWorkflowId(toTypeId('org', tx.orgId), subject),
    input: enrichmentBatchInput({ orgId: tx.orgId, batchId: id, runId }, subject),
    requestId: requestId ?? runId,
    traceparent: traceparent ?? null,
  });
  await tx.batches.insert({ id, kind: ENRICHMENT_BATCH, runId, spec });
  const total = await tx.enrichmentBatches.chooseTickets(id, selection);
  if (total > MOST_TICKETS)
    throw new DocketError(
      'batch.too_large',
      `The filter means ${total} tickets, more than the ${MOST_TICKETS} of one batch. Narrow it, as with since and until.`,
    );
  return { start, started: { id: subject, runId: toTypeId('run', runId), total } };
}

async function refuseUnknownPrompt(tx: TenantTransaction, version: number | undefined): Promise<void> {
  if (version === undefined || (await tx.prompts.version(TICKET_ENRICHMENT_PROMPT, version))) return;
  throw new DocketError(
    'prompt.not_found',
    `There is no version ${version} of the prompt ${TICKET_ENRICHMENT_PROMPT}. List them with GET /v1/prompts/${TICKET_ENRICHMENT_PROMPT}/versions.`,
  );
}

function selectionOf({ since, until, ...filter }: EnrichmentBatchFilterDto): TicketSelection {
  return {
    ...filter,
    ...(since !== undefined && { since: new Date(since) }),
    ...(until !== undefined && { until: new Date(until) }),
  };
}

async function find(tx: TenantTransaction, id: string): Promise<Batch> {
  const batch = await tx.batches.find(id, ENRICHMENT_BATCH);
  if (!batch) throw notFound('batch');
  return batch;
}

function hasEnded(): DocketError {
  return new DocketError('batch.ended', 'The batch has ended. Make another for what is left.');
}
