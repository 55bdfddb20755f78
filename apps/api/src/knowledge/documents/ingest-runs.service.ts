import { ObjectStorage } from '@docket/adapters/storage';
import type { RunEvent, RunStart } from '@docket/db/runs';
import type { DocumentTable, DocumentVersionTable, UploadTable } from '@docket/db/tables/document';
import { TenantDatabase } from '@docket/db/tenant-database';
import type { TenantTransaction } from '@docket/db/tenant-transaction';
import type { IngestStep, VersionState } from '@docket/domain/document/state-rules';
import { PIPELINE_VERSION } from '@docket/domain/document/limits';
import { DocketError, type ErrorCode } from '@docket/domain/errors';
import { runHasEnded, type RunState } from '@docket/domain/run/state-rules';
import { Injectable } from '@nestjs/common';
import { notFound } from '../../http/ids.js';
import { IdempotentAnswers, type Answer } from '../../idempotency/idempotent-answers.js';
import { RunStarter } from '../../runs/run-starter.js';
import { takeUpEvent } from '../../runs/take-up-event.js';

/** How an ended ingest is to be taken up again, and the code of a refusal. */
export type TakeUp =
  | { kind: 'retry'; refusal: Extract<ErrorCode, 'document.not_retryable' | 'run.not_retryable'> }
  | { kind: 'rerun'; fromStep: IngestStep };

/** What run and version are once they go on. */
export interface TakenUp {
  documentId: string;
  version: number;
  versionState: VersionState;
  runState: RunState;
}

interface Ingest {
  document: DocumentTable;
  version: DocumentVersionTable;
  upload: UploadTable | null;
}

/** Why a version in this state cannot be taken up, and what to do instead. */
const REFUSALS: Partial<Record<VersionState, string>> = {
  rejected: 'The file or its upload was refused, and would be again. Upload a corrected one.',
  upload_expired: 'Nothing was uploaded in time. Ask for a new upload with POST /v1/uploads.',
};

/** What a rerun of a step makes stale: passages are cut where the text is parsed, so both are made again together. */
const STALE_FROM = {
  receive: 'parse',
  verify: 'parse',
  parse: 'parse',
  chunk: 'parse',
  embed: 'embed',
  index: null,
} as const satisfies Record<IngestStep, 'parse' | 'embed' | null>;

/** Seconds in which the run that makes a content again is to begin before others may. As long as a lease of its own. */
const RERUN_LEASE_SECONDS = 120;

/** Takes ended ingests up again. */
@Injectable()
export class IngestRuns {
  constructor(
    private readonly tenants: TenantDatabase,
    private readonly storage: ObjectStorage,
    private readonly starter: RunStarter,
    private readonly answers: IdempotentAnswers,
  ) {}

  /**
   * Makes one new execution of an ended run, which skips what is stored and still valid. A run that is open already does
   * what is asked for, and is left alone: of many calls at once, one begins the execution. Rows first; the sweep starts
   * what a crash leaves between.
   *
   * `answerOf` says what the client is answered: a repeat of its request gets that, and no second execution.
   *
   * @throws DocketError the refusal's code, or `document.deleted`
   */
  async takeUp(
    orgId: string,
    runId: string,
    request: TakeUp,
    answerOf: (taken: TakenUp) => Answer,
  ): Promise<TakenUp> {
    const upload = await this.tenants.withTenant(orgId, async (tx) => (await find(tx, runId)).upload);
    const stored = upload !== null && (upload.receivedAt !== null || (await this.isStored(upload)));
    const { taken, start } = await this.tenants.withTenant(orgId, async (tx) => {
      const run = await tx.runs.lock(runId);
      if (!run) throw notFound('run');
      const ingest = await find(tx, runId);
      const begun = runHasEnded(run.state) ? await requeue(tx, runId, ingest, request, stored) : null;
      const state = await stateOf(tx, ingest, begun ? 'queued' : run.state);
      if (begun) tx.audit.append(takeUpEvent(runId, request, begun));
      await this.answers.settle(tx, answerOf(state));
      return { taken: state, start: begun };
    });
    if (start) await this.starter.start(start);
    return taken;
  }

  /** Bytes that nobody announced count too. */
  private async isStored(upload: UploadTable): Promise<boolean> {
    return (await this.storage.head(upload.stagingKey)) !== null;
  }
}

async function find(tx: TenantTransaction, runId: string): Promise<Ingest> {
  const version = await tx.versions.findByRun(runId);
  const document = version && (await tx.documents.find(version.documentId));
  if (!version || !document) throw notFound('run');
  return { document, version, upload: await tx.uploads.findByVersion(version.id) };
}

async function stateOf(
  tx: TenantTransaction,
  { document, version }: Ingest,
  runState: RunState,
): Promise<TakenUp> {
  const view = await tx.documents.view(document.id, version.version);
  if (!view) throw notFound('run');
  return { documentId: document.id, version: version.version, versionState: view.state, runState };
}

async function requeue(
  tx: TenantTransaction,
  runId: string,
  ingest: Ingest,
  request: TakeUp,
  stored: boolean,
): Promise<RunStart | null> {
  const { version } = ingest;
  assertPossible(ingest, request);
  const uploaded = stored || version.contentId !== null;
  const uploadWindowMs = uploaded ? 0 : windowLeftMs(ingest, request);
  const step = request.kind === 'rerun' ? request.fromStep : version.step;
  if (!(await tx.versions.reopen(version.id, uploaded ? 'uploaded' : 'awaiting_upload', step)))
    throw refusal(request, 'It is in a state that nothing leads out of.');
  await makeStale(tx, runId, version, request);
  const start = await tx.runs.requeue(runId, step, { uploaded, uploadWindowMs });
  await tx.runs.addEvents(runId, [takenUp(request, step, start?.attempts)]);
  return start;
}

async function makeStale(
  tx: TenantTransaction,
  runId: string,
  { contentId }: DocumentVersionTable,
  request: TakeUp,
): Promise<void> {
  const from = request.kind === 'rerun' ? STALE_FROM[request.fromStep] : null;
  if (!from || !contentId) return;
  // Another release parses otherwise: its result is a content of its own, and this one stays as others use it.
  if ((await tx.contents.find(contentId))?.pipelineVersion !== PIPELINE_VERSION) return;
  await tx.contents.makeStale(contentId, runId, from, RERUN_LEASE_SECONDS);
}

function takenUp(request: TakeUp, step: string | null, attempt = 1): RunEvent {
  const what = request.kind === 'rerun' ? `Made again from ${request.fromStep}` : 'Retried by hand';
  return { at: new Date(), step: step ?? 'receive', what, outcome: 'started', attempt };
}

function assertPossible({ document, version }: Ingest, request: TakeUp): void {
  if (document.deletedAt || version.state === 'deleted')
    throw new DocketError('document.deleted', 'The document has been deleted. Upload it again.');
  const why = REFUSALS[version.state];
  if (why) throw refusal(request, why);
  if (request.kind === 'retry' && version.state === 'indexed')
    throw refusal(
      request,
      'It is searchable, and nothing failed. To make it again, use POST /v1/runs/{id}/rerun.',
    );
}

/** Milliseconds for which the upload's address is still good. */
function windowLeftMs({ upload }: Ingest, request: TakeUp): number {
  const left = (upload?.expiresAt.getTime() ?? 0) - Date.now();
  if (left > 0) return left;
  throw refusal(
    request,
    'Nothing was uploaded, and the address has expired. Ask for a new upload with POST /v1/uploads.',
  );
}

function refusal(request: TakeUp, why: string): DocketError {
  return request.kind === 'retry'
    ? new DocketError(request.refusal, why)
    : new DocketError('run.not_rerunnable', why);
}
